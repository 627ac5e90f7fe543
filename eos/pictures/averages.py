"""Gradient descent beside the flow that should be its average."""

import numpy as np
from matplotlib.figure import Figure

from eos.pictures.style import BETWEEN, FLOW, ITERATES, new_figure, styled
from eos.trajectories import Trajectory, half_differences, predicted_bounce, predicted_loss, weighted_midpoints

STYLES = "-", "-.", ":", "--"


def running_mean(values: np.ndarray, window: int) -> np.ndarray:
    """The means of `window` neighbours, shape `(m - window + 1,)`: the first belongs to place (window - 1) / 2."""
    return np.convolve(values, np.full(window, 1.0 / window), "valid")


@styled
def averages(run: Trajectory, flow: Trajectory, window: int) -> Figure:
    """Left the loss of a run and of the central flow beside it, right the squared bounce, both with what is predicted.

    Dotted are running means over `window` steps. The run has two steps more than the flow, or as many.
    """
    figure = new_figure((9.6, 4.0))
    left, right = figure.subplots(1, 2)
    sizes = np.square(half_differences(run)).sum(-1)
    _measured(left, run.steps, run.loss, window, "at the iterates")
    _measured(right, run.steps[1:] - 0.5, sizes, window, "half-difference²")
    middles = run.potential.value(weighted_midpoints(run))
    left.plot(run.steps[1:-1], middles, color=BETWEEN, linewidth=1.2, label="half way", zorder=3)
    left.plot(flow.steps, flow.loss, color=FLOW, linewidth=2.0, label="central flow")
    for ax, told in ((left, predicted_loss(flow)), (right, predicted_bounce(flow))):
        ax.plot(flow.steps, told, color=FLOW, linestyle="--", linewidth=2.2, label="predicted mean")
        ax.set(xlabel="step", yscale="log")
        ax.legend(loc="upper left")
    left.set(title="loss", ylim=(0.5 * flow.loss.min(), 20 * np.max(run.loss)))
    right.set(title="the bounce, squared", ylim=(1e-3 * predicted_bounce(flow).max(), 20 * sizes.max()))
    return figure


def _measured(ax, steps, values, window, label):
    ax.plot(steps, values, color=ITERATES, linewidth=0.9, label=label)
    means = running_mean(values, window)
    places = steps[0] + (window - 1) / 2 + np.arange(len(means))
    ax.plot(places, means, color=ITERATES, linestyle=":", linewidth=2.6, label=f"mean of {window} steps", zorder=4)


def apart(run: Trajectory, flow: Trajectory) -> np.ndarray:
    """How far a flow is from the weighted midpoints of a run at steps 1, 2, ..., shape `(m,)`."""
    middles = weighted_midpoints(run)
    count = min(len(middles), len(flow.x) - 1)
    return np.linalg.norm(middles[:count] - flow.x[1 : count + 1], axis=-1)


@styled
def distances(run: Trajectory, flows: dict[str, Trajectory]) -> Figure:
    """How far flows, up to four and by name, are from the weighted midpoints of a run, on a logarithmic axis."""
    figure = new_figure((9.6, 3.4))
    ax = figure.subplots()
    if not 1 <= len(flows) <= len(STYLES):
        raise ValueError(f"flows must hold 1 to {len(STYLES)} flows, got {len(flows)}")
    for (name, flow), style in zip(flows.items(), STYLES, strict=False):
        gaps = apart(run, flow)
        ax.plot(np.arange(1, len(gaps) + 1), gaps, color=FLOW, linestyle=style, linewidth=2.0, label=name)
    ax.set(yscale="log", ylim=(1e-3, None), xlabel="step", ylabel="distance")
    ax.set_title("distance from gradient descent, half way")
    ax.legend(loc="lower right")
    return figure
