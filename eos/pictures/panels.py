"""Panels that explorers share: each draws what stands still on its axes and returns `move(...)` for the rest."""

import numpy as np

from eos.pictures.artists import escape_note, moving_dots, moving_line, ring
from eos.pictures.style import CURVE, ITERATES, MUTED
from eos.potentials import MLPLoss
from eos.trajectories import SharpnessPath, Trajectory
from eos.validation import instance, shown

NOTHING = 1e-300
"""Zero, where an axis is logarithmic."""
OUT_OF_SIGHT = 100.0
"""A coordinate beyond this is nowhere in the picture: the run has escaped."""


def run_on_curve(ax, title: str, *frames: tuple[float, float, float], **style):
    """A one-dimensional potential with a run on it: `move(run)`.

    Frames are (half width, bottom, top), often one: the first in which all iterates fit is shown, or the last.
    """
    grid = np.linspace(-frames[-1][0], frames[-1][0], 801)
    curve, dots, first = moving_line(ax, color=CURVE, zorder=2), moving_dots(ax, **style), ring(ax)
    note, drawn = escape_note(ax), None
    ax.set(xlim=(-frames[0][0], frames[0][0]), ylim=frames[0][1:], xlabel="x", ylabel="f(x)", title=title)

    def move(run):
        nonlocal drawn
        width, bottom, top = next((f for f in frames if np.nanmax(np.abs(run.x)) <= f[0]), frames[-1])
        if ax.get_xlim()[1] != width:
            ax.set(xlim=(-width, width), ylim=(bottom, top))
        if run.potential != drawn:
            drawn = run.potential
            curve.set_data(grid, drawn.value(grid[:, None]))
        dots.set_data(run.x[:, 0], run.loss)
        first.set_data(run.x[:1, 0], run.loss[:1])
        note(run.escaped_at)

    return move


def distance_panel(ax, steps: int, low: float, high: float, prediction: str = ""):
    """Distances from the bottom on a logarithmic axis, and what they should be: `move(steps, sizes, predicted=())`.

    `prediction` says in the legend what is predicted, where anything is.
    """
    ax.set(xlim=(-1, steps + 1), yscale="log", ylim=(low, high), xlabel="step t", ylabel="distance |x|")
    ax.set_title("distance from the bottom")
    line = moving_line(ax, color=CURVE, linestyle="--", linewidth=1.2, zorder=5)
    dots = moving_dots(ax, linewidth=0, markerfacecolor="white", markersize=6)
    if prediction:
        ax.plot([], [], "o", color=ITERATES, markerfacecolor="white", label="computed")
        ax.plot([], [], color=CURVE, linestyle="--", label=f"predicted {prediction}")
        ax.legend(loc="upper right")

    def move(steps, sizes, predicted=()):
        line.set_data(steps[: len(predicted)], np.maximum(predicted, NOTHING))
        dots.set_data(steps, np.maximum(sizes, NOTHING))

    return move


def one_curve(name: str, net) -> MLPLoss:
    """`net`, when it is a network whose fit can be drawn as a curve; ValueError otherwise."""
    if not isinstance(net, MLPLoss) or net.inputs.shape[1] != 1 or net.loss != "squared_error":
        raise ValueError(f"{name} must be an MLPLoss with one input and squared error, got {shown(net)}")
    return net


def fit_panel(ax, net: MLPLoss, room: float):
    """The data of a network with one input, and the curve that it has learned: `move(theta)`, NaN after an escape.

    `room` is that above and below the data, in parts of their range.
    """
    grid, room = np.linspace(net.inputs.min(), net.inputs.max(), 121), room * np.ptp(net.targets)
    ax.plot(net.inputs[:, 0], net.targets[:, 0], "o", color="white", markeredgecolor=CURVE)
    ax.set(ylim=(net.targets.min() - room, net.targets.max() + room), title="the fit", xlabel="input")
    line = moving_line(ax, color=ITERATES)

    def move(theta):
        gone = not np.isfinite(theta).all()
        line.set_data(grid, np.full(len(grid), np.nan) if gone else net.predict(theta, grid)[:, 0])

    return move


def rising_sizes(runs: Trajectory, **paths: SharpnessPath) -> np.ndarray:
    """The step sizes, shape `(m,)`, of runs of one start that have these paths; ValueError for other runs or paths."""
    instance("runs", runs, Trajectory, "what descend returns")
    etas = np.asarray(runs.stepper.eta)
    if etas.ndim != 1 or len(etas) < 2 or not (np.diff(etas) > 0).all() or runs.x.ndim != 3:
        raise ValueError(f"runs must be one start with rising step sizes, shape (m,), got eta of shape {etas.shape}")
    for name, path in paths.items():
        instance(name, path, SharpnessPath, "what sharpness_along returns")
        records = len(next(iter(paths.values())).steps)
        if path.top.shape != (records, len(etas)) or path.steps[-1] > runs.steps[-1] or records < 2:
            raise ValueError(f"{name} must be sharpness_along(runs), got values of shape {path.values.shape}")
    return etas


def one_of_many(ax, steps, curves, color: str):
    """Curves of shape `(records, runs)` faintly, one of them in front, a dot at the step shown: `move(run, record)`."""
    ax.plot(steps, curves, color=MUTED, linewidth=0.5, alpha=0.3)
    ax.set(xlim=(0, steps[-1]), xlabel="step")
    line = moving_line(ax, color=color, linewidth=1.3, zorder=4)
    dot = moving_line(ax, color=color, marker="o", markersize=7, zorder=5)

    def move(run, record):
        line.set_data(steps, curves[:, run])
        dot.set_data(steps[record : record + 1], curves[record : record + 1, run])

    return move
