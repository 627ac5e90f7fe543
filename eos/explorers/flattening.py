"""Notebook 2: gradient descent on x^2 / sqrt(1 + x^2), whose curvature depends on where you are."""

import numpy as np

from eos import GradientDescent, SoftAbs, descend
from eos.pictures import MUTED, SHARPNESS, moving_dots, ring, run_on_curve
from eos.widgets import Edge, Explorer, Slider

CURVE, WIDTH, LONGEST = SoftAbs(), 4.4, 60


def flattening(**start: float) -> Explorer:
    """f(x) = x^2 / sqrt(1 + x^2) with sliders for the step size, the start and the number of steps.

    Left the curve with its iterates, right its curvature f'' against x, with a dot where each iterate stands. It
    starts at the first step. Keywords are starting values.
    """
    return Explorer(
        name="flattening",
        title="Gradient descent on a curve that flattens",
        sliders=(
            Slider("eta", 0.1, 4.0, 2.0, "step size η", step=0.05),
            Slider("x0", -4.0, 4.0, 1.5, "start x₀", step=0.1),
            Slider("steps", 1, LONGEST, 1, "steps", integer=True),
        ),
        setup=_setup,
        presets={
            "comes to rest": {"eta": 0.8, "x0": 4.0, "steps": 30},
            "drawn in from far": {"eta": 2.0, "x0": 1.5, "steps": 30},
            "thrown out from near": {"eta": 2.0, "x0": 0.5, "steps": 30},
            "thrown out from the bottom": {"eta": 2.0, "x0": 0.1, "steps": 30},
        },
        edges={"eta": Edge("edge at the bottom, 2/f″(0)", lambda **_: GradientDescent(1.0).critical_eta(2.0))},
        touch={0: lambda x, _: {"x0": x}},
    ).at(**start)


def _setup(figure):
    curve_ax, bend_ax = figure.subplots(1, 2)
    curve = run_on_curve(curve_ax, "the curve and the iterates", (WIDTH, -0.25, WIDTH), alpha=0.8, linewidth=0.8)
    grid = np.linspace(-WIDTH, WIDTH, 401)
    bend_ax.set(xlim=(-WIDTH, WIDTH), ylim=(-0.3, 2.3), xlabel="x", ylabel="curvature f″(x)")
    bend_ax.set_title("the curvature there")
    bend_ax.axhline(0, color=MUTED, linewidth=1)
    bend_ax.plot(grid, CURVE.hessian(grid[:, None])[:, 0, 0], color=SHARPNESS, linewidth=1.2)
    dots, first = moving_dots(bend_ax, color=SHARPNESS, linewidth=0, markersize=6), ring(bend_ax, color=SHARPNESS)

    def update(eta, x0, steps):
        run = descend(CURVE, GradientDescent(eta), x0, int(steps))
        bends = CURVE.hessian(run.x)[:, 0, 0]
        dots.set_data(run.x[:, 0], bends)
        first.set_data(run.x[:1, 0], bends[:1])
        curve(run)
        before, last, bend = (round(float(value), 4) + 0.0 for value in (*run.x[-2:, 0], bends[-1]))
        return f"Step size {eta:.4g}, step {steps}: from {before:.4f} to {last:.4f}. The curvature there is {bend:.4f}."

    return update
