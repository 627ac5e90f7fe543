"""A small explorer for the tests of the frame: gradient descent on a parabola."""

import numpy as np

from eos.pictures.style import CURVE, ITERATES
from eos.widgets import Edge, Explorer, Slider

SLIDERS = (
    Slider("eta", 0.05, 8, 0.75, "step size η", log=True),
    Slider("a", 0.5, 4, 2, "curvature a"),
    Slider("x0", -4, 4, 3, "start x₀"),
    Slider("steps", 1, 60, 20, "steps", integer=True),
)
GRID = np.linspace(-4, 4, 201)


def setup(figure):
    """The curve with its iterates, and their distance from the bottom."""
    left, right = figure.subplots(1, 2)
    left.set(xlim=(-4, 4), ylim=(0, 20), xlabel="x", title="the curve")
    right.set(xlim=(0, 60), yscale="log", ylim=(1e-4, 1e3), xlabel="step", title="distance |x|")
    (curve,) = left.plot(GRID, GRID, color=CURVE, animated=True)
    (path,) = left.plot([], [], "o-", color=ITERATES, animated=True)
    (size,) = right.plot([], [], "o-", color=ITERATES, label="measured", animated=True)
    right.legend(loc="lower left").set_animated(True)
    note = left.text(0.03, 0.93, "", transform=left.transAxes, va="top", animated=True)

    def update(eta, a, x0, steps):
        if eta == 6.66:
            raise RuntimeError("six is <not> drawn")
        t = np.arange(steps + 1)
        x = x0 * (1 - eta * a) ** t
        curve.set_ydata(a * GRID**2 / 2)
        path.set_data(x, a * x**2 / 2)
        size.set_data(t, np.maximum(abs(x), 1e-12))
        note.set_text(f"ηa = {eta * a:.3g}, {steps} steps")
        return f"From {x0:g}, {steps} steps of size {eta:g} multiply x by {1 - eta * a:.3g} each."

    return update


def toy(**start):
    """The explorer, starting from other values where they are given."""
    return Explorer(
        "toy",
        "Gradient descent on a parabola",
        SLIDERS,
        setup,
        size=(9.0, 3.6),
        presets={"glides": {"eta": 0.15}, "escapes": {"eta": 1.1}},
        edges={
            "eta": Edge("edge 2/a", lambda a, **_: 2 / a),
            "a": Edge("edge 2/η", lambda eta, **_: 2 / eta),
        },
        touch={0: lambda x, _: {"x0": x}},
    ).at(**start)
