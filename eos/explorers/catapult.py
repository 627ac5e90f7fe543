"""Notebook 4: the catapult, whose loss may rise ten-thousandfold and yet come back."""

from __future__ import annotations

import numpy as np

from eos.explorers.frame import Explorer, Slider
from eos.figures import EDGE, MUTED, SHARPNESS, scaled
from eos.labels import add_label
from eos.plots import edge_mark, iterate_line
from eos.steppers import GradientDescent
from eos.trajectory import Trajectory, descend
from eos.valleys import Catapult

MODEL = Catapult(512)
MOST, SEEDS, LEAST = 120, 10, 1e-12
STARTS = [MODEL.start(seed) for seed in range(SEEDS)]


def catapult(**start: float) -> Explorer:
    """L = (u.v)^2 / (2 n), n = 512, from starts with lam = 1: sliders for the step size, the start and the steps.

    Left the loss against the step, right lam = (|u|^2 + |v|^2) / n with the lines 2/eta, below which the valley is
    stable, and 4/eta, above which lam grows. Keywords are starting values.
    """
    return Explorer(
        name="catapult",
        title="The catapult",
        sliders=(
            Slider("eta", 0.5, 4.2, 2.5, "ηλ₀, step size where λ₀ = 1", step=0.02),
            Slider("seed", 0, SEEDS - 1, 0, "start number", integer=True),
            Slider("steps", 1, MOST, MOST, "steps", integer=True),
        ),
        setup=_setup,
        size=(8.4, 3.6),
        presets={
            "falls": {"eta": 1.9},
            "rises first": {"eta": 2.1},
            "catapults": {"eta": 2.5},
            "only just comes back": {"eta": 3.98},
            "escapes": {"eta": 4.02},
        },
        edges={"eta": lambda **_: 2.0},
    ).at(**start)


def _setup(figure):
    loss_ax, kernel_ax = figure.subplots(1, 2)
    moves = _loss_panel(loss_ax), _kernel_panel(kernel_ax)

    def update(eta, seed, steps):
        run = descend(MODEL, GradientDescent(eta), STARTS[int(seed)], int(steps))
        kernel = MODEL.kernel(run.x)
        for move in moves:
            move(eta, run, kernel)
        return _reading(eta, run, kernel)

    return update


def _loss_panel(ax):
    ax.set(xlim=(-1, MOST), yscale="log", ylim=(LEAST, 1e6), xlabel="step", ylabel="loss", title="loss")
    dots = iterate_line(ax, animated=True, markersize=scaled(4))
    note = add_label(ax, 0.97, 0.95, transform=ax.transAxes, va="top", ha="right", color=EDGE, weight="bold")

    def move(eta, run, kernel):
        dots.set_data(run.steps, np.maximum(run.loss, 1e-300))
        note.set_text("" if run.escaped_at is None else f"escaped at step {run.escaped_at}")

    return move


def _kernel_panel(ax):
    ax.set(xlim=(-1, MOST), ylim=(0, 2.5), xlabel="step", ylabel="λ", title="λ, across the valley")
    dots = iterate_line(ax, color=SHARPNESS, animated=True, markersize=scaled(4))
    ceiling = ax.axhline(np.nan, color=MUTED, linestyle=":", animated=True)
    ax.plot([], [], color=MUTED, linestyle=":", label="4/η")
    edge = edge_mark(ax)
    ax.legend(loc="upper center")

    def move(eta, run, kernel):
        dots.set_data(run.steps, kernel)
        ceiling.set_ydata([4.0 / eta] * 2)
        edge(2.0 / eta)

    return move


def _reading(eta: float, run: Trajectory, kernel) -> str:
    start = f"ηλ₀ = {eta:.4g}. "
    if run.escaped_at is not None:
        return start + f"λ is never brought below 2/η: escaped at step {run.escaped_at}."
    highest = int(run.loss.argmax())
    if highest == 0:
        start += "The loss never exceeds its start. "
    else:
        start += f"The loss rises to {run.loss[highest] / run.loss[0]:.3g} times its start, at step {highest}. "
    loss = f"{run.loss[-1]:.2g}" if run.loss[-1] >= LEAST else f"below {LEAST:g}"
    return start + f"After step {run.steps[-1]} the loss is {loss} and ηλ = {eta * kernel[-1]:.3f}."
