"""The pictures of `eos.pictures.slice`."""

import numpy as np
from matplotlib.collections import Collection
from panels import corners
from picture import Panel, Picture, data

from eos import Valley, pictures
from eos.pictures import CURVE, SHARPNESS, new_figure

NAMES = "distance from the lowest point", "loss"


def cut(panel, reach, title=""):
    """At (0, y) the valley sqrt(1 + x^2 y^2) is cut along x, where its curvature is y^2 = 4."""
    s = np.linspace(-reach, reach, 201)
    panel.named(title, *NAMES).frame(x=(-reach, reach))
    solid = panel.line(CURVE, s, np.sqrt(1 + 4 * s * s), label="the cut")
    dashed = panel.line(SHARPNESS, s, 1 + 2 * s * s, style="--", label="a parabola")
    return {"the cut": solid, "a parabola": dashed}


def plot_slice():
    ax = new_figure().subplots()
    assert pictures.plot_slice(ax, Valley(), (0.0, 2.0), 0.5) is ax
    picture = Picture(ax.figure)
    cut(Panel(ax, picture.known), 0.5)
    yield picture


def space(panel):
    """The landscape, and the cut a little above it, ringed in white."""
    panel.named("the loss, and a cut through it", "p", "q")
    (surface,) = panel.others(Collection)
    x, y, z = corners(surface).T
    assert np.allclose(z, np.sqrt(1 + (x * y) ** 2), atol=1e-9)
    for line, color in zip(list(panel.ax.lines), ("white", CURVE), strict=True):
        x, y, z = data(line).T
        assert np.allclose(x, np.linspace(-0.5, 0.5, 101)) and np.allclose(y, 2)
        assert np.allclose(z, np.sqrt(1 + 4 * x * x) + 0.01)
        panel.line(color, x, y)


def slice_and_parabola():
    made = Picture(pictures.slice_and_parabola(Valley(), (0.0, 2.0), 0.5, 0.05, (-1, 1), (1, 3), ("p", "q")))
    first, far, near = made.panels()
    space(first)
    far.legend(cut(far, 0.5, "the cut"))
    cut(near, 0.05, "its floor, close up")
    yield made
