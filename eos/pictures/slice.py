"""A slice through the floor of a valley, and the parabola that it resembles there."""

import numpy as np
from matplotlib.figure import Figure

from eos.curvature import exact
from eos.pictures.plots import plot_surface
from eos.pictures.style import CURVE, SHARPNESS, new_figure, styled
from eos.potentials import Potential


def across(potential: Potential, bottom, distances) -> tuple[np.ndarray, np.ndarray]:
    """Points on the line through `bottom` along which the curvature there is largest, and the heights of a parabola.

    The points have shape `(m, n)`, one for each distance s; the parabola f(bottom) + S s^2 / 2 has the same curvature
    S. The line points where the sum of the coordinates does not fall.
    """
    pair, s = exact(potential, bottom), np.asarray(distances, dtype=float)
    direction = pair.vectors[0] * (1.0 if pair.vectors[0].sum() >= 0 else -1.0)
    return bottom + s[:, None] * direction, potential.value(bottom) + pair.values[0] * s**2 / 2


@styled
def plot_slice(ax, potential: Potential, bottom, reach: float):
    """The potential across its floor, where it is curved most, and the parabola of the same curvature there."""
    s = np.linspace(-reach, reach, 201)
    points, parabola = across(potential, bottom, s)
    ax.plot(s, potential.value(points), color=CURVE, linewidth=2.4, label="the cut")
    ax.plot(s, parabola, color=SHARPNESS, linestyle=(0, (2, 1.2)), label="a parabola")
    ax.set(xlim=(-reach, reach), xlabel="distance from the lowest point", ylabel="loss")
    return ax


@styled
def slice_and_parabola(potential: Potential, bottom, reach: float, near: float, xlim, ylim, names=("x", "y")) -> Figure:
    """A two-dimensional potential cut through its lowest point, where it is curved most: in space, and the cut itself.

    The cut is drawn with the parabola of its floor, up to the distance `reach` and, close up, `near`.
    """
    figure = new_figure((9.6, 3.8))
    grid = figure.add_gridspec(1, 3, width_ratios=[1.45, 1, 1])
    space = figure.add_subplot(grid[0], projection="3d", computed_zorder=False)
    plot_surface(space, potential, xlim, ylim)
    line, _ = across(potential, bottom, np.linspace(-reach, reach, 101))
    for color, width in (("white", 4.0), (CURVE, 2.2)):
        space.plot(*line.T, potential.value(line) + 0.01, color=color, linewidth=width, zorder=5)
    space.set(xlabel=names[0], ylabel=names[1], title="the loss, and a cut through it")
    space.view_init(elev=38, azim=-60)
    space.locator_params(nbins=4)
    for place, size, title in ((grid[1], reach, "the cut"), (grid[2], near, "its floor, close up")):
        plot_slice(figure.add_subplot(place), potential, bottom, size).set(title=title)
    figure.axes[1].legend(loc="upper center")
    return figure
