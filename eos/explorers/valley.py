"""Notebook 4: gradient descent in a valley that is flatter farther down."""

from __future__ import annotations

import numpy as np

from eos.curvature import sharpness
from eos.explorers.frame import Explorer, Slider
from eos.figures import CURVE, FLOW, MUTED, SHARPNESS, scaled
from eos.maps import edge_contour, path_line
from eos.plots import edge_mark, iterate_line, plot_landscape
from eos.steppers import GradientDescent
from eos.trajectory import descend
from eos.valleys import Valley

VALLEY = Valley()
XLIM, YLIM = (-1.4, 1.4), (0.0, 4.6)
MOST = 200


def valley(**start: float) -> Explorer:
    """L(x, y) = sqrt(1 + x^2 y^2) with sliders for the step size, the start and the number of steps.

    Left the landscape from above with the run and the contour S = 2/eta, right the sharpness against the step, at the
    iterates and half way between them, with the line 2/eta and the predicted end. Keywords are starting values.
    """
    return Explorer(
        name="valley",
        title="Gradient descent in a valley that is flatter farther down",
        sliders=(
            Slider("eta", 0.1, 0.5, 0.2, "step size η", step=0.005),
            Slider("y0", 1.5, 4.4, 4.2, "start y₀", step=0.05),
            Slider("x0", 0.02, 1.2, 0.1, "start x₀", step=0.02),
            Slider("steps", 1, MOST, MOST, "steps", integer=True),
        ),
        setup=_setup,
        size=(8.4, 4.0),
        presets={
            "glides to the floor": {"eta": 0.2, "y0": 2.8, "x0": 0.6},
            "bounces down the valley": {"eta": 0.2, "y0": 4.2, "x0": 0.1},
            "sharpens, then bounces": {"eta": 0.2, "y0": 3.6, "x0": 1.2},
            "four times the edge": {"eta": 0.4, "y0": 4.4, "x0": 0.1},
        },
        edges={"eta": lambda y0, x0, **_: 2.0 / (y0**2 - x0**2)},
    ).at(**start)


def predicted_end(eta: float, y0: float, x0: float) -> float:
    """The sharpness at the end: from above the edge 1/eta + sqrt(1/eta^2 - 2), else what gradient flow would reach."""
    conserved = y0**2 - x0**2
    return 1.0 / eta + np.sqrt(1.0 / eta**2 - 2.0) if conserved > 2.0 / eta else conserved


def _setup(figure):
    map_ax, sharp_ax = figure.subplots(1, 2, gridspec_kw={"width_ratios": [1, 1.25]})
    moves = _map_panel(map_ax), _sharpness_panel(sharp_ax)

    def update(eta, y0, x0, steps):
        run = descend(VALLEY, GradientDescent(eta), (x0, y0), int(steps))
        end = predicted_end(eta, y0, x0)
        for move in moves:
            move(eta, run, end)
        return _reading(eta, run, end)

    return update


def _map_panel(ax):
    plot_landscape(ax, VALLEY, XLIM, YLIM)
    ax.set(xlabel="x", ylabel="y", title="the valley from above")
    contour = edge_contour(ax, VALLEY, XLIM, YLIM, animated=True)
    path = path_line(ax, animated=True)
    looks = {"markeredgecolor": CURVE, "color": "white", "linewidth": 0, "animated": True, "zorder": 5}
    first = iterate_line(ax, markersize=scaled(9), **looks)
    goal = iterate_line(ax, marker="*", markersize=scaled(15), **looks)

    def move(eta, run, end):
        contour(2.0 / eta)
        path.set_data(*run.x.T)
        first.set_data(*run.x[:1].T)
        goal.set_data([0.0], [np.sqrt(end)])

    return move


def _sharpness_panel(ax):
    ax.set(xlim=(-1, MOST), ylim=(0, 34), xlabel="step", ylabel="sharpness S", title="sharpness")
    dots = {"color": SHARPNESS, "linewidth": 0, "animated": True}
    points = iterate_line(ax, markersize=scaled(3.5), label="at the iterates", **dots)
    between = {"linewidth": scaled(2.2), "label": "half way between two", "zorder": 5}
    (middle,) = ax.plot([], [], color=FLOW, animated=True, **between)
    (goal,) = ax.plot([], [], "*", color=MUTED, markersize=scaled(13), animated=True, zorder=6, clip_on=False)
    ax.plot([], [], "*", color=MUTED, markersize=scaled(11), label="predicted end")
    edge = edge_mark(ax, ceiling=0.755)
    ax.legend(loc="upper right")

    def move(eta, run, end):
        points.set_data(run.steps, sharpness(VALLEY, run.x))
        middle.set_data(run.steps[1:] - 0.5, sharpness(VALLEY, (run.x[1:] + run.x[:-1]) / 2))
        goal.set_data([MOST], [end])
        edge(2.0 / eta)

    return move


def _reading(eta, run, end) -> str:
    (x0, y0), (x, y) = run.x[0], run.x[-1]
    flow, last = y0**2 - x0**2, sharpness(VALLEY, run.x[-1])
    start = f"2/η = {2 / eta:.4g}. "
    if flow > 2 / eta:
        start += f"Gradient flow would end at {flow:.4g}, above it; "
        start += f"predicted for gradient descent, from well above the edge, is {end:.4f}. "
    else:
        start += f"Gradient flow would end at {flow:.4g}, below it, and gradient descent ends there or a little lower. "
    place = f"x = {x:.2g}" if abs(x) > 1e-9 else "x = 0"
    return start + f"After step {run.steps[-1]}: {place}, y² = {y * y:.4f}, sharpness {last:.4f}."
