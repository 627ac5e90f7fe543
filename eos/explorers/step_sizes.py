"""Notebook 5: one network trained with many step sizes at once; the slider answers from memory."""

from __future__ import annotations

import numpy as np

from eos.explorers.frame import Explorer, Slider
from eos.figures import CURVE, EDGE, ITERATES, MUTED, SHARPNESS, scaled
from eos.labels import add_label
from eos.network import MLPLoss
from eos.plots import edge_mark
from eos.sharpness_path import SharpnessPath
from eos.trajectory import Trajectory
from eos.validation import instance, shown


def step_sizes(runs: Trajectory, paths: SharpnessPath, **start: float) -> Explorer:
    """The runs of one network, a batch over step sizes, and their sharpness; the slider picks a step size.

    From `descend(net, GradientDescent(etas), theta0, ...)` with rising etas of shape `(m,)` and
    `sharpness_along(runs)`. Keywords are starting values.
    """
    instance("runs", runs, Trajectory, "what descend returns")
    instance("paths", paths, SharpnessPath, "what sharpness_along returns")
    etas = np.asarray(runs.stepper.eta)
    if etas.ndim != 1 or len(etas) < 2 or not (np.diff(etas) > 0).all():
        raise ValueError(f"runs must be a batch over rising step sizes, shape (m,), got eta of shape {etas.shape}")
    one_curve("the potential of runs", runs.potential)
    if runs.x.ndim != 3:
        raise ValueError(f"runs must be of one network, shape (records, m, n), got x of shape {runs.x.shape}")
    if paths.top.shape[1:] != etas.shape or paths.steps[-1] > runs.steps[-1] or len(paths.steps) < 2:
        raise ValueError(f"paths must be sharpness_along(runs), got values of shape {paths.values.shape}")
    middle, last = float(etas[len(etas) // 2]), int(runs.steps[-1])
    return Explorer(
        name="step_sizes",
        title="One network, many step sizes",
        sliders=(
            Slider("eta", float(etas[0]), float(etas[-1]), middle, "step size η", stops=tuple(etas.tolist())),
            Slider("step", 0, last, last, "fit at step", integer=True, step=max(1, last // 100)),
        ),
        setup=lambda figure: _setup(figure, runs, paths, etas),
        size=(8.4, 3.6),
        edges={"eta": lambda **_: 2.0 / paths.top[0, 0]},
    ).at(**start)


def one_curve(name: str, net) -> MLPLoss:
    """`net`, when it is a network whose fit can be drawn as a curve; ValueError otherwise."""
    if not isinstance(net, MLPLoss) or net.inputs.shape[1] != 1 or net.loss != "squared_error":
        raise ValueError(f"{name} must be an MLPLoss with one input and squared error, got {shown(net)}")
    return net


def _setup(figure, runs, paths, etas):
    fit_ax, loss_ax, sharp_ax = figure.subplots(1, 3)
    moves = _fit_panel(fit_ax, runs), _loss_panel(loss_ax, runs), _sharpness_panel(sharp_ax, runs, paths)

    def update(eta, step):
        run, record = int(np.abs(np.log(etas / eta)).argmin()), int(round(step / runs.every))
        for move in moves:
            move(run, record)
        return _reading(runs, paths, run, record)

    return update


def _fit_panel(ax, runs):
    net = runs.potential
    grid = np.linspace(net.inputs.min(), net.inputs.max(), 161)
    ax.plot(net.inputs[:, 0], net.targets[:, 0], "o", color="white", markeredgecolor=CURVE, label="data")
    room = 0.6 * np.ptp(net.targets)
    ax.set(ylim=(net.targets.min() - room, net.targets.max() + room), xlabel="input", ylabel="output")
    ax.set_title("the fit")
    (line,) = ax.plot([], [], color=ITERATES, animated=True)
    note = add_label(ax, 0.03, 0.96, transform=ax.transAxes, va="top")

    def move(run, record):
        theta = runs.x[record, run]
        gone = not np.isfinite(theta).all()
        line.set_data(grid, np.full(len(grid), np.nan) if gone else net.predict(theta, grid)[:, 0])
        note.set_text(f"escaped at step {runs.escaped_at[run]}" if gone else f"step {runs.steps[record]}")
        note.set_color(EDGE if gone else CURVE)

    return move


def _history(ax, steps, curves, color):
    """All runs faintly in the back, one of them in front, a dot at the step that is shown."""
    ax.plot(steps, curves, color=MUTED, linewidth=scaled(0.5), alpha=0.3)
    ax.set(xlim=(0, steps[-1]), xlabel="step")
    (line,) = ax.plot([], [], color=color, linewidth=scaled(1.3), animated=True, zorder=4)
    (dot,) = ax.plot([], [], "o", color=color, markersize=scaled(7), animated=True, zorder=5)

    def move(run, record):
        line.set_data(steps, curves[:, run])
        dot.set_data(steps[record : record + 1], curves[record : record + 1, run])

    return move


def _loss_panel(ax, runs):
    ax.set(yscale="log", ylim=(0.5 * np.nanmin(runs.loss), 5 * runs.loss[0, 0]), ylabel="loss", title="loss")
    return _history(ax, runs.steps, runs.loss, ITERATES)


def _sharpness_panel(ax, runs, paths):
    ax.set(ylim=(0, 1.1 * np.nanquantile(paths.top, 0.999)), ylabel="sharpness S", title="sharpness")
    move_history, move_edge = _history(ax, paths.steps, paths.top, SHARPNESS), edge_mark(ax)
    stride = paths.steps[1] // runs.every

    def move(run, record):
        move_history(run, record // stride)
        move_edge(2.0 / float(runs.stepper.eta[run]))

    return move


def _reading(runs, paths, run, record) -> str:
    eta = float(runs.stepper.eta[run])
    start = f"η = {eta:g}, 2/η = {2 / eta:.4g}. "
    if runs.escaped_at[run] >= 0:
        return start + f"Training escaped at step {runs.escaped_at[run]}; shown is step {runs.steps[record]}."
    half = np.mean(paths.top[len(paths.steps) // 2 :, run]) * eta / 2
    start += f"Shown is step {runs.steps[record]}. Over the second half the sharpness is {half:.2f} times 2/η, "
    if half < 0.95:
        return f"{start}below the edge. The loss at step {runs.steps[record]} is {runs.loss[record, run]:.2g}."
    return start + ("at the edge." if half < 1.05 else "above it.")  # no loss: there its digits differ by machine
