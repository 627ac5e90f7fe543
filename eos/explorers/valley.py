"""Notebook 4: gradient descent in a valley that is flatter farther down."""

import numpy as np

from eos import GradientDescent, Valley, descend, midpoints, sharpness
from eos.pictures import BETWEEN, MUTED, SHARPNESS, edge_mark, moving_dots, moving_line, telling, walk_on_map
from eos.widgets import Explorer, Slider

XLIM, YLIM, LONGEST = (-1.4, 1.4), (0.0, 4.6), 200


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
            Slider("steps", 1, LONGEST, LONGEST, "steps", integer=True),
        ),
        setup=_setup,
        size=(8.4, 4.0),
        touch={0: lambda x, y: {"x0": abs(x), "y0": y}},
        presets={
            "glides to the floor": {"eta": 0.2, "y0": 2.8, "x0": 0.6},
            "bounces down the valley": {"eta": 0.2, "y0": 4.2, "x0": 0.1},
            "sharpens, then bounces": {"eta": 0.2, "y0": 3.6, "x0": 1.2},
            "starts at four times the edge": {"eta": 0.4, "y0": 4.4, "x0": 0.1},
        },
    ).at(**start)


def _predicted_end(eta: float, y0: float, x0: float) -> float:
    """The sharpness at the end: from above the edge 1/eta + sqrt(1/eta^2 - 2), else what gradient flow would reach.

    Good for small steps from near the floor; a wide start with a long step ends up to a quarter lower.
    """
    conserved = y0**2 - x0**2
    return 1.0 / eta + np.sqrt(1.0 / eta**2 - 2.0) if conserved > 2.0 / eta else conserved


def _setup(figure):
    map_ax, sharp_ax = figure.subplots(1, 2, gridspec_kw={"width_ratios": [1, 1.25]})
    walk, sharp = walk_on_map(map_ax, Valley(), XLIM, YLIM), _sharpness_panel(sharp_ax)
    map_ax.set(xlabel="x", ylabel="y", title="the valley from above")

    def update(eta, y0, x0, steps):
        run = descend(Valley(), GradientDescent(eta), (x0, y0), int(steps))
        end = _predicted_end(eta, y0, x0)
        walk(run, (0.0, np.sqrt(end)))
        sharp(run, end)
        return _reading(eta, run)

    return update


def _sharpness_panel(ax):
    ax.set(xlim=(-1, LONGEST), ylim=(0, 34), xlabel="step", ylabel="sharpness S", title="sharpness")
    points = moving_dots(ax, color=SHARPNESS, linewidth=0, markersize=3.5, label="at the iterates")
    middle = moving_line(ax, color=BETWEEN, linewidth=2.2, zorder=5, label="half way between two")
    goal = telling(moving_line(ax, marker="*", color=MUTED, markersize=13, zorder=6, clip_on=False))
    edge = edge_mark(ax, ceiling=0.755)
    ax.legend(loc="upper right")

    def move(run, end):
        points.set_data(run.steps, sharpness(run.potential, run.x))
        middle.set_data(run.steps[1:] - 0.5, sharpness(run.potential, midpoints(run)))
        goal.set_data([LONGEST], [end])
        edge(run.stepper.threshold)

    return move


def _reading(eta, run) -> str:
    (x0, y0), (x, y) = run.x[0], run.x[-1]
    flow, last = y0**2 - x0**2, sharpness(run.potential, run.x[-1])
    start = f"2/η = {2 / eta:.4g}. Gradient flow would end at sharpness {flow:.4g}. "
    place = f"x = {x:.2g}" if abs(x) > 1e-9 else "x = 0"
    return start + f"After step {run.steps[-1]}: {place}, y² = {y * y:.4f}, sharpness {last:.4f}."
