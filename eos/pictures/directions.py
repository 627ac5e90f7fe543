"""A quadratic in two directions: the plane with both eigenvectors, and each coordinate between its predictions."""

import numpy as np

from eos.pictures.artists import escape_note, moving_dots, moving_line, ring
from eos.pictures.labels import PAPER, add_label
from eos.pictures.style import CURVE, MUTED

NAMES = "₁", "₂"
SHAFTS = {"linestyle": "-"}, {"linestyle": (0, (1.6, 0.8))}
HEADS = {}, {"markerfacecolor": "white", "markeredgewidth": 1.8}
SIZES = np.sqrt(0.1 * 2.0 ** np.arange(12))
"""Of |c| for curvature 1: from each contour to the next the height grows twofold."""


def plane_panel(ax, reach: float):
    """Contours and eigenvectors with a run: `move(curvatures, vectors, run)`, one vector a row."""
    ax.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal")
    ax.set(xlabel="x", ylabel="y", title="the path, from above")
    ax.grid(False)
    contours = moving_line(ax, gid="contours", color=MUTED, linewidth=0.7, zorder=2)
    arrows = [_arrow(ax, number, 2 * reach) for number in range(2)]
    path, first = moving_dots(ax, markersize=4), ring(ax)
    note = escape_note(ax, 0.97, "right", 0.04, "bottom")  # far from the start, and from v1

    def move(curvatures, vectors, run):
        sizes = SIZES if curvatures[1] > 0 else SIZES[4::2]  # a saddle's lines crowd together
        lines = sizes[:, None, None] * _contour(curvatures) @ vectors
        contours.set_data(*lines.reshape(-1, 2).T)
        for arrow, vector in zip(arrows, vectors, strict=True):
            arrow(vector)
        path.set_data(*run.x.T)
        first.set_data(*run.x[:1].T)
        note(run.escaped_at)

    return move


def _contour(curvatures):
    """Where lambda1 c1^2 + lambda2 c2^2 is 1, or 1 in size: an ellipse, or a saddle's four branches, ended by NaN."""
    if curvatures[1] > 0:
        turns = np.linspace(0, 2 * np.pi, 73)
        branches = np.stack([np.cos(turns), np.sin(turns)])[:, None]
    else:
        u = np.linspace(-5, 5, 61)
        along, across = np.stack([np.cosh(u), -np.cosh(u)]), np.stack([np.sinh(u), np.sinh(u)])
        branches = np.stack([np.concatenate([along, across]), np.concatenate([across, along])])
    ended = np.concatenate([branches, np.full((*branches.shape[:2], 1), np.nan)], axis=2)
    return ended.reshape(2, -1).T / np.sqrt(np.maximum(np.abs(curvatures), 1e-6))  # 0: as good as straight


def _arrow(ax, number, far):
    """An eigenvector of length 1.2 and, thinly, the whole line that it spans: the second one dashed, its head open."""
    name = f"v{NAMES[number]}"
    axis = moving_line(ax, color=CURVE, linewidth=1, linestyle=[(0, (8, 3)), (0, (2, 3))][number], zorder=2.5)
    shaft = moving_line(ax, gid=name, color=CURVE, linewidth=3, zorder=4.5, **SHAFTS[number])
    head = moving_line(ax, color=CURVE, markersize=12, linestyle="none", zorder=4.5, **HEADS[number])
    label = add_label(ax, 0, 0, name, color=CURVE, weight="bold", ha="center", va="center", zorder=6, bbox=PAPER)

    def move(vector):
        tip = 1.2 * vector
        axis.set_data(*(np.array([[-far], [far]]) * vector).T)
        shaft.set_data(*np.stack([0 * tip, tip]).T)
        head.set_data(tip[:1], tip[1:])
        head.set_marker((3, 0, np.rad2deg(np.arctan2(vector[1], vector[0])) - 90))
        label.set_position(1.6 * vector)

    return move


def coordinate_panel(ax, number: int, steps: int, reach: float):
    """A coordinate against the step, and its prediction: `move(c, factor, run)`."""
    ax.set(xlim=(-1, steps + 1), ylim=(-reach, reach), yticks=[-2, 0, 2], ylabel=f"along v{NAMES[number]}")
    bounds = moving_line(ax, gid="prediction", color=CURVE, linestyle="--", linewidth=1.2, zorder=3)
    dots = moving_dots(ax, gid="iterates", marker="os"[number], markersize=4)
    note = add_label(ax, 0.985, 0.95, transform=ax.transAxes, va="top", ha="right", zorder=6, bbox=PAPER)
    times = np.concatenate([np.arange(steps + 1.0), [np.nan], np.arange(steps + 1.0)])
    signs = np.concatenate([np.ones(steps + 1), [np.nan], -np.ones(steps + 1)])

    def move(c, factor, run):
        seen = (times <= run.steps[-1]) & ((factor < 0) | (signs * c[0] > 0))  # two curves only where it bounces
        with np.errstate(under="ignore", over="ignore"):
            height = signs * np.minimum(np.abs(c[0]) * np.abs(factor) ** times, 1e3)
        bounds.set_data(times, np.where(seen, height, np.nan))
        dots.set_data(run.steps, c)
        note.set_text(f"factor {round(float(factor), 12) + 0.0:.3g}")

    return move
