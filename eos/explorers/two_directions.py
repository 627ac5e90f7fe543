"""Notebook 3: gradient descent on a quadratic in two directions, each with a factor of its own."""

from __future__ import annotations

import numpy as np

from eos.explorers.frame import Explorer, Slider
from eos.explorers.strip import regime_strip
from eos.figures import CURVE, EDGE, FLOW, MUTED, SHARPNESS, scaled
from eos.labels import PAPER, add_label
from eos.plots import iterate_line
from eos.potentials import Quadratic
from eos.steppers import GradientDescent
from eos.trajectory import descend

BOUND = 100.0
"""A run with a coordinate beyond this has escaped."""
RADIUS, REACH, MOST = 3.0, 3.6, 60
COLORS = SHARPNESS, FLOW
NAMES = "₁", "₂"


def two_directions(**start: float) -> Explorer:
    """f = lambda1 c1^2 / 2 + lambda2 c2^2 / 2, with c1, c2 the coordinates along two perpendicular directions.

    Sliders for the step size, both curvatures, the angle of the first direction and that of the start, in degrees,
    and the number of steps. Left the path on contours; right each coordinate between the curves of its prediction,
    +-|1 - eta lambda|^t |c(0)|; below the regime of each. Keywords are starting values.
    """
    return Explorer(
        name="two_directions",
        title="Gradient descent in two directions",
        sliders=(
            Slider("eta", 0.02, 2.5, 0.1, "step size η", log=True),
            Slider("lambda1", 0.5, 10.0, 9.0, "curvature λ₁", step=0.1),
            Slider("lambda2", 0.5, 10.0, 1.0, "curvature λ₂", step=0.1),
            Slider("angle", 0, 90, 45, "angle of v₁", integer=True),
            Slider("start", 0, 180, 115, "angle of start", integer=True),
            Slider("steps", 1, MOST, 30, "steps", integer=True),
        ),
        setup=_setup,
        size=(8.4, 5.2),
        presets={
            "both glide": {"eta": 0.1},
            "one bounces, one glides": {"eta": 0.2},
            "one bounces for ever": {"eta": 2 / 9},
            "the stiff one breaks first": {"eta": 0.25},
            "both escape": {"eta": 0.25, "lambda2": 8.6},
            "a start that spares v₁": {"eta": 0.25, "start": 135},
            "a round bowl": {"eta": 0.2, "lambda2": 9.0},
        },
        edges={
            "eta": lambda lambda1, lambda2, **_: 2.0 / max(lambda1, lambda2),
            "lambda1": lambda eta, **_: 2.0 / eta,
            "lambda2": lambda eta, **_: 2.0 / eta,
        },
    ).at(**start)


def _setup(figure):
    grid = figure.add_gridspec(3, 2, height_ratios=[3, 3, 1.6], width_ratios=[1.15, 1])
    plane = _plane(figure.add_subplot(grid[:2, 0]))
    rows = [_coordinate(figure.add_subplot(grid[i, 1]), i) for i in range(2)]
    strip = regime_strip(figure.add_subplot(grid[2, :]), COLORS, ("ηλ₁", "ηλ₂"), "λ")

    def update(eta, lambda1, lambda2, angle, start, steps):
        curvatures, turn = np.array([lambda1, lambda2]), np.deg2rad(angle)
        vectors = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
        x0 = RADIUS * np.array([np.cos(np.deg2rad(start)), np.sin(np.deg2rad(start))])
        hessian = (vectors.T * curvatures) @ vectors
        run = descend(Quadratic((hessian + hessian.T) / 2), GradientDescent(eta), x0, int(steps), escape=BOUND)
        coordinates, factors = run.x @ vectors.T, 1.0 - eta * curvatures
        plane(curvatures, vectors, run)
        for row, c, factor, curvature in zip(rows, coordinates.T, factors, curvatures, strict=True):
            row(c, factor, curvature, run)
        strip(*(eta * curvatures))
        return _reading(factors, curvatures, coordinates, run)

    return update


def _plane(ax):
    ax.set(xlim=(-REACH, REACH), ylim=(-REACH, REACH), aspect="equal")
    ax.set(xlabel="x", ylabel="y", title="the path, from above")
    ax.grid(False)
    (ellipses,) = ax.plot([], [], color=MUTED, linewidth=scaled(0.7), animated=True, zorder=2)
    arrows = [_arrow(ax, color, name) for color, name in zip(COLORS, NAMES, strict=True)]
    path = iterate_line(ax, animated=True, markersize=scaled(4))
    first = iterate_line(ax, animated=True, markersize=scaled(10), markerfacecolor="white", zorder=5)
    note = add_label(ax, 0.03, 0.97, transform=ax.transAxes, va="top", color=EDGE, weight="bold", zorder=6)
    note.set_bbox({"facecolor": "white", "alpha": 0.85, "edgecolor": "none", "pad": 2})
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
        note.set_text("" if run.escaped_at is None else f"escaped at step {run.escaped_at}")

    return move


def _arrow(ax, color, name):
    """An eigenvector of length 1.2 and, thinly, the whole line that it spans."""
    (axis,) = ax.plot([], [], color=color, linewidth=scaled(1), linestyle=(0, (4, 3)), animated=True, zorder=2.5)
    (shaft,) = ax.plot([], [], color=color, linewidth=scaled(3), animated=True, zorder=4.5)
    (head,) = ax.plot([], [], color=color, markersize=scaled(12), linestyle="none", animated=True, zorder=4.5)
    label = add_label(ax, 0, 0, f"v{name}", color=color, weight="bold", ha="center", va="center", zorder=6, bbox=PAPER)

    def move(vector):
        tip = 1.2 * vector
        axis.set_data(*(np.array([[-2 * REACH], [2 * REACH]]) * vector).T)
        shaft.set_data(*np.stack([0 * tip, tip]).T)
        head.set_data(tip[:1], tip[1:])
        head.set_marker((3, 0, np.rad2deg(np.arctan2(vector[1], vector[0])) - 90))
        label.set_position(1.6 * vector)

    return move


def _coordinate(ax, number):
    name, color, marker = NAMES[number], COLORS[number], "os"[number]
    ax.set(xlim=(-1, MOST + 1), ylim=(-REACH, REACH), yticks=[-2, 0, 2], ylabel=f"along v{name}")
    if number:
        ax.set(xlabel="step t")
    else:
        ax.set(title="dashed: |1 − ηλ|ᵗ |c₀|", xticklabels=[])
    (bounds,) = ax.plot([], [], color=CURVE, linestyle="--", linewidth=scaled(1.2), animated=True, zorder=3)
    dots = iterate_line(ax, color=color, marker=marker, markersize=scaled(4), animated=True)
    note = add_label(ax, 0.985, 0.95, transform=ax.transAxes, va="top", ha="right", zorder=6, bbox=PAPER)
    times = np.concatenate([np.arange(MOST + 1.0), [np.nan], np.arange(MOST + 1.0)])
    signs = np.concatenate([np.ones(MOST + 1), [np.nan], -np.ones(MOST + 1)])

    def move(c, factor, curvature, run):
        shown = (times <= run.steps[-1]) & ((factor < 0) | (signs * c[0] > 0))  # two curves only where it bounces
        with np.errstate(under="ignore", over="ignore"):
            height = signs * np.minimum(np.abs(c[0]) * np.abs(factor) ** times, 1e3)
        bounds.set_data(times, np.where(shown, height, np.nan))
        dots.set_data(run.steps, c)
        note.set_text(f"factor {_clean(factor):.3g}")

    return move


def _clean(number) -> float:
    """Rounding shall not say that 2 is not 2: a factor of -1 is where it bounces for ever."""
    return round(float(number), 12) + 0.0


def _regime(factor) -> str:
    factor = _clean(factor)
    if factor in (0.0, -1.0):
        return "bounces for ever" if factor else "lands at once"
    return "glides in" if factor > 0 else "bounces in" if factor > -1 else "escapes"


def _reading(factors, curvatures, coordinates, run) -> str:
    parts = [
        f"Along v{name} (λ{name} = {curvature:.4g}) each step multiplies by 1 − ηλ{name} = {_clean(factor):.4g}: "
        + ("the start has no part along it." if abs(c) < 1e-9 else f"it {_regime(factor)}.")
        for name, curvature, factor, c in zip(NAMES, curvatures, factors, coordinates[0], strict=True)
    ]
    if run.escaped_at is not None:
        seen = (np.abs(coordinates[0]) > 1e-9) & (np.abs(factors) > 1)
        why = "" if seen.any() else ": even the part that rounding leaves grows"
        return " ".join([*parts, f"Escaped at step {run.escaped_at} (a coordinate above {BOUND:.0f}){why}."])
    end = ", ".join(f"{0.0 if abs(c) < 1e-9 else c:.3g}" for c in coordinates[-1])
    return " ".join([*parts, f"After step {run.steps[-1]} the two coordinates are {end}."])
