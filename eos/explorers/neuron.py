"""Notebook 1: the smallest network there is, one neuron with two weights, and how far its steps may reach."""

import numpy as np

from eos import GradientDescent, MLPLoss, descend, sharpness
from eos.pictures import CURVE, OUT_OF_SIGHT, escape_note, fit_panel, moving_dots, path_line, plot_landscape, ring, star
from eos.widgets import Edge, Explorer, Slider

NET = MLPLoss([-2, -1, -0.5, 0.5, 1, 2], [-1.1, -0.9, -0.6, 0.5, 1.0, 1.2], hidden=(1,), biases=False)
START, LONGEST = (0.6, 1.2), 100
LOWEST = descend(NET, GradientDescent(1.0), START, 1000).x[-1]
EDGE = GradientDescent(1.0).critical_eta(sharpness(NET, LOWEST))


def neuron(**start: float) -> Explorer:
    """v tanh(w t) on six points, with sliders for the step size and the number of steps; the start is (0.6, 1.2).

    Left the loss from above with the iterates and its lowest point, in the middle the loss against the step, right
    the fit after the last step. A run with a weight beyond 100 has escaped. Keywords are starting values.
    """
    return Explorer(
        name="neuron",
        title="Gradient descent on one neuron",
        sliders=(
            Slider("eta", 0.1, 4.0, 1.0, "step size η", step=0.05),
            Slider("steps", 1, LONGEST, LONGEST, "steps", integer=True),
        ),
        setup=_setup,
        size=(8.4, 3.3),
        presets={
            "settles": {"eta": 1.0, "steps": 100},
            "bounces, and settles": {"eta": 2.7, "steps": 100},
            "bounces between two points": {"eta": 3.0, "steps": 100},
            "more than two points": {"eta": 3.3, "steps": 100},
            "escapes": {"eta": 3.5, "steps": 100},
        },
        edges={"eta": Edge("edge at the lowest point", lambda **_: EDGE)},
    ).at(**start)


def _setup(figure):
    map_ax, loss_ax, fit_ax = figure.subplots(1, 3, gridspec_kw={"width_ratios": [1.25, 1.1, 1]})
    plot_landscape(map_ax, NET, (-0.5, 2.0), (-0.3, 2.5))
    map_ax.set(xlabel="w", ylabel="v", title="loss, from above")
    path, rim = path_line(map_ax, animated=True), {"color": "white", "markeredgecolor": CURVE, "linewidth": 0}
    first, lowest, note = ring(map_ax, **rim, markersize=9), star(map_ax, **rim), escape_note(map_ax)
    loss_ax.set(xlim=(-2, LONGEST + 2), yscale="log", ylim=(1e-3, 10), xlabel="step", title="loss")
    losses, fit = moving_dots(loss_ax, markersize=3.5, linewidth=0.6), fit_panel(fit_ax, NET, 0.35)
    first.set_data(*np.transpose([START]))
    lowest.set_data(*np.transpose([LOWEST]))

    def update(eta, steps):
        run = descend(NET, GradientDescent(eta), START, int(steps), escape=OUT_OF_SIGHT)
        path.set_data(*run.x.T)
        losses.set_data(run.steps, run.loss)
        fit(run.x[-1])
        note(run.escaped_at)
        return f"η = {eta:.4g}, step {run.steps[-1]}: {_fate(eta, run)}"

    return update


def _fate(eta, run) -> str:
    """What the steps taken show, and no more."""
    if run.escaped_at is not None:
        return f"the run escaped at step {run.escaped_at} (a weight above {OUT_OF_SIGHT:.0f})."
    if eta < EDGE and np.linalg.norm(run.x[-2:] - LOWEST, axis=-1).max() < 0.01:
        return f"the run settles at the lowest point, ★. The loss is {run.loss[-1]:.4g}."
    move = np.linalg.norm(run.x[-1] - run.x[-2])
    back = np.linalg.norm(run.x[2:] - run.x[:-2], axis=-1)  # how far it is from where it was two steps before
    if eta > EDGE and len(back) and back[-1] < 1e-3 * move:
        return f"the run bounces between two points, with losses {run.loss[-2]:.4f} and {run.loss[-1]:.4f}."
    if len(back) > 40 and back[-20:].max() > max(0.1, 0.5 * back[-40:-20].max()):
        return f"the run jumps about between more than two points. The loss is {run.loss[-1]:.4g}."
    return f"the run is still on its way; its last move was {move:.3g} long. The loss is {run.loss[-1]:.4g}."
