"""Notebook 4: a valley whose walls you choose, and how wide a run bounces between them on its way down."""

import numpy as np

from eos import GradientDescent, Valley, Walls, descend
from eos.pictures import MUTED, OUT_OF_SIGHT, SHARPNESS, edge_line, escape_note, moving_dots, star, telling
from eos.pictures.plane import bounce_plane, bounce_size, walls_panel
from eos.widgets import Explorer, Slider

Z0, LONGEST, REACH, LOW, HIGH, WIDTH = 0.03, 300, 2.0, -2.6, 2.6, 0.62


def walls(**start: float) -> Explorer:
    """L(x, y) = l(x y) with sliders for the step size, l''''(0), how sharp the start is, and the number of steps.

    Left l with the iterates z = x y; in the middle S - 2/eta, where S = y^2 is the sharpness of the floor below the
    iterate, against w = z^2; right the same against the step. A coordinate beyond 100 has escaped. Keywords are
    starting values.
    """
    return Explorer(
        name="walls",
        title="A bounce between walls of your choice",
        sliders=(
            Slider("eta", 0.1, 0.3, 0.25, "step size η", step=0.005),
            Slider("bend", -12.0, 2.0, -3.0, "bend of the walls, a = l''''(0)", step=0.5),
            Slider("above", -1.0, 2.0, 1.0, "start, S − 2/η", step=0.05),
            Slider("steps", 1, LONGEST, 1, "steps", integer=True),
        ),
        setup=_setup,
        size=(8.8, 3.7),
        presets={
            "slides down the slow line": {"bend": -3.0, "steps": 100},
            "stops nearer the edge": {"bend": -12.0, "steps": LONGEST},
            "stops farther below": {"bend": -1.0, "above": 2.0, "steps": LONGEST},
            "about as far below as it began above": {"bend": 0.0, "steps": LONGEST},
            "is thrown out": {"bend": 2.0, "steps": LONGEST},
        },
        touch={1: lambda _, y: {"above": y}},
    ).at(**start)


def _setup(figure):
    walls_ax, plane_ax, step_ax = figure.subplots(1, 3, gridspec_kw={"width_ratios": [0.8, 1.3, 1]})
    profile, note = walls_panel(walls_ax, REACH), escape_note(plane_ax)
    plane = bounce_plane(plane_ax, WIDTH, LOW, HIGH, "slow line")
    plane_ax.set_title("the plane of the bounce")
    step_ax.set(xlim=(-3, LONGEST), ylim=(LOW, HIGH), xlabel="step", ylabel="S − 2/η", title="the floor below")
    edge_line(step_ax, 0.0)
    line = moving_dots(step_ax, color=SHARPNESS, markersize=3, linewidth=0.8)
    goal = telling(star(step_ax, markeredgecolor=MUTED, zorder=7, clip_on=False))
    step_ax.legend(loc="upper right")

    def update(eta, bend, above, steps):
        y0 = np.sqrt(2.0 / eta + above)
        valley = Valley(walls=Walls(bend))
        run = descend(valley, GradientDescent(eta), (Z0 / y0, y0), int(steps), escape=OUT_OF_SIGHT)
        (w, height), growth, slow, end = bounce_size(run), *_lines(eta, bend)
        profile(valley.walls, run.x.prod(-1))
        plane(w, height, run.stepper.threshold, growth, slow, (0.0, end))
        line.set_data(run.steps, height)
        goal.set_data([LONGEST], [end])
        note(run.escaped_at)
        return _reading(run, w)

    return update


def _lines(eta, bend):
    """Where the bounce stops growing, the slow line, and where that ends; NaN where there is none."""
    w = np.array([0.0, WIDTH])
    growth, shift = -bend * w / (3.0 * eta), 3.0 * eta / bend if bend < 0 else np.nan
    return (w, growth), (w, growth + shift), shift


def _reading(run, w) -> str:
    first, bend = run.x[0, 1] ** 2, run.potential.walls.bend
    start = f"2/η = {run.stepper.threshold:.4g}, a = {bend:.4g}, start at S = {first:.4g}. "
    if run.escaped_at is not None:
        return start + f"The run escaped at step {run.escaped_at} (a coordinate above {OUT_OF_SIGHT:.0f})."
    return start + f"After step {run.steps[-1]}: w = {w[-1]:.2g}, and on the floor below S = {run.x[-1, 1] ** 2:.4f}."
