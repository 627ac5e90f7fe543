"""`plot_*(ax, ...) -> ax`: what was computed, drawn on axes that the caller made; and figures made of such plots."""

import numpy as np
from matplotlib import colormaps
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure

from eos.pictures.artists import edge_line, iterate_line, path_line
from eos.pictures.style import CURVE, FLOW, ITERATES, MUTED, SHARPNESS, new_figure, styled
from eos.potentials import Potential
from eos.steppers import GradientDescent
from eos.trajectories import SharpnessPath, Trajectory, descend


@styled
def plot_landscape(ax, potential: Potential, xlim, ylim):
    """Filled contours of a two-dimensional potential, spaced by equal ratios of the height above the lowest point."""
    x, y, height = on_grid(potential.value, xlim, ylim, 161)
    above = _above(height)
    edges = np.geomspace(above.min(), above.max(), 22)
    ax.contourf(x, y, above, levels=edges, norm=_shade(above), cmap="viridis")
    ax.contour(x, y, above, levels=edges[1:], colors="white", linewidths=0.4, alpha=0.6)
    ax.grid(False)
    return ax


@styled
def plot_surface(ax, potential: Potential, xlim, ylim, runs=()):
    """A two-dimensional potential as a landscape in space (3D axes), with runs on it, from a ring to a star."""
    x, y, height = on_grid(potential.value, xlim, ylim, 161)
    above = _above(height)
    colors = colormaps["viridis"](_shade(above)(above))
    ax.plot_surface(x, y, height, facecolors=colors, linewidth=0, rcount=80, ccount=80, zorder=1, antialiased=True)
    lift = 0.012 * (height.max() - height.min())
    for run in runs:
        rim = {"markeredgecolor": "white", "markeredgewidth": 0.5}
        ax.plot(*run.x.T, run.loss + lift, color=ITERATES, zorder=5, marker="o", markersize=4.5, linewidth=1.6, **rim)
        for mark, size, end in (("o", 8, slice(1)), ("*", 13, slice(-1, None))):
            ax.plot(*run.x[end].T, run.loss[end] + lift, color="white", marker=mark, zorder=6, markersize=size)
    return ax


def _above(height):
    """The height above the lowest point, at least a thousandth of the largest, so that it has a logarithm."""
    above = height - height.min()
    return np.maximum(above, 1e-3 * above.max())


def _shade(above):
    """One colour scale for contours and surface."""
    return LogNorm(above.min(), above.max(), clip=True)


@styled
def plot_path(ax, run: Trajectory):
    """The way of a two-dimensional run through the plane: a ring where it starts, a star where it ends."""
    path_line(ax).set_data(*run.x.T)
    rim = {"color": "white", "markeredgecolor": "black", "zorder": 5}
    ax.plot(*run.x[0], "o", markersize=9, **rim)
    ax.plot(*run.x[-1], "*", markersize=14, **rim)
    return ax


@styled
def plot_loss(ax, run: Trajectory):
    """The loss against the step, on a logarithmic axis."""
    ax.plot(run.steps, run.loss, color=ITERATES, linewidth=1.2)
    ax.set(yscale="log", xlabel="step", ylabel="loss")
    return ax


@styled
def plot_sharpness(ax, path: SharpnessPath, edge: float, symbol: str = "2/η", label: str | None = None):
    """The sharpness against the step, and the edge as a dashed line with its symbol, where it is finite."""
    ax.plot(path.steps, path.top, color=SHARPNESS, label=label, linewidth=1.4)
    heights = [np.nanmax(path.top)]
    if np.isfinite(edge):
        edge_line(ax, edge, symbol)
        heights.append(edge)
        ax.legend(loc="lower right")
    ax.set(xlabel="step", ylabel="sharpness S", ylim=(0, 1.1 * max(heights)))
    return ax


def long_run_places(potential: Potential, etas, starts, settle: int, keep: int) -> np.ndarray:
    """The last `keep` iterates of runs of `settle + keep` steps, shape `(keep, starts, etas)`, in one dimension."""
    x0 = np.asarray(starts, dtype=float)[:, None, None]
    return descend(potential, GradientDescent(etas), x0, settle + keep).x[-keep:, ..., 0]


@styled
def draw_places(ax, etas, places, reach: float, **style):
    """An image of places, shape `(..., etas)`, between -reach and reach: a dot for each, darker where there are more.

    Each dot is three rows high; where there is none, one sees through.
    """
    extent, seen = (etas[0], etas[-1], -reach, reach), visited(etas, places, reach)
    look = {"cmap": "binary", "norm": LogNorm(0.3, 60.0, clip=True), **style}
    return ax.imshow(np.ma.masked_equal(seen, 0), origin="lower", extent=extent, aspect="auto", **look)


def visited(etas, places, reach: float, rows: int = 240) -> np.ndarray:
    """How many of the places, shape `(..., etas)`, lie in each row between -reach and reach, or in one beside it."""
    columns = np.broadcast_to(np.arange(len(etas)), places.shape)
    edges = np.linspace(-reach, reach, rows + 1), np.arange(len(etas) + 1) - 0.5
    counts, _, _ = np.histogram2d(places.ravel(), columns.ravel(), edges)
    padded = np.pad(counts, ((1, 1), (0, 0)))
    return padded[:-2] + counts + padded[2:]


def on_grid(function, xlim, ylim, points: int):
    """A grid x, y over a rectangle and a function of points on it, each `(points, points)`: one batched call."""
    x, y = np.meshgrid(np.linspace(*xlim, points), np.linspace(*ylim, points))
    return x, y, function(np.stack([x, y], axis=-1))


@styled
def landscape(potential: Potential, run: Trajectory, xlim, ylim, names=("x", "y")) -> Figure:
    """A two-dimensional potential and a run on it, twice: as a landscape in space, and from above."""
    figure = new_figure((9.6, 4.2))
    space = figure.add_subplot(1, 2, 1, projection="3d", computed_zorder=False)
    plot_surface(space, potential, xlim, ylim, [run])
    space.set(xlabel=names[0], ylabel=names[1], zlabel="loss", title="the landscape")
    space.view_init(elev=38, azim=-118)
    above = figure.add_subplot(1, 2, 2)
    plot_path(plot_landscape(above, potential, xlim, ylim), run)
    above.set(xlabel=names[0], ylabel=names[1], title="the same, from above")
    return figure


@styled
def history(run: Trajectory, path: SharpnessPath) -> Figure:
    """The loss and the sharpness of a run, side by side, with the edge of its stepper."""
    figure = new_figure((9.6, 3.4))
    left, right = figure.subplots(1, 2)
    plot_loss(left, run)
    plot_sharpness(right, path, run.stepper.threshold, run.stepper.symbol)
    left.set(title="loss")
    right.set(title="sharpness")
    return figure


@styled
def sharpness_paths(paths: dict[str, SharpnessPath], edge: float) -> Figure:
    """Several sharpness paths by name, each in a style of its own, with the dashed line 2/eta."""
    figure = new_figure((9.6, 3.6))
    ax = figure.subplots()
    styles = [(SHARPNESS, "-"), (FLOW, "-."), (ITERATES, ":"), (CURVE, (0, (5, 1))), (MUTED, (0, (3, 1, 1, 1)))]
    if not 1 <= len(paths) <= len(styles):
        raise ValueError(f"paths must hold 1 to {len(styles)} paths, got {len(paths)}")
    plot_sharpness(ax, next(iter(paths.values())), edge, label=next(iter(paths)))
    for (name, path), (color, style) in list(zip(paths.items(), styles, strict=False))[1:]:
        ax.plot(path.steps, path.top, color=color, linestyle=style, label=name, linewidth=1.6)
    ax.set_ylim(0, 1.08 * max(edge, *(np.nanmax(path.top) for path in paths.values())))
    ax.legend(loc="best", ncols=2)
    return figure


@styled
def edge_shares(runs: Trajectory, paths: SharpnessPath) -> Figure:
    """The sharpness of a batch of runs over step sizes, each in parts of its own edge, the dashed line at 1."""
    figure = new_figure((9.6, 3.6))
    ax = figure.subplots()
    shares, marks = paths.top / runs.stepper.threshold, "osv^D"
    if shares.ndim != 2 or not 1 <= shares.shape[1] <= len(marks):
        raise ValueError(f"runs must be a batch of 1 to {len(marks)} step sizes, got sharpness of shape {shares.shape}")
    edge_line(ax, 1.0, runs.stepper.symbol)
    every = max(1, len(paths.steps) // 12)
    for eta, share, mark in zip(runs.stepper.eta, shares.T, marks, strict=False):
        ax.plot(paths.steps, share, color=SHARPNESS, marker=mark, markevery=every, linewidth=1.2, label=f"η = {eta:g}")
    ax.set(xlabel="step", ylabel="sharpness / edge", ylim=(0, 1.1 * np.nanmax(shares)))
    ax.legend(loc="upper right", ncols=2)
    return figure


@styled
def bounce(run: Trajectory, path: SharpnessPath, first: int, last: int) -> Figure:
    """The moves of a run from step to step, along the top eigenvector and across it.

    `path` is the sharpness at every record of the run.
    """
    moves = np.diff(run.x[first : last + 1], axis=0)
    top = path.vectors[first:last, 0]
    along = (moves * top).sum(-1)
    across = np.linalg.norm(moves - along[:, None] * top, axis=-1)
    figure = new_figure((9.6, 3.4))
    ax = figure.subplots()
    steps = run.steps[first:last]
    iterate_line(ax, label="along the top eigenvector").set_data(steps, along)
    iterate_line(ax, color=CURVE, marker="s", label="all other directions (length)").set_data(steps, across)
    ax.set(xlim=(first - 1, last), xlabel="step", ylabel="move in one step")
    reach = 1.25 * np.abs(along).max()
    ax.set_ylim(-reach, reach)
    ax.legend(loc="upper left")
    return figure
