"""Notebook 1: gradient descent on a parabola, and the three regimes of its step size."""

import numpy as np

from eos import GradientDescent, Quadratic, descend
from eos.pictures import OUT_OF_SIGHT, distance_panel, regime, regime_strip, run_on_curve, strip_below
from eos.widgets import Edge, Explorer, Slider

LONGEST = 60
SAID = {
    "lands at once": "One step lands at the bottom.",
    "bounces for ever": "The iterates bounce for ever between the same two points: this is the edge.",
    "glides in": "The iterates glide down one side, ever closer. ",
    "bounces in": "The iterates bounce from side to side, ever closer. ",
    "escapes": "Each bounce is larger than the last. ",
}


def parabola(**start: float) -> Explorer:
    """f(x) = a x^2 / 2 with sliders for the step size, the curvature, the start and the number of steps.

    Left the curve with its iterates, right |x_t| beside the prediction |1 - eta a|^t |x0|, below the regime in which
    eta a stands. It starts at the first step. A run whose |x| passes 100 has escaped. Keywords are starting values.
    """
    return Explorer(
        name="parabola",
        title="Gradient descent on a parabola",
        sliders=(
            Slider("eta", 0.02, 4.0, 0.15, "step size η", log=True),
            Slider("a", 0.25, 8.0, 2.0, "curvature a", step=0.05),
            Slider("x0", -5.0, 5.0, 3.0, "start x₀"),
            Slider("steps", 1, LONGEST, 1, "steps", integer=True),
        ),
        setup=_setup,
        size=(8.4, 4.2),
        presets={
            "glides in": {"eta": 0.15, "a": 2.0, "steps": 20},
            "lands at once": {"eta": 0.5, "a": 2.0, "steps": 20},
            "bounces in": {"eta": 0.75, "a": 2.0, "steps": 20},
            "bounces for ever": {"eta": 1.0, "a": 2.0, "steps": 20},
            "escapes": {"eta": 1.1, "a": 2.0, "steps": 20},
        },
        edges={
            "eta": Edge("edge 2/a", lambda a, **_: GradientDescent(1.0).critical_eta(a)),
            "a": Edge("edge 2/η", lambda eta, **_: GradientDescent(eta).threshold),
        },
        touch={0: lambda x, _: {"x0": x}},
    ).at(**start)


def _setup(figure):
    curve_ax, size_ax, strip_ax = strip_below(figure, 5)
    curve = run_on_curve(curve_ax, "the curve and the iterates", (8.0, -1.5, 40.0))
    sizes = distance_panel(size_ax, LONGEST, 1e-6, 1e8, "|factor|ᵗ |x₀|")
    strip = regime_strip(strip_ax)

    def update(eta, a, x0, steps):
        run = descend(Quadratic(a), GradientDescent(eta), x0, int(steps), escape=OUT_OF_SIGHT)
        with np.errstate(over="ignore", under="ignore"):
            sizes(run.steps, np.abs(run.x[:, 0]), np.abs(1.0 - eta * a) ** run.steps * abs(x0))
        curve(run)
        strip(eta * a)
        return _reading(eta, a, x0, run)

    return update


def _reading(eta, a, x0, run) -> str:
    factor = 1.0 - eta * a
    start, kind = f"ηa = {eta * a:.4g}: each step multiplies x by {factor:.4g}. ", regime(factor)
    if x0 == 0:
        return start + "The run starts at the bottom and stays there."
    if run.escaped_at is not None:
        escaped = f"escaped at step {run.escaped_at} (|x| above {OUT_OF_SIGHT:.0f})."
        return start + f"Each bounce is larger than the last: {escaped}"
    ends = kind in ("lands at once", "bounces for ever")
    return start + SAID[kind] + ("" if ends else f"After step {run.steps[-1]}, x is {run.x[-1, 0]:.3g}.")
