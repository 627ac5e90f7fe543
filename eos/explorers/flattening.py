"""Notebook 2: gradient descent on x^2 / sqrt(1 + x^2), whose curvature depends on where you are."""

from __future__ import annotations

import numpy as np

from eos.curvature import secant_curvature
from eos.explorers.frame import Explorer, Slider
from eos.figures import MUTED, SHARPNESS, scaled
from eos.plots import curve_line, edge_mark, iterate_line, plot_bifurcation
from eos.potentials import SoftAbs
from eos.steppers import GradientDescent
from eos.trajectory import descend

CURVE = SoftAbs()
ETAS = (0.5, 8.0)
WIDTHS = (3.0, 9.5)
"""The curve is shown this far to each side: the smaller while all iterates fit."""


def flattening(**start: float) -> Explorer:
    """f(x) = x^2 / sqrt(1 + x^2) with sliders for the step size, the start and the number of steps.

    Left the curve with its iterates, in the middle f'' at each iterate, the secant curvature of each step and the
    line 2/eta, right where the iterates end up for every step size. Keywords are starting values.
    """
    return Explorer(
        name="flattening",
        title="Gradient descent on a curve that flattens",
        sliders=(
            Slider("eta", *ETAS, 2.0, "step size η", step=0.05),
            Slider("x0", -6.0, 6.0, 1.5, "start x₀", step=0.1),
            Slider("steps", 2, 200, 30, "steps", integer=True),
        ),
        setup=_setup,
        size=(8.4, 3.6),
        presets={
            "comes to rest": {"eta": 0.8, "x0": 1.5},
            "two-cycle from far": {"eta": 2.0, "x0": 1.5},
            "two-cycle from near": {"eta": 2.0, "x0": 0.5},
            "lopsided": {"eta": 4.0, "x0": 0.5, "steps": 60},
            "period four": {"eta": 6.0, "x0": 0.5, "steps": 60},
            "chaos": {"eta": 7.5, "x0": 0.5, "steps": 200},
        },
        edges={"eta": lambda **_: 1.0},
    ).at(**start)


def _setup(figure):
    curve_ax, curvature_ax, far_ax = figure.subplots(1, 3, gridspec_kw={"width_ratios": [1, 1.1, 1.1]})
    moves = _curve_panel(curve_ax), _curvature_panel(curvature_ax), _long_run_panel(far_ax)

    def update(eta, x0, steps):
        run = descend(CURVE, GradientDescent(eta), x0, int(steps))
        secants = secant_curvature(CURVE, run.x[:-1], run.x[1:])
        for move in moves:
            move(eta, run, secants)
        return _reading(eta, run, secants)

    return update


def _curve_panel(ax):
    ax.set(xlabel="x", ylabel="f(x)", title="the curve")
    ax.set(xlim=(-WIDTHS[0], WIDTHS[0]), ylim=(-0.06 * WIDTHS[0], WIDTHS[0]))
    grid = np.linspace(-WIDTHS[1], WIDTHS[1], 801)
    curve_line(ax).set_data(grid, CURVE.value(grid[:, None]))
    dots = iterate_line(ax, animated=True, alpha=0.7, linewidth=scaled(0.8))
    first = iterate_line(ax, animated=True, markersize=scaled(10), markerfacecolor="white", zorder=5)

    def move(eta, run, secants):
        width = WIDTHS[int(np.abs(run.x).max() > WIDTHS[0])]
        if ax.get_xlim()[1] != width:
            ax.set(xlim=(-width, width), ylim=(-0.06 * width, width))
        dots.set_data(run.x[:, 0], run.loss)
        first.set_data(run.x[:1, 0], run.loss[:1])

    return move


def _curvature_panel(ax):
    ax.set(xlim=(0, 200), ylim=(-0.3, 3.9), xlabel="step", ylabel="curvature", title="curvature")
    looks = {"linewidth": scaled(0.6), "markersize": scaled(4), "animated": True}
    points = iterate_line(ax, color=SHARPNESS, label="f″ at x", **looks)
    pairs = iterate_line(ax, marker="s", markerfacecolor="white", label="secant", **looks)
    edge = edge_mark(ax, ceiling=0.6)
    ax.legend(loc="upper left")

    def move(eta, run, secants):
        if ax.get_xlim()[1] != run.steps[-1]:
            ax.set_xlim(0, run.steps[-1])
        for line in (points, pairs):
            line.set_linewidth(0.6 if len(run.steps) <= 81 else 0.0)
        points.set_data(run.steps, CURVE.hessian(run.x)[..., 0, 0])
        pairs.set_data(run.steps[1:] - 0.5, secants)
        edge(2.0 / eta)

    return move


def _long_run_panel(ax):
    plot_bifurcation(ax, CURVE, np.linspace(*ETAS, 500))
    ax.set(ylim=(-WIDTHS[1], WIDTHS[1]), title="in the long run")
    cursor = ax.axvline(1.0, color=MUTED, linewidth=scaled(1.2), animated=True)
    dots = iterate_line(ax, animated=True, linewidth=0, markersize=scaled(5))

    def move(eta, run, secants):
        cursor.set_xdata([eta] * 2)
        last = run.x[-min(16, len(run.x) // 2 + 1) :, 0]
        dots.set_data(np.full(len(last), eta), last)

    return move


def _reading(eta, run, secants) -> str:
    last, before = run.x[-1, 0], run.x[-2, 0]
    start = f"2/η = {2 / eta:.4g}. "
    if abs(last) < 1e-3 and eta < 1:
        return start + f"The run comes to rest at 0, where f″ = 2 is below 2/η: x is {last:.2g}."
    if abs(last) < 1e-3:
        return start + f"The run is near 0, where f″ = 2 is not below 2/η: nothing holds it there; x is {last:.2g}."
    end = f"Last step: from {before:.4f} to {last:.4f}, secant curvature {secants[-1]:.4f}, f″ = "
    return start + end + f"{CURVE.hessian(run.x[-1])[0, 0]:.4f} at its end."
