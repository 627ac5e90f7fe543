"""Notebook 7: gradient descent, gradient flow and central flow from one start in a tilted valley."""

from dataclasses import replace
from functools import lru_cache

import numpy as np

from eos import (
    CentralFlow,
    GradientDescent,
    GradientFlow,
    Valley,
    descend,
    half_differences,
    midpoints,
    predicted_bounce,
    sharpness,
)
from eos.pictures import BETWEEN, FLOW, edge_mark, moving_dots, moving_line, path_line, plot_landscape, ring
from eos.widgets import Explorer, Slider

BELOW, Z0, LONGEST, XLIM, YLIM = 0.5, 0.1, 500, (-0.3, 0.3), (2.2, 5.2)
FLOWS = ("-.", "gradient flow"), ("-", "central flow")
SLIDERS = (
    Slider("eta", 0.16, 0.3, 0.2, "step size η", step=0.005),
    Slider("tilt", 0.003, 0.05, 0.01, "tilt τ", stops=(0.005, 0.02)),
    Slider("steps", 1, LONGEST, 1, "steps", integer=True),
)


def three_paths(**start: float) -> Explorer:
    """L(x, y) = sqrt(1 + x^2 y^2) - tilt y with sliders for the step size, the tilt and the steps.

    Left the three ways from above, in the middle their sharpness (of gradient descent half way between two iterates),
    right the squared half-difference of gradient descent beside the variance that the central flow predicts. All start
    at S = 2/eta - 0.5. Keywords are starting values.
    """
    return Explorer(
        name="three_paths",
        title="One start, three ways",
        sliders=SLIDERS,
        setup=_setup,
        size=(9.6, 3.6),
        presets={
            "below the edge": {"steps": 40},
            "the bounce is wide": {"steps": 105},
            "settled": {"steps": LONGEST},
            "hardly tilted": {"tilt": 0.003, "eta": 0.3, "steps": LONGEST},
            "pulled hard": {"tilt": 0.05, "steps": LONGEST},
        },
    ).at(**start)


def _kept(tilt: float, eta: float):
    """The three runs, with those for all other positions of the slider where this is one."""
    etas = SLIDERS[0].values
    return _ways(tilt, etas if eta in etas else (eta,))


@lru_cache(8)
def _ways(tilt: float, etas: tuple[float, ...]):
    etas = np.array(etas)
    y0 = np.sqrt(2.0 / etas - BELOW)
    starts = np.stack([Z0 / y0, y0], axis=-1)
    steppers = GradientDescent(etas), GradientFlow(etas, tol=1e-6), CentralFlow(etas, substeps=2)
    return [descend(Valley(tilt), stepper, starts, LONGEST) for stepper in steppers]


def _setup(figure):
    map_ax, sharp_ax, size_ax = figure.subplots(1, 3, gridspec_kw={"width_ratios": [0.8, 1.25, 1.25]})
    plot_landscape(map_ax, Valley(), XLIM, YLIM)
    map_ax.set(xlim=XLIM, ylim=YLIM, xlabel="x", ylabel="y", title="from above")
    sharp_ax.set(xlim=(0, LONGEST), ylim=(4, 24), xlabel="step", ylabel="sharpness S", title="sharpness")
    size_ax.set(xlim=(0, LONGEST), ylim=(0, 0.06), xlabel="step", title="bounce, squared")
    path, first = path_line(map_ax, animated=True, markersize=3), ring(map_ax, markersize=7)
    middle = moving_line(sharp_ax, color=BETWEEN, linewidth=1.6, label="half way")
    size = moving_dots(size_ax, markersize=2.5, linewidth=0.5, label="measured")
    flows = [[_flow(ax, style, label) for ax in (map_ax, sharp_ax)] for style, label in FLOWS]
    spread, mark = _flow(size_ax, "-", "predicted"), edge_mark(sharp_ax)
    sharp_ax.legend(loc="upper left").set(animated=True, zorder=7)  # over gradient flow, which passes there
    size_ax.legend(loc="upper right")

    def update(eta, tilt, steps):
        run, *others = (_one(way, eta, steps) for way in _kept(tilt, eta))
        between = run.steps[1:] - 0.5
        path.set_data(*run.x.T)
        first.set_data(*run.x[:1].T)
        middle.set_data(between, sharpness(run.potential, midpoints(run)))
        size.set_data(between, (half_differences(run) ** 2).sum(-1))
        for (on_map, sharp), way in zip(flows, others, strict=True):
            on_map.set_data(*way.x.T)
            sharp.set_data(way.steps, sharpness(way.potential, way.x))
        spread.set_data(run.steps, predicted_bounce(others[1]))
        mark(2.0 / eta)
        return _reading(eta, tilt, run, *others)

    return update


def _flow(ax, style, label):
    return moving_line(ax, color=FLOW, linestyle=style, linewidth=2.2, zorder=6, label=label)


def _one(way, eta, steps):
    """The first steps of the run with this step size."""
    run = way.select(int(np.argmax(way.stepper.eta == eta)))
    kept = {name: array[: steps + 1] for name, array in run.kept.items()}
    return replace(run, x=run.x[: steps + 1], kept=kept)


def _reading(eta, tilt, run, rolled, central) -> str:
    c, d = midpoints(run)[-1], half_differences(run)[-1]
    flow, held, half = (sharpness(run.potential, x) for x in (rolled.x[-1], central.x[-1], c))
    start = f"η = {eta:g}, τ = {tilt:g}, 2/η = {2 / eta:.4g}. Sharpness at step {run.steps[-1]}: "
    places = f"gradient flow {flow:.3f}, central flow {held:.3f}, gradient descent, half way, {half:.3f}. "
    return start + places + f"Half-difference² {d @ d:.2g}, predicted {predicted_bounce(central)[-1]:.2g}."
