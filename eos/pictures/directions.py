"""A quadratic in two directions: the plane with both eigenvectors, and each coordinate between its predictions."""

import numpy as np

from eos.pictures.artists import escape_note, moving_dots, moving_line, ring
from eos.pictures.labels import PAPER, add_label
from eos.pictures.style import CURVE, FLOW, MUTED, SHARPNESS

COLORS, NAMES = (SHARPNESS, FLOW), ("₁", "₂")


def plane_panel(ax, reach: float):
    """Contours and eigenvectors with a run: `move(curvatures, vectors, run)`, one vector a row."""
    ax.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal")
    ax.set(xlabel="x", ylabel="y", title="the path, from above")
    ax.grid(False)
    ellipses = moving_line(ax, gid="contours", color=MUTED, linewidth=0.7, zorder=2)
    arrows = [_arrow(ax, color, name, 2 * reach) for color, name in zip(COLORS, NAMES, strict=True)]
    path, first, note = moving_dots(ax, markersize=4), ring(ax), escape_note(ax)
    circle = np.exp(1j * np.linspace(0, 2 * np.pi, 73))
    round_lines = np.stack([circle.real, circle.imag], axis=-1)
    sizes = np.sqrt(0.1 * 2.0 ** np.arange(12))  # of |c| for curvature 1: heights grow twofold from line to line

    def move(curvatures, vectors, run):
        lines = sizes[:, None, None] * (round_lines / np.sqrt(curvatures)) @ vectors
        gaps = np.full((len(sizes), 1, 2), np.nan)
        ellipses.set_data(*np.concatenate([lines, gaps], axis=1).reshape(-1, 2).T)
        for arrow, vector in zip(arrows, vectors, strict=True):
            arrow(vector)
        path.set_data(*run.x.T)
        first.set_data(*run.x[:1].T)
        note(run.escaped_at)

    return move


def _arrow(ax, color, name, far):
    """An eigenvector of length 1.2 and, thinly, the whole line that it spans."""
    axis = moving_line(ax, color=color, linewidth=1, linestyle=(0, (4, 3)), zorder=2.5)
    shaft = moving_line(ax, gid=f"v{name}", color=color, linewidth=3, zorder=4.5)
    head = moving_line(ax, color=color, markersize=12, linestyle="none", zorder=4.5)
    label = add_label(ax, 0, 0, f"v{name}", color=color, weight="bold", ha="center", va="center", zorder=6, bbox=PAPER)

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
    dots = moving_dots(ax, gid="iterates", color=COLORS[number], marker="os"[number], markersize=4)
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
