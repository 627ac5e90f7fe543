"""Notebook 5: one network trained with many step sizes at once; the slider answers from memory."""

import numpy as np

from eos import SharpnessPath, Trajectory
from eos.pictures import CURVE, EDGE, ITERATES, SHARPNESS, add_label, edge_mark
from eos.pictures.panels import fit_panel, one_curve, one_of_many, rising_sizes
from eos.widgets import Explorer, Slider


def step_sizes(runs: Trajectory, paths: SharpnessPath, **start: float) -> Explorer:
    """The runs of one network, a batch over step sizes, and their sharpness; the slider picks a step size.

    From `descend(net, GradientDescent(etas), theta0, ...)` with rising etas of shape `(m,)`, or another stepper, and
    `sharpness_along(runs)`, preconditioned where the stepper has a preconditioner. Keywords are starting values.
    """
    etas = rising_sizes(runs, paths=paths)
    one_curve("the potential of runs", runs.potential)
    middle, last = float(etas[len(etas) // 2]), int(runs.steps[-1])
    return Explorer(
        name="step_sizes",
        title="One network, many step sizes",
        sliders=(
            Slider("eta", float(etas[0]), float(etas[-1]), middle, "step size η", stops=tuple(etas.tolist())),
            Slider("step", 0, last, last, "fit at step", integer=True, step=max(1, last // 100)),
        ),
        setup=lambda figure: _setup(figure, runs, paths, etas),
    ).at(**start)


def _setup(figure, runs, paths, etas):
    fit_ax, loss_ax, sharp_ax = figure.subplots(1, 3)
    fit = fit_panel(fit_ax, runs.potential, 0.6)
    note = add_label(fit_ax, 0.03, 0.96, transform=fit_ax.transAxes, va="top")
    losses = one_of_many(loss_ax, runs.steps, runs.loss, ITERATES)
    sharps = one_of_many(sharp_ax, paths.steps, paths.top, SHARPNESS)
    fit_ax.set(ylabel="output")
    divided, highest = "preconditioner" in runs.kept, np.nanquantile(paths.top, 0.999)
    highest = min(highest, 1.5 * np.max(runs.stepper.threshold)) if divided else highest  # far above at first
    loss_ax.set(yscale="log", ylim=(0.5 * np.nanmin(runs.loss), 5 * runs.loss[0, 0]), ylabel="loss", title="loss")
    sharp_ax.set(ylim=(0, 1.1 * highest), ylabel="curvature" if divided else "sharpness S")
    sharp_ax.set_title("preconditioned" if divided else "sharpness")
    edge, stride = edge_mark(sharp_ax, runs.stepper.symbol), paths.steps[1] // runs.every

    def update(eta, step):
        run, record = int(np.abs(np.log(etas / eta)).argmin()), int(round(step / runs.every))
        gone = not np.isfinite(runs.x[record, run]).all()
        fit(runs.x[record, run])
        note.set_text(f"escaped at step {runs.escaped_at[run]}" if gone else f"step {runs.steps[record]}")
        note.set_color(EDGE if gone else CURVE)
        losses(run, record)
        sharps(run, record // stride)
        edge(float(runs.stepper.threshold[run]))
        return _reading(runs, paths, run, record)

    return update


def _reading(runs, paths, run, record) -> str:
    eta, edge, symbol = float(runs.stepper.eta[run]), float(runs.stepper.threshold[run]), runs.stepper.symbol
    start = f"η = {eta:g}, {symbol} = {edge:.4g}. "
    if runs.escaped_at[run] >= 0:
        return start + f"Training escaped at step {runs.escaped_at[run]}; shown is step {runs.steps[record]}."
    half = np.mean(paths.top[len(paths.steps) // 2 :, run]) / edge
    kind = "preconditioned sharpness" if "preconditioner" in runs.kept else "sharpness"
    start += f"Shown is step {runs.steps[record]}. Over the second half the {kind} is {half:.2f} times {symbol}, "
    if half < 0.95:
        return f"{start}below the edge. The loss at step {runs.steps[record]} is {runs.loss[record, run]:.2g}."
    return start + ("at the edge." if half < 1.05 else "above it.")  # no loss: there its digits differ by machine
