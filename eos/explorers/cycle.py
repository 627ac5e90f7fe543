"""Notebook 4: a tilted valley, in which sharpening and bouncing hold each other at the edge."""

import numpy as np

from eos import GradientDescent, Valley, descend, half_differences, midpoints, sharpness
from eos.pictures import FLOW, MUTED, SHARPNESS, edge_line, edge_mark, moving_dots, moving_line, ring, star
from eos.widgets import Explorer, Slider

START, LONGEST = (0.003, 3.0), 500
"""On the floor, nearly: the sharpness there is 9."""


def cycle(**start: float) -> Explorer:
    """L(x, y) = sqrt(1 + x^2 y^2) - tilt y with sliders for the step size, the tilt and the number of steps.

    Left the sharpness half way between two iterates, less 2/eta, against half the width of the bounce; right the same
    sharpness against the step, beside gradient flow. Keywords are starting values.
    """
    return Explorer(
        name="cycle",
        title="Sharpening and bouncing in a tilted valley",
        sliders=(
            Slider("eta", 0.16, 0.3, 0.2, "step size η", step=0.005),
            Slider("tilt", 0.003, 0.05, 0.005, "tilt τ", log=True),
            Slider("steps", 3, LONGEST, LONGEST, "steps", integer=True),
        ),
        setup=_setup,
        size=(8.4, 3.8),
        presets={
            "sharpens": {"eta": 0.2, "tilt": 0.005, "steps": 150},
            "bounces, flattens": {"eta": 0.2, "tilt": 0.005, "steps": 300},
            "hovers": {"eta": 0.2, "tilt": 0.005, "steps": LONGEST},
            "starts above": {"eta": 0.3, "tilt": 0.003},
            "pulled hard": {"eta": 0.2, "tilt": 0.05},
        },
        edges={"eta": lambda **_: GradientDescent(1.0).critical_eta(START[1] ** 2)},
    ).at(**start)


def _hovering_height(eta: float, tilt: float) -> float:
    """y of the bounce in which the pull along the floor and the push of the walls balance.

    x' = -x and y' = y give eta^2 y^4 - 2 eta tilt y^3 - 4 = 0, which has one positive root.
    """
    roots = np.roots([eta**2, -2.0 * eta * tilt, 0.0, 0.0, -4.0])
    return float(max(root.real for root in roots if abs(root.imag) < 1e-9))


def _setup(figure):
    plane_ax, sharp_ax = figure.subplots(1, 2)
    moves = _plane_panel(plane_ax), _sharpness_panel(sharp_ax)

    def update(eta, tilt, steps):
        run = descend(Valley(tilt), GradientDescent(eta), START, int(steps))
        width, top = np.abs(half_differences(run)[:, 0]), sharpness(run.potential, midpoints(run))
        goal, edge = _hovering_height(eta, tilt), run.stepper.threshold
        for move in moves:
            move(eta, tilt, width, top, goal, edge)
        return _reading(width, top, goal, edge)

    return update


def _plane_panel(ax):
    ax.set(xlim=(-0.01, 0.3), ylim=(-3.7, 3.2), xlabel="half the width of the bounce", ylabel="sharpness − 2/η")
    ax.set_title("the cycle")
    edge_line(ax, 0.0)
    loop = moving_dots(ax, markersize=3.5)
    balance, now = star(ax, markeredgecolor=MUTED), ring(ax, markeredgecolor=SHARPNESS, markeredgewidth=2, zorder=6)

    def move(eta, tilt, width, top, goal, edge):
        loop.set_data(width, top - edge)
        now.set_data(width[-1:], top[-1:] - edge)
        balance.set_data([np.sqrt(eta * goal * tilt / 2.0)], [goal**2 - edge])

    return move


def _sharpness_panel(ax):
    ax.set(xlim=(0, LONGEST), ylim=(3, 16), xlabel="step", ylabel="sharpness S", title="sharpness, half way")
    flow = moving_line(ax, color=FLOW, linestyle="-.", linewidth=2.2, label="gradient flow")
    line = moving_line(ax, color=SHARPNESS, linewidth=2.2, zorder=4, label="gradient descent")
    mark, steps = edge_mark(ax), np.arange(LONGEST + 1)
    ax.legend(loc="lower right")

    def move(eta, tilt, width, top, goal, edge):
        line.set_data(steps[: len(top)] + 0.5, top)
        flow.set_data(steps, (START[1] + eta * tilt * steps) ** 2)
        mark(edge)

    return move


def _reading(width, top, goal, edge) -> str:
    start = f"2/η = {edge:.4g}. After {len(top)} steps the sharpness is {top[-1]:.3f}, "
    start += f"half the bounce {width[-1]:.2g}. "
    if (top < edge).all():
        return start + "The tilt is still pulling the run up to the edge."
    return start + f"Highest so far {top.max():.3f}. Pull and push balance at {goal**2:.3f}."
