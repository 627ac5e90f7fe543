"""Notebook 6: the first steps of Adam, and what a warm-up does to the share of the edge that they take."""

from functools import lru_cache

import numpy as np

from eos import Adam, MLPLoss, WarmUp, chebyshev, descend, sharpness_along
from eos.pictures import CURVE, ITERATES, SHARPNESS, add_label, edge_line, moving_line
from eos.widgets import Explorer, Slider

NET, STEPS, EVERY = MLPLoss(*chebyshev(6), hidden=(20, 20, 20)), 300, 3
"""Three hidden layers of 20, from a random start as PyTorch's."""


def warm_up(**start: float) -> Explorer:
    """Adam on a network with sliders for the step size and the length of the warm-up, over 300 steps from one start.

    Left the preconditioned sharpness in parts of the edge that holds at that step, right the loss. Keywords are
    starting values.
    """
    return Explorer(
        name="warm_up",
        title="The first steps of Adam",
        sliders=(
            Slider("eta", 0.003, 0.1, 0.01, "step size η", log=True, count=30),
            Slider("length", 0, STEPS, 0, "warm-up, in steps", stops=(0, 3, 10, 30, 100, 200, STEPS), integer=True),
        ),
        setup=_setup,
        size=(8.4, 3.4),
        presets={
            "below the edge from the start": {"eta": 0.01, "length": 0},
            "thrown onto a plateau": {"eta": 0.1, "length": 0},
            "the same, warmed up": {"eta": 0.1, "length": 100},
        },
    ).at(**start)


@lru_cache(64)
def _first_steps(eta: float, length: int):
    """Steps, the share of the edge, the loss, each at every third step."""
    run = descend(NET, WarmUp(eta, length, Adam), NET.init_torch(0), STEPS, every=EVERY)
    edges = np.array([run.stepper.at(step).threshold for step in run.steps])
    return run.steps, sharpness_along(run, preconditioned=True, tol=1e-3).top / edges, run.loss


def _setup(figure):
    share_ax, loss_ax = figure.subplots(1, 2)
    share_ax.set(xlim=(-4, STEPS), yscale="log", ylim=(3e-4, 30), xlabel="step", title="preconditioned, × edge")
    loss_ax.set(xlim=(-4, STEPS), yscale="log", ylim=(1e-7, 3), xlabel="step", title="loss")
    share = moving_line(share_ax, color=SHARPNESS, linewidth=1.4)
    first = moving_line(share_ax, color=SHARPNESS, marker="o", markersize=9, markerfacecolor="white", clip_on=False)
    end = share_ax.axvline(0, color=CURVE, linewidth=1.0, linestyle=":", animated=True)
    note = add_label(share_ax, 0.97, 0.91, transform=share_ax.transAxes, ha="right")
    losses = moving_line(loss_ax, color=ITERATES, linewidth=1.2)
    edge_line(share_ax, 1.0, "the edge")
    share_ax.legend(loc="lower right")

    def update(eta, length):
        steps, shares, loss = _first_steps(eta, int(length))
        share.set_data(steps, shares)
        first.set_data(steps[:1], shares[:1])
        losses.set_data(steps, loss)
        end.set_xdata([length, length])
        note.set_text(f"first step: {shares[0]:.2g} × edge")
        start = f"η = {eta:g}, warm-up over {int(length)} steps: the first step takes {shares[0]:.2g} of its edge."
        return f"{start} At step {STEPS} the loss is {loss[-1]:.1g}."

    return update
