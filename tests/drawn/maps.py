"""The pictures of `eos.pictures.maps`."""

import numpy as np
from matplotlib.collections import Collection
from matplotlib.contour import ContourSet
from matplotlib.quiver import Quiver
from own import valley_top, walk
from panels import spreads
from picture import Panel, Picture

from eos import GradientDescent, Valley, descend
from eos.pictures import EDGE, ITERATES, maps, new_figure

XY = (-1.0, 1.0), (0.5, 4.5)
ENDS = np.array([[-0.3, 3.5], [0.3, 3.5]])


def height(p):
    """sqrt(1 + x^2 y^2)."""
    return np.sqrt(1 + (p[..., 0] * p[..., 1]) ** 2)


def slope(x):
    """Its gradient."""
    z = x[0] * x[1]
    return z / np.sqrt(1 + z * z) * x[::-1]


def shaded(panel, bar):
    """Filled contours of the sharpness, darker where it is sharper, beside a bar."""
    (filled,) = panel.others(ContourSet)
    grid = np.stack(np.meshgrid(np.linspace(*XY[0], 121), np.linspace(*XY[1], 121)), -1)
    top = valley_top(*np.moveaxis(grid, -1, 0))
    levels = np.geomspace(max(top.max() / 100, top.min()), top.max(), 22)
    assert np.allclose(filled.levels, levels, rtol=1e-9)
    shades = [sum(filled.cmap(filled.norm(level))[:3]) for level in levels]
    assert (np.diff(shades) < 0).all()
    panel.frame(*XY)
    assert bar.ax.get_ylabel() == "sharpness S"
    assert np.allclose(bar.ax.get_ylim(), (levels[0], levels[-1]))
    assert [label.get_text() for label in bar.ax.get_yticklabels()] == [f"{t:g}" for t in bar.ax.get_yticks()]
    bar.others(Collection)


def contour(panel, edge, name):
    """The dashed line lies where the sharpness is that of the edge."""
    (line,) = [line for line in panel.ax.lines if line.get_label() == name]
    points = np.stack(line.get_data(), -1)
    seen = points[np.isfinite(points).all(-1)]
    assert len(seen) > 5 and np.abs(valley_top(*seen.T) / edge - 1).max() < 0.03
    return panel.line(EDGE, *points.T, style="--", label=name)


def arrows(panel):
    """A step from each end, and the mean of both, thicker."""
    steps = -0.2 * np.array([slope(end) for end in ENDS])
    thin, thick = panel.others(Quiver)
    assert np.allclose(thin.XY, ENDS) and np.allclose(np.stack([thin.U, thin.V], -1), steps)
    assert np.allclose(thick.XY, ENDS.mean(0)) and np.allclose([*thick.U, *thick.V], steps.mean(0))
    assert thick.width > thin.width and (thin.scale, thin.angles, thin.scale_units) == (1, "xy", "xy")
    assert (thick.scale, thick.angles, thick.scale_units) == (1, "xy", "xy")
    panel.line("white", *ENDS.T, "o", "None")


def plot_sharpness_map():
    ax = new_figure().subplots()
    assert maps.plot_sharpness_map(ax, Valley(), *XY) is ax
    picture = Picture(ax.figure)
    panel, bar = picture.panels()
    shaded(panel.named(), bar)
    yield picture


def plot_edge_contour():
    for edge in (1.0, 10.0, 18.0):
        for more in ((), ("S = edge",)):
            ax = new_figure().subplots()
            assert maps.plot_edge_contour(ax, Valley(), *XY, edge, *more) is ax
            picture = Picture(ax.figure)
            contour(picture.panels()[0], edge, more[0] if more else "S = 2/η")
            yield picture


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


def two_maps():
    run, x = descend(Valley(), GradientDescent(0.2), (0.1, 4.2), 30), walk(slope, 0.2, (0.1, 4.2), 30)[0]
    picture = Picture(maps.two_maps(Valley(), run, *XY, ("a", "b")))
    left, right, bar = picture.panels()
    spreads(left.named("loss", "a", "b"), height, *XY)
    shaded(right.named("sharpness", "a", "b"), bar)
    for panel in (left, right):
        line = contour(panel, 10.0, "S = 2/η")
        panel.line(ITERATES, *x.T, "o", rel=1e-7)
        panel.line("white", *x[:1].T, "o", "None")
        panel.line("white", *x[-1:].T, "*", "None", rel=1e-7)
        if panel is left:
            panel.legend({"S = 2/η": line})
    yield picture
