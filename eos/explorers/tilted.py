"""Notebook 4: a tilted valley, in which something keeps sharpening while the bounce flattens."""

import numpy as np

from eos import GradientDescent, Valley, descend
from eos.pictures import FLOW, SHARPNESS, bounce_plane, bounce_size, edge_mark, moving_line
from eos.widgets import Explorer, Slider

Z0, LONGEST, LOW, HIGH, WIDTH = 0.01, 500, -1.7, 2.9, 0.62


def tilted(**start: float) -> Explorer:
    """L(x, y) = sqrt(1 + x^2 y^2) - tilt y with sliders for the step size, the tilt, the start and the steps.

    Left S - 2/eta, where S = y^2 is the sharpness of the floor below the iterate, against w = (x y)^2; right S against
    the step, beside gradient flow. Keywords are starting values.
    """
    return Explorer(
        name="tilted",
        title="Something keeps sharpening: a tilted valley",
        sliders=(
            Slider("eta", 0.16, 0.3, 0.2, "step size η", step=0.005),
            Slider("tilt", 0.003, 0.05, 0.005, "tilt τ", log=True),
            Slider("above", -1.5, 1.5, -0.5, "start, S − 2/η", step=0.05),
            Slider("steps", 1, LONGEST, 1, "steps", integer=True),
        ),
        setup=_setup,
        size=(8.4, 3.7),
        presets={
            "sharpens": {"steps": 80},
            "bounces, flattens": {"steps": 215},
            "comes to rest by laps": {"steps": LONGEST},
            "starts above the edge": {"above": 1.0, "steps": LONGEST},
            "pulled hard: one overshoot": {"tilt": 0.05, "steps": LONGEST},
        },
        touch={0: lambda _, y: {"above": y}},
    ).at(**start)


def _balance(eta: float, tilt: float) -> float:
    """y of the bounce in which the pull along the floor and the push of the walls balance.

    x' = -x and y' = y give eta^2 y^4 - 2 eta tilt y^3 - 4 = 0, which has one positive root.
    """
    roots = np.roots([eta**2, -2.0 * eta * tilt, 0.0, 0.0, -4.0])
    return float(max(root.real for root in roots if abs(root.imag) < 1e-9))


def _setup(figure):
    plane_ax, sharp_ax = figure.subplots(1, 2, gridspec_kw={"width_ratios": [1.1, 1]})
    plane = bounce_plane(plane_ax, WIDTH, LOW, HIGH, "pull = push")
    plane_ax.set_title("the plane of the bounce")
    sharp_ax.set(xlim=(0, 1.4 * LONGEST), ylim=(4, 17), xlabel="step", ylabel="S on the floor below")
    sharp_ax.set_title("sharpness")
    flow = moving_line(sharp_ax, color=FLOW, linestyle="-.", linewidth=2.2, label="gradient flow")
    line = moving_line(sharp_ax, color=SHARPNESS, linewidth=2.2, zorder=4, label="gradient descent")
    mark, times = edge_mark(sharp_ax), np.arange(LONGEST + 1)
    sharp_ax.legend(loc="lower right")

    def update(eta, tilt, above, steps):
        y0 = np.sqrt(2.0 / eta + above)
        run = descend(Valley(tilt), GradientDescent(eta), (Z0 / y0, y0), int(steps))
        (w, height), edge, y = bounce_size(run), run.stepper.threshold, _balance(eta, tilt)
        plane(w, height, edge, *_lines(eta, tilt), ((eta * y * y / 2.0) ** 2 - 1.0, y * y - edge))
        line.set_data(run.steps, height + edge)
        flow.set_data(times, (y0 + eta * tilt * times) ** 2)
        mark(edge)
        return _reading(run, w, height + edge)

    return update


def _lines(eta, tilt):
    """Where the bounce stops growing, and where the push of the walls balances the pull."""
    w, above = np.array([0.0, WIDTH]), np.linspace(LOW, HIGH, 41)
    return (w, w / eta), (tilt * np.sqrt(2.0 / eta + above), above)


def _reading(run, w, sharp) -> str:
    start = f"2/η = {run.stepper.threshold:.4g}, start at S = {sharp[0]:.4g}. After step {run.steps[-1]}: "
    return start + f"S = {sharp[-1]:.3f}, w = {w[-1]:.2g}. Highest S so far {sharp.max():.3f}."
