"""Notebook 4: the catapult, whose loss may rise ten-thousandfold and yet come back."""

import numpy as np

from eos import Catapult, GradientDescent, descend
from eos.pictures import MUTED, NOTHING, SHARPNESS, edge_line, edge_mark, escape_note, moving_dots
from eos.widgets import Edge, Explorer, Slider

MODEL, LONGEST, SEEDS, LOWEST = Catapult(512), 120, 10, 1e-12


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
            Slider("steps", 1, LONGEST, LONGEST, "steps", integer=True),
        ),
        setup=_setup,
        presets={
            "falls": {"eta": 1.9},
            "rises first": {"eta": 2.1},
            "catapults": {"eta": 2.5},
            "only just comes back": {"eta": 3.98},
            "escapes": {"eta": 4.02},
        },
        edges={"eta": Edge("edge of the start, 2/λ₀", lambda **_: GradientDescent(1.0).critical_eta(1.0))},
    ).at(**start)


def _setup(figure):
    loss_ax, kernel_ax = figure.subplots(1, 2)
    loss_ax.set(xlim=(-1, LONGEST), yscale="log", ylim=(LOWEST, 1e6), xlabel="step", ylabel="loss", title="loss")
    kernel_ax.set(xlim=(-1, LONGEST), ylim=(0, 2.5), xlabel="step", ylabel="λ", title="λ, across the valley")
    losses, note = moving_dots(loss_ax, markersize=4), escape_note(loss_ax, 0.97, "right")
    kernels = moving_dots(kernel_ax, color=SHARPNESS, markersize=4)
    ceiling = edge_line(kernel_ax, label="4/η", color=MUTED, linestyle=":", animated=True)
    edge, starts = edge_mark(kernel_ax), [MODEL.start(seed) for seed in range(SEEDS)]
    kernel_ax.legend(loc="upper center")

    def update(eta, seed, steps):
        run = descend(MODEL, GradientDescent(eta), starts[int(seed)], int(steps))
        kernel = MODEL.kernel(run.x)
        losses.set_data(run.steps, np.maximum(run.loss, NOTHING))
        kernels.set_data(run.steps, kernel)
        ceiling.set_ydata([4.0 / eta] * 2)
        edge(run.stepper.threshold)
        note(run.escaped_at)
        return _reading(eta, run, kernel)

    return update


def _reading(eta, run, kernel) -> str:
    start = f"ηλ₀ = {eta:.4g}. "
    if run.escaped_at is not None:
        return start + f"λ is never brought below 2/η: escaped at step {run.escaped_at}."
    highest = int(run.loss.argmax())
    start += "The loss never exceeds its start. " if highest == 0 else (
        f"The loss rises to {run.loss[highest] / run.loss[0]:.3g} times its start, at step {highest}. "
    )  # fmt: skip
    loss = f"{run.loss[-1]:.2g}" if run.loss[-1] >= LOWEST else f"below {LOWEST:g}"
    return start + f"After step {run.steps[-1]} the loss is {loss} and ηλ = {eta * kernel[-1]:.3f}."
