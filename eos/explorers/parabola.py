"""Notebook 1: gradient descent on a parabola, and the three regimes of its step size."""

from __future__ import annotations

import numpy as np

from eos.explorers.frame import Explorer, Slider
from eos.explorers.strip import regime_strip
from eos.figures import CURVE, EDGE, ITERATES, scaled
from eos.labels import PAPER, add_label
from eos.plots import curve_line, iterate_line
from eos.potentials import Quadratic
from eos.steppers import GradientDescent
from eos.trajectory import descend

BOUND = 100.0
"""A run whose |x| passes this has escaped."""
WIDTH, HEIGHT, LEAST, MOST = 8.0, 40.0, 1e-6, 60


def parabola(**start: float) -> Explorer:
    """f(x) = a x^2 / 2 with sliders for the step size, the curvature, the start and the number of steps.

    Left the curve with its iterates, right |x_t| beside the prediction |1 - eta a|^t |x0|, below the regime in which
    eta a stands. Keywords are starting values.
    """
    return Explorer(
        name="parabola",
        title="Gradient descent on a parabola",
        sliders=(
            Slider("eta", 0.02, 4.0, 0.15, "step size η", log=True),
            Slider("a", 0.25, 8.0, 2.0, "curvature a", step=0.05),
            Slider("x0", -5.0, 5.0, 3.0, "start x₀"),
            Slider("steps", 1, MOST, 20, "steps", integer=True),
        ),
        setup=_setup,
        size=(8.4, 4.2),
        presets={
            "glides": {"eta": 0.15, "a": 2.0},
            "lands at once": {"eta": 0.5, "a": 2.0},
            "bounces in": {"eta": 0.75, "a": 2.0},
            "bounces for ever": {"eta": 1.0, "a": 2.0},
            "escapes": {"eta": 1.1, "a": 2.0},
        },
        edges={"eta": lambda a, **_: 2.0 / a, "a": lambda eta, **_: 2.0 / eta},
    ).at(**start)


def _setup(figure):
    (curve_ax, size_ax), (strip_ax, _) = figure.subplots(2, 2, gridspec_kw={"height_ratios": [5, 1]})
    _.remove()
    strip_ax.set_subplotspec(strip_ax.get_gridspec()[1, :])
    move_curve, move_sizes, move_strip = _curve_panel(curve_ax), _size_panel(size_ax), regime_strip(strip_ax)

    def update(eta, a, x0, steps):
        run = descend(Quadratic(a), GradientDescent(eta), x0, int(steps), escape=BOUND)
        move_curve(a, run)
        move_sizes(eta, a, x0, run)
        move_strip(eta * a)
        return _reading(eta, a, x0, run)

    return update


def _curve_panel(ax):
    ax.set(xlim=(-WIDTH, WIDTH), ylim=(-1.5, HEIGHT), xlabel="x", ylabel="f(x)", title="the curve and the iterates")
    curve, dots = curve_line(ax, animated=True), iterate_line(ax, animated=True)
    first = iterate_line(ax, animated=True, markersize=scaled(10), markerfacecolor="white", zorder=5)
    look = {"color": EDGE, "weight": "bold", "zorder": 6, "bbox": PAPER}
    note = add_label(ax, 0.03, 0.95, transform=ax.transAxes, va="top", **look)
    grid = np.linspace(-WIDTH, WIDTH, 201)

    def move(a, run):
        curve.set_data(grid, 0.5 * a * grid**2)
        dots.set_data(run.x[:, 0], run.loss)
        first.set_data(run.x[:1, 0], run.loss[:1])
        note.set_text("" if run.escaped_at is None else f"escaped at step {run.escaped_at}")

    return move


def _size_panel(ax):
    ax.set(xlim=(-1, MOST + 1), yscale="log", ylim=(LEAST, 1e4), xlabel="step t", ylabel="distance |x|")
    ax.set_title("distance from the bottom")
    (line,) = ax.plot([], [], color=CURVE, linestyle="--", linewidth=scaled(1.2), animated=True, zorder=5)
    dots = iterate_line(ax, animated=True, linewidth=0, markerfacecolor="white", markersize=scaled(6))
    ax.plot([], [], "o", color=ITERATES, markerfacecolor="white", label="computed")
    ax.plot([], [], color=CURVE, linestyle="--", label="predicted |1 − ηa|ᵗ |x₀|")
    ax.legend(loc="upper right")

    def move(eta, a, x0, run):
        steps = run.steps
        with np.errstate(over="ignore", under="ignore"):
            line.set_data(steps, np.maximum(np.abs(1.0 - eta * a) ** steps * abs(x0), 1e-300))
        dots.set_data(steps, np.maximum(np.abs(run.x[:, 0]), 1e-300))

    return move


def _reading(eta, a, x0, run) -> str:
    factor = 1.0 - eta * a
    start = f"ηa = {eta * a:.4g}: each step multiplies x by 1 − ηa = {factor:.4g}. "
    if x0 == 0:
        return start + "The run starts at the bottom and stays there."
    if run.escaped_at is not None:
        return start + f"Each bounce is larger than the last: escaped at step {run.escaped_at} (|x| above {BOUND:.0f})."
    if abs(factor) < 1e-12:
        return start + "One step lands at the bottom."
    if abs(abs(factor) - 1.0) < 1e-12:
        return start + "The iterates bounce for ever between the same two points: this is the edge."
    end = f"After step {run.steps[-1]}, x is {run.x[-1, 0]:.3g}."
    if factor > 0:
        return start + "The iterates glide down one side, ever closer. " + end
    if factor > -1:
        return start + "The iterates bounce from side to side, ever closer. " + end
    return start + "Each bounce is larger than the last. " + end
