"""Notebook 2: where runs on the curve that flattens end up, for every step size."""

import numpy as np

from eos import GradientDescent, SoftAbs, descend
from eos.pictures import CURVE, draw_places, long_run_places, moving_dots, run_on_curve, telling
from eos.widgets import Edge, Explorer, Slider

F, ETAS, REACH, LONGEST, LAST = SoftAbs(), (0.5, 10.0), 9.9, 400, 64


def long_run(**start: float) -> Explorer:
    """f(x) = x^2 / sqrt(1 + x^2) with sliders for the step size, the start and the number of steps.

    Left the curve with its iterates, right the last places of this run, an upright line at its step size, and behind
    it the places of long runs for every step size: dark the side to which this run leans, pale its mirror image.
    Keywords are starting values.
    """
    return Explorer(
        name="long_run",
        title="In the long run",
        sliders=(
            Slider("eta", *ETAS, 2.0, "step size η", step=0.05),
            Slider("x0", -4.0, 4.0, 0.5, "start x₀", step=0.1),
            Slider("steps", 1, LONGEST, LONGEST, "steps", log=True, integer=True),
        ),
        setup=_setup,
        size=(8.4, 3.8),
        presets={
            "rest": {"eta": 0.8},
            "two places": {"eta": 2.0},
            "two, leaning": {"eta": 4.0},
            "two, leaning the other way": {"eta": 4.0, "x0": -0.5},
            "four": {"eta": 6.0},
            "no order": {"eta": 7.5},
            "order again": {"eta": 7.9},
        },
        edges={"eta": Edge("edge at the bottom, 2/f″(0)", lambda **_: GradientDescent(1.0).critical_eta(2.0))},
        touch={0: lambda x, _: {"x0": x}},
    ).at(**start)


def _setup(figure):
    curve_ax, far_ax = figure.subplots(1, 2, gridspec_kw={"width_ratios": [1, 1.35]})
    frames = (4.4, -0.25, 4.4), (REACH, -0.55, REACH)
    curve = run_on_curve(curve_ax, "the curve and the iterates", *frames, alpha=0.7, linewidth=0.7)
    lean, cursor = _diagram(far_ax), far_ax.axvline(1.0, color=CURVE, linewidth=1.2, animated=True, zorder=3)
    dots = moving_dots(far_ax, linewidth=0, markersize=6)
    far_ax.set(xlim=(0.3, 10.2), ylim=(-REACH, REACH), xlabel="step size η", ylabel="x", title="the last places")

    def update(eta, x0, steps):
        run = descend(F, GradientDescent(eta), x0, LONGEST)
        lean(run)
        run = descend(F, run.stepper, x0, int(steps))
        last = run.x[-min(LAST, len(run.x) // 2 + 1) :, 0]
        curve(run)
        cursor.set_xdata([eta, eta])
        dots.set_data(np.full(len(last), eta), last)
        places = ", ".join(f"{x + 0.0:.3f}" for x in last[-4:].round(3))
        return f"Step size {eta:.4g}, start {x0:.4g}, step {steps}. Last places: {places}."

    return update


def _diagram(ax):
    """The places of long runs on both sides, pale, and on one of them, dark: returns `lean(run)`."""
    etas = np.linspace(*ETAS, 381)
    places = long_run_places(F, etas, (0.3,), 1200, 120)[:, 0]
    up = places * np.where(places.mean(0) < 0, -1, 1)  # the side that leans upwards; the other is its mirror image
    telling(draw_places(ax, etas, np.stack([up, -up]), REACH, alpha=0.25, zorder=1))
    image = telling(draw_places(ax, etas, up, REACH, animated=True, zorder=2))
    sides = {1: image.get_array(), -1: image.get_array()[::-1], 0: np.ma.masked_all_like(image.get_array())}
    shown = 1

    def lean(run):
        nonlocal shown
        last = run.x[-LAST:, 0]
        side = 0 if run.stepper.eta > 1 and not last.any() else -1 if last.mean() < 0 else 1
        if side != shown:
            shown = side
            image.set_data(sides[side])

    return lean
