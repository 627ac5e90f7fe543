"""Maps of two-dimensional potentials: the loss, and the contour on which the sharpness is 2/eta."""

import numpy as np
from contourpy import contour_generator
from matplotlib.figure import Figure

from eos.curvature import sharpness
from eos.pictures.artists import path_line, ring, star, telling
from eos.pictures.plots import on_grid, plot_landscape
from eos.pictures.style import CURVE, EDGE, ITERATES, new_figure, styled
from eos.potentials import Potential


def sharpness_grid(potential: Potential, xlim, ylim, points: int = 121):
    """A grid x, y over a rectangle and the sharpness on it, each of shape `(points, points)`."""
    return on_grid(lambda places: sharpness(potential, places), xlim, ylim, points)


def edge_contour(ax, potential: Potential, xlim, ylim, **style):
    """A moving dashed line on which the sharpness has one value: returns `move(level)`.

    The grid of sharpness is computed once; a move only follows the level through it.
    """
    lines = contour_generator(*sharpness_grid(potential, xlim, ylim)).lines
    (line,) = ax.plot([], [], color=EDGE, linestyle="--", zorder=3, **style)
    gap = np.full((1, 2), np.nan)

    def move(level: float):
        pieces = [part for piece in lines(level) for part in (piece, gap)] or [gap]
        line.set_data(*np.concatenate(pieces).T)

    return move


def walk_on_map(ax, potential: Potential, xlim, ylim):
    """The loss from above, the contour on which the sharpness is the edge, a run on it: returns `move(run, goal)`."""
    plot_landscape(ax, potential, xlim, ylim)
    contour, path = edge_contour(ax, potential, xlim, ylim, animated=True), path_line(ax, animated=True)
    rim = {"color": "white", "markeredgecolor": CURVE}
    first, star_ahead = ring(ax, linewidth=0, markersize=9, **rim), telling(star(ax, **rim))

    def move(run, goal):
        contour(run.stepper.threshold)
        path.set_data(*run.x.T)
        first.set_data(*run.x[:1].T)
        star_ahead.set_data(*np.transpose([goal]))

    return move


@styled
def plot_pull(ax, potential: Potential, points, eta: float):
    """One step of gradient descent from each of several points of the plane, and the mean of these steps.

    `points` has shape `(m, 2)`: the ends of a bounce, say. Thin arrows are the steps, the thick one is their mean.
    """
    points = np.asarray(points, dtype=float)
    steps = -eta * potential.gradient(points)
    arrows = {"angles": "xy", "scale_units": "xy", "scale": 1}
    ax.quiver(*points.T, *steps.T, color=ITERATES, width=0.006, zorder=5, label="a step", **arrows)
    ax.quiver(*points.mean(0), *steps.mean(0), color="white", width=0.014, zorder=6, label="their mean", **arrows)
    ax.plot(*points.T, "o", color="white", markeredgecolor=ITERATES, markersize=8, zorder=6)
    return ax


@styled
def pull(potential: Potential, points, eta: float, xlim, ylim, names=("x", "y")) -> Figure:
    """One step from each of several points, and the mean of these steps, on the loss map."""
    figure = new_figure((6.4, 3.9))
    ax = plot_pull(plot_landscape(figure.subplots(), potential, xlim, ylim), potential, points, eta)
    ax.set(xlabel=names[0], ylabel=names[1], title="steps (thin), and their mean (thick)")
    return figure
