"""Notebook 6: an adaptive method on a network, its sharpness raw and preconditioned; the slider picks a step size."""

import numpy as np

from eos import SharpnessPath, Trajectory
from eos.pictures import ITERATES, SHARPNESS, edge_line, one_of_many, rising_sizes
from eos.widgets import Explorer, Slider


def preconditioned(runs: Trajectory, raw: SharpnessPath, divided: SharpnessPath, **start: float) -> Explorer:
    """Runs of an adaptive method, a batch over rising step sizes: their loss, and their sharpness without and with P.

    From `descend(net, Adam(etas), theta0, ...)` with etas of shape `(m,)`, `sharpness_along(runs)` and
    `sharpness_along(runs, preconditioned=True)`. Keywords are starting values.
    """
    etas, last = rising_sizes(runs, raw=raw, divided=divided), int(raw.steps[-1])
    return Explorer(
        name="preconditioned",
        title="Raw and preconditioned",
        sliders=(
            Slider("eta", float(etas[0]), float(etas[-1]), float(etas[0]), "step size η", stops=tuple(etas.tolist())),
            Slider("step", 0, last, last, "step", integer=True, step=max(1, last // 100)),
        ),
        setup=lambda figure: _setup(figure, runs, raw, divided, etas),
        size=(8.8, 3.5),
    ).at(**start)


def _setup(figure, runs, raw, divided, etas):
    loss_ax, raw_ax, share_ax = figure.subplots(1, 3)
    shares, stride = divided.top / runs.stepper.threshold, raw.steps[1] // runs.every
    losses = one_of_many(loss_ax, runs.steps, runs.loss, ITERATES)
    raws, parts = (one_of_many(ax, raw.steps, y, SHARPNESS) for ax, y in ((raw_ax, raw.top), (share_ax, shares)))
    loss_ax.set(yscale="log", ylim=(0.5 * np.nanmin(runs.loss), 3 * np.nanmax(runs.loss)), title="loss")
    raw_ax.set(ylim=(0, 1.1 * np.nanmax(raw.top)), title="raw", ylabel="sharpness")
    share_ax.set(yscale="log", ylim=(0.05, 20), title="preconditioned", ylabel="× edge")
    edge_line(share_ax, 1.0, "the edge")
    share_ax.legend(loc="lower right")

    def update(eta, step):
        run, record = int(np.abs(np.log(etas / eta)).argmin()), int(round(step / raw.steps[1]))
        losses(run, record * stride)
        raws(run, record)
        parts(run, record)
        return _reading(runs, raw, shares, run, record)

    return update


def _reading(runs, raw, shares, run, record) -> str:
    """In round numbers: at the edge digits differ from machine to machine."""
    start, share = f"η = {runs.stepper.eta[run]:g}, step {raw.steps[record]}: ", shares[record, run]
    if not np.isfinite(share):
        return f"{start}the run escaped at step {runs.escaped_at[run]}."
    ratio = raw.top[record, run] / raw.top[0, run]
    grown = max((times for times in (1, 2, 3, 5, 7, 10, 20, 50) if times < ratio), default=0)
    times = f"more than {grown} times" if grown > 1 else "about"
    place = f"{share:.1f} of" if share < 0.85 else "at" if share < 1.15 else f"{share:.2g} times"
    edge = f"the edge {runs.stepper.symbol}"
    return f"{start}the raw sharpness is {times} that at the start, the preconditioned one is {place} {edge}."
