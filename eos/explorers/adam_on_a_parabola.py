"""Notebook 6: Adam left alone on a parabola, where its preconditioner fades with the gradient."""

from functools import lru_cache

import numpy as np

from eos import Adam, Quadratic, Trajectory, descend
from eos.pictures import ITERATES, NOTHING, SHARPNESS, add_label, edge_line, moving_line
from eos.widgets import Explorer, Slider

LONGEST = 4000


def adam_on_a_parabola(**start: float) -> Explorer:
    """f(x) = x^2 / 2 from x = 1 by Adam with beta1 = 0.9, with sliders for the step size, beta2, the number of steps.

    Left |x|, right the preconditioned curvature 1 / P in parts of Adam's edge, 38 / eta, both on a logarithmic axis. It
    starts at the first step. Keywords are starting values.
    """
    return Explorer(
        name="adam_on_a_parabola",
        title="Adam on a parabola",
        sliders=(
            Slider("eta", 0.001, 0.1, 0.01, "step size η", log=True, count=40),
            Slider("beta2", 0.9, 0.999, 0.99, "memory β₂", stops=(0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999)),
            Slider("steps", 1, LONGEST, 1, "steps", integer=True, log=True),
        ),
        setup=_setup,
        size=(8.4, 3.4),
        presets={
            "thrown out, and then at its edge": {"eta": 0.01, "beta2": 0.99, "steps": LONGEST},
            "not in 4,000 steps": {"eta": 0.01, "beta2": 0.999, "steps": LONGEST},
            "almost no memory": {"eta": 0.01, "beta2": 0.9, "steps": LONGEST},
        },
    ).at(**start)


@lru_cache(64)
def whole_run(eta: float, beta2: float) -> Trajectory:
    """All the steps, taken once."""
    return descend(Quadratic(1.0), Adam(eta, beta2=beta2), 1.0, LONGEST)


def _setup(figure):
    size_ax, share_ax = figure.subplots(1, 2)
    size_ax.set(xlim=(0, LONGEST), yscale="log", ylim=(1e-12, 3), xlabel="step", ylabel="|x|", title="the iterates")
    share_ax.set(xlim=(0, LONGEST), yscale="log", ylim=(1e-6, 30), xlabel="step", title="1/P, × edge")
    sizes = moving_line(size_ax, color=ITERATES, linewidth=1.0, marker="o", markevery=[-1])
    shares = moving_line(share_ax, color=SHARPNESS, linewidth=1.2, marker="o", markevery=[-1])
    note = add_label(share_ax, 0.97, 0.9, transform=share_ax.transAxes, ha="right")
    edge_line(share_ax, 1.0, "the edge")
    share_ax.legend(loc="lower right")

    def update(eta, beta2, steps):
        run, shown = whole_run(eta, beta2), slice(int(steps) + 1)
        share = 1.0 / run.kept["preconditioner"][shown, 0] / run.stepper.threshold
        sizes.set_data(run.steps[shown], np.maximum(np.abs(run.x[shown, 0]), NOTHING))
        shares.set_data(run.steps[shown], share)
        note.set_text(f"memory: about {1 / (1 - beta2):.0f} steps")
        crossed = int(((share[1:] > 1) & (share[:-1] <= 1)).sum())
        times = {0: "not crossed it", 1: "crossed it once"}.get(crossed, f"crossed it {crossed} times")
        where = f"after step {int(steps)}, 1/P is {share[-1]:.2g} of the edge, and has {times}."
        return f"η = {eta:g}, β₂ = {beta2:g}: {where}"

    return update
