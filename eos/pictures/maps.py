"""Maps of two-dimensional potentials: the loss, the sharpness, and the contour on which the sharpness is 2/eta."""

import numpy as np
from contourpy import contour_generator
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator

from eos.curvature import sharpness
from eos.pictures.artists import path_line, ring, star, telling
from eos.pictures.plots import ends, on_grid, plot_landscape
from eos.pictures.style import CURVE, EDGE, ITERATES, new_figure, styled
from eos.potentials import Potential
from eos.trajectories import Trajectory


def sharpness_grid(potential: Potential, xlim, ylim, points: int = 121):
    """A grid x, y over a rectangle and the sharpness on it, each of shape `(points, points)`."""
    return on_grid(lambda places: sharpness(potential, places), xlim, ylim, points)


@styled
def plot_sharpness_map(ax, potential: Potential, xlim, ylim, levels: int = 22):
    """Filled contours of the sharpness of a two-dimensional potential, darker where it is sharper, by equal ratios.

    Raises ValueError where it is positive nowhere.
    """
    x, y, top = sharpness_grid(potential, xlim, ylim)
    if top.max() <= 0:
        raise ValueError(f"potential must be curved upwards somewhere, got {potential!r} with S <= {top.max():g}")
    edges = np.geomspace(max(top.max() / 100, top.min()), top.max(), levels)
    shade = LogNorm(edges[0], 3 * edges[-1])
    filled = ax.contourf(x, y, np.maximum(top, edges[0]), levels=edges, norm=shade, cmap="binary")
    bar = ax.get_figure(root=True).colorbar(filled, ax=ax, label="sharpness S", ticks=LogLocator(subs=(1, 3)))
    bar.ax.yaxis.set_major_formatter("{x:g}")
    ax.set(xlim=xlim, ylim=ylim)
    ax.grid(False)
    return ax


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


@styled
def plot_edge_contour(ax, potential: Potential, xlim, ylim, edge: float, label: str | None = "S = 2/η"):
    """The contour on which the sharpness of a two-dimensional potential is `edge`, dashed."""
    edge_contour(ax, potential, xlim, ylim, label=label)(edge)
    return ax


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


@styled
def two_maps(potential: Potential, run: Trajectory, xlim, ylim, names=("x", "y")) -> Figure:
    """A run on the loss and on the sharpness of a two-dimensional potential, with the edge dashed."""
    figure = new_figure((9.6, 4.4))
    left, right = figure.subplots(1, 2)
    plot_landscape(left, potential, xlim, ylim)
    plot_sharpness_map(right, potential, xlim, ylim)
    for ax, title in ((left, "loss"), (right, "sharpness")):
        plot_edge_contour(ax, potential, xlim, ylim, run.stepper.threshold, f"S = {run.stepper.symbol}")
        path_line(ax).set_data(*run.x.T)
        ends(ax, run)
        ax.set(xlabel=names[0], ylabel=names[1], title=title)
    left.legend(loc="lower left")
    return figure
