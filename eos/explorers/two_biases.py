"""Notebook 7: what a long step prefers among minima, beside what an L2 penalty prefers."""

import numpy as np

from eos import GradientDescent, GradientFlow, Penalized, Product, descend, sharpness
from eos.pictures import FLOW, SHARPNESS, edge_mark, escape_note, moving_line, path_line, plot_landscape, ring
from eos.widgets import Explorer, Slider

LOSS, START, LONGEST, RECORDS, LIM = Product(2), (3.0, 0.3), 300, 60, ((-0.3, 3.4), (-0.5, 2.2))


def two_biases(**start: float) -> Explorer:
    """L = (1 - vw)^2 / 2 with sliders for the step size, the strength of the penalty and the steps, from (3, 0.3).

    Left the curve vw = 1 of minima, with gradient descent on L, and gradient flow on L + strength (v^2 + w^2) / 2; in
    the middle the sharpness of L along both, right L alone, without the penalty. Keywords are starting values.
    """
    return Explorer(
        name="two_biases",
        title="A long step, or a penalty",
        sliders=(
            Slider("eta", 0.1, 0.3, 0.16, "step size η", step=0.005),
            Slider("strength", 0.005, 0.5, 0.02, "strength λ of the penalty", log=True, count=40),
            Slider("steps", 1, LONGEST, 1, "steps", integer=True),
        ),
        setup=_setup,
        size=(9.6, 3.4),
        presets={
            "no bounce, weak penalty": {"eta": 0.16, "strength": 0.01, "steps": LONGEST},
            "bounce, weak penalty": {"eta": 0.26, "strength": 0.01, "steps": LONGEST},
            "no bounce, strong penalty": {"eta": 0.16, "strength": 0.3, "steps": LONGEST},
            "both": {"eta": 0.26, "strength": 0.3, "steps": LONGEST},
        },
    ).at(**start)


def _setup(figure):
    map_ax, sharp_ax, loss_ax = figure.subplots(1, 3, gridspec_kw={"width_ratios": [1.2, 1.1, 1.1]})
    plot_landscape(map_ax, LOSS, *LIM)
    map_ax.set(xlim=LIM[0], ylim=LIM[1], xlabel="v", ylabel="w", title="L from above")
    sharp_ax.set(xlim=(-4, LONGEST), ylim=(0, 36), xlabel="step", ylabel="sharpness S of L", title="sharpness")
    loss_ax.set(xlim=(-4, LONGEST), yscale="log", ylim=(1e-8, 1e3), xlabel="step", title="loss L")
    path, first, note = path_line(map_ax, animated=True), ring(map_ax, markersize=8), escape_note(map_ax)
    ways = [
        (path, _line(sharp_ax, SHARPNESS, "-", "long steps"), _line(loss_ax, path.get_color(), "-", "long steps")),
        tuple(_line(ax, FLOW, "-.", "penalty") for ax in (map_ax, sharp_ax, loss_ax)),
    ]
    mark = edge_mark(sharp_ax)
    sharp_ax.legend(loc="upper right")
    loss_ax.legend(loc="upper right")
    first.set_data(*np.transpose([START]))

    def update(eta, strength, steps):
        run = descend(LOSS, GradientDescent(eta), START, int(steps))
        count = min(int(steps), RECORDS)
        stepper = GradientFlow(eta * steps / count, tol=1e-6)  # as far as all steps together
        held = descend(Penalized(LOSS, strength), stepper, START, count)
        times = run.steps, steps / count * held.steps
        for lines, time, way in zip(ways, times, (run, held), strict=True):
            lines[0].set_data(*way.x.T)
            lines[1].set_data(time, sharpness(LOSS, way.x))
            lines[2].set_data(time, np.maximum(LOSS.value(way.x), 1e-30))
        mark(2.0 / eta)
        note(run.escaped_at)
        return _reading(eta, strength, steps, run.x[-1], held.x[-1])

    return update


def _line(ax, color, style, label):
    return moving_line(ax, color=color, linestyle=style, linewidth=2.0, zorder=5, label=label)


def _reading(eta, strength, steps, x, held) -> str:
    start = f"η = {eta:g}, 2/η = {2 / eta:.4g}, λ = {strength:g}. After step {steps}: "
    ends = [f"S = {sharpness(LOSS, end):.3f}, L = {_shown(LOSS.value(end))}" for end in (x, held)]
    return start + f"long steps {ends[0]}; with the penalty {ends[1]}."


def _shown(loss) -> str:
    return "below 1e-12" if loss < 1e-12 else f"{loss:.2g}"
