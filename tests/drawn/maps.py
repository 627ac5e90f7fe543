"""The pictures of `eos.pictures.maps`."""

import numpy as np
from matplotlib.quiver import Quiver
from panels import spreads
from picture import Panel, Picture

from eos import Valley
from eos.pictures import maps, new_figure

XY = (-1.0, 1.0), (0.5, 4.5)
ENDS = np.array([[-0.3, 3.5], [0.3, 3.5]])


def height(p):
    """sqrt(1 + x^2 y^2)."""
    return np.sqrt(1 + (p[..., 0] * p[..., 1]) ** 2)


def slope(x):
    """Its gradient."""
    z = x[0] * x[1]
    return z / np.sqrt(1 + z * z) * x[::-1]


def arrows(panel):
    """A step from each end, and the mean of both, thicker."""
    steps = -0.2 * np.array([slope(end) for end in ENDS])
    thin, thick = panel.others(Quiver)
    assert np.allclose(thin.XY, ENDS) and np.allclose(np.stack([thin.U, thin.V], -1), steps)
    assert np.allclose(thick.XY, ENDS.mean(0)) and np.allclose([*thick.U, *thick.V], steps.mean(0))
    assert thick.width > thin.width and (thin.scale, thin.angles, thin.scale_units) == (1, "xy", "xy")
    assert (thick.scale, thick.angles, thick.scale_units) == (1, "xy", "xy")
    panel.line("white", *ENDS.T, "o", "None")


def plot_pull():
    ax = new_figure().subplots()
    assert maps.plot_pull(ax, Valley(), ENDS, 0.2) is ax
    picture = Picture(ax.figure)
    arrows(Panel(ax, picture.known).named())
    yield picture


def pull():
    picture = Picture(maps.pull(Valley(), ENDS, 0.2, (-0.5, 0.5), (3.2, 3.6), ("a", "b")))
    (panel,) = picture.panels()
    panel.named("steps (thin), and their mean (thick)", "a", "b")
    arrows(panel)
    spreads(panel, height, (-0.5, 0.5), (3.2, 3.6))
    yield picture
