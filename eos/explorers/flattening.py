"""Notebook 2: gradient descent on x^2 / sqrt(1 + x^2), whose curvature depends on where you are."""

import numpy as np

from eos import GradientDescent, SoftAbs, descend, secant_curvature
from eos.pictures import MUTED, SHARPNESS, edge_mark, moving_dots, plot_bifurcation, run_on_curve
from eos.widgets import Explorer, Slider

ETAS, WIDTHS = (0.5, 8.0), (3.0, 9.5)


def flattening(**start: float) -> Explorer:
    """f(x) = x^2 / sqrt(1 + x^2) with sliders for the step size, the start and the number of steps.

    Left the curve with its iterates, in the middle f'' at each iterate, the secant curvature of each step and the
    line 2/eta, right where the iterates end up for every step size. Keywords are starting values.
    """
    return Explorer(
        name="flattening",
        title="Gradient descent on a curve that flattens",
        sliders=(
            Slider("eta", *ETAS, 2.0, "step size η", step=0.05),
            Slider("x0", -6.0, 6.0, 1.5, "start x₀", step=0.1),
            Slider("steps", 2, 200, 30, "steps", integer=True),
        ),
        setup=_setup,
        size=(8.4, 3.6),
        presets={
            "comes to rest": {"eta": 0.8, "x0": 1.5},
            "two-cycle from far": {"eta": 2.0, "x0": 1.5},
            "two-cycle from near": {"eta": 2.0, "x0": 0.5},
            "lopsided": {"eta": 4.0, "x0": 0.5, "steps": 60},
            "period four": {"eta": 6.0, "x0": 0.5, "steps": 60},
            "chaos": {"eta": 7.5, "x0": 0.5, "steps": 200},
        },
        edges={"eta": lambda **_: GradientDescent(1.0).critical_eta(2.0)},
    ).at(**start)


def _setup(figure):
    curve_ax, curvature_ax, far_ax = figure.subplots(1, 3, gridspec_kw={"width_ratios": [1, 1.1, 1.1]})
    curve = run_on_curve(curve_ax, "the curve", *((w, -0.06 * w, w) for w in WIDTHS), alpha=0.7, linewidth=0.8)
    moves = curve, _curvature_panel(curvature_ax), _long_run_panel(far_ax)

    def update(eta, x0, steps):
        run = descend(SoftAbs(), GradientDescent(eta), x0, int(steps))
        for move in moves:
            move(run)
        return _reading(run)

    return update


def _curvature_panel(ax):
    ax.set(xlim=(0, 200), ylim=(-0.3, 3.9), xlabel="step", ylabel="curvature", title="curvature")
    points = moving_dots(ax, color=SHARPNESS, markersize=4, label="f″ at x")
    pairs = moving_dots(ax, marker="s", markersize=4, markerfacecolor="white", label="secant")
    edge = edge_mark(ax, ceiling=0.6)
    ax.legend(loc="upper left")

    def move(run):
        if ax.get_xlim()[1] != run.steps[-1]:
            ax.set_xlim(0, run.steps[-1])
        for line in (points, pairs):
            line.set_linewidth(0.6 if len(run.steps) <= 81 else 0.0)
        points.set_data(run.steps, run.potential.hessian(run.x)[..., 0, 0])
        pairs.set_data(run.steps[1:] - 0.5, secant_curvature(run.potential, run.x[:-1], run.x[1:]))
        edge(run.stepper.threshold)

    return move


def _long_run_panel(ax):
    plot_bifurcation(ax, SoftAbs(), np.linspace(*ETAS, 500))
    ax.set(ylim=(-WIDTHS[1], WIDTHS[1]), title="in the long run")
    cursor = ax.axvline(1.0, color=MUTED, linewidth=1.2, animated=True)
    dots = moving_dots(ax, linewidth=0, markersize=5)

    def move(run):
        last = run.x[-min(16, len(run.x) // 2 + 1) :, 0]
        cursor.set_xdata([run.stepper.eta] * 2)
        dots.set_data(np.full(len(last), run.stepper.eta), last)

    return move


def _reading(run) -> str:
    (before, last), eta, curve = run.x[-2:, 0], run.stepper.eta, run.potential
    start = f"2/η = {2 / eta:.4g}. "
    if abs(last) < 1e-3 and eta < 1:
        return start + f"The run comes to rest at 0, where f″ = 2 is below 2/η: x is {last:.2g}."
    if abs(last) < 1e-3:
        return start + f"The run is near 0, where f″ = 2 is not below 2/η: nothing holds it there; x is {last:.2g}."
    end = f"Last step: from {before:.4f} to {last:.4f}, secant curvature {secant_curvature(curve, before, last):.4f}"
    return start + end + f", f″ = {curve.hessian(run.x[-1])[0, 0]:.4f} at its end."
