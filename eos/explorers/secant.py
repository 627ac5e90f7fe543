"""Notebook 2: two curvatures, the one at a point, and the one between two points."""

import numpy as np

from eos import GradientDescent, SoftAbs, descend, secant_curvature
from eos.pictures import BETWEEN, CURVE, EDGE, SHARPNESS, edge_mark, moving_dots, moving_line, telling
from eos.widgets import Explorer, Slider

F, WIDTH, LONGEST = SoftAbs(), 4.4, 60


def secant(**start: float) -> Explorer:
    """The last step of a run on f(x) = x^2 / sqrt(1 + x^2) as a secant of f', with sliders as in `flattening`.

    Left the graph of f' with the secant through the last two iterates and a dashed line of slope 2/eta through the
    secant's middle; right f'' at every iterate, the slope of every step's secant, and 2/eta. Keywords are starting
    values.
    """
    return Explorer(
        name="secant",
        title="Curvature at a point, and between two points",
        sliders=(
            Slider("eta", 0.5, 4.0, 2.5, "step size η", step=0.05),
            Slider("x0", -4.0, 4.0, 0.5, "start x₀", step=0.1),
            Slider("steps", 1, LONGEST, 1, "steps", integer=True),
        ),
        setup=_setup,
        size=(8.4, 3.7),
        presets={
            "no bounce": {"eta": 0.8, "x0": 4.0, "steps": 40},
            "a small bounce": {"eta": 1.05, "x0": 0.5, "steps": 60},
            "they part": {"eta": 2.5, "x0": 0.5, "steps": 60},
            "a bounce that leans": {"eta": 4.0, "x0": 0.5, "steps": 40},
        },
        touch={0: lambda x, _: {"x0": x}},
    ).at(**start)


def _setup(figure):
    slope_ax, bend_ax = figure.subplots(1, 2)
    moves = _slope_panel(slope_ax), _curvature_panel(bend_ax)

    def update(eta, x0, steps):
        run = descend(F, GradientDescent(eta), x0, int(steps))
        between = secant_curvature(F, run.x[:-1], run.x[1:])
        for move in moves:
            move(run, between)
        p, q, at_p, at_q = (run.x[-2:, 0].round(4) + 0.0).tolist() + F.hessian(run.x[-2:])[:, 0, 0].tolist()
        said = f"Step size {eta:.4g}, step {steps}: from {p:.4f} to {q:.4f}. "
        if np.isnan(between[-1]):  # also where the square of the step is too small to be a number
            return said + "The run stands still, and two points that are one have no secant."
        return said + f"Curvature at these points {at_p:.4f} and {at_q:.4f}, secant curvature {between[-1]:.4f}."

    return update


def _slope_panel(ax):
    grid = np.linspace(-WIDTH, WIDTH, 401)
    ax.plot(grid, F.gradient(grid[:, None])[:, 0], color=CURVE)
    ax.set(xlim=(-WIDTH, WIDTH), ylim=(-1.5, 1.5), xlabel="x", ylabel="slope f′(x)", title="the slope, and its secant")
    ax.axhline(0, color=CURVE, linewidth=0.6)
    pair = moving_dots(ax, color=BETWEEN, marker="s", markerfacecolor="white", linewidth=4, label="secant")
    edge = telling(moving_line(ax, color=EDGE, linestyle="--", linewidth=1.5, zorder=5, label="slope 2/η"))
    ax.legend(handles=[pair], loc="upper left")

    def move(run, _):
        ends = run.x[-2:]
        slopes = F.gradient(ends)[:, 0]
        pair.set_data(ends[:, 0], slopes)
        edge.set_data(grid, slopes.mean() + run.stepper.threshold * (grid - ends.mean()))

    return move


def _curvature_panel(ax):
    ax.set(xlim=(-1, LONGEST + 1), ylim=(-0.3, 3.6), xlabel="step", ylabel="curvature", title="two curvatures")
    points = moving_dots(ax, color=SHARPNESS, linewidth=0, markersize=4, label="f″ at x")
    style = {"marker": "s", "markersize": 3.5, "markerfacecolor": "white", "linewidth": 0}
    secants = moving_dots(ax, color=BETWEEN, zorder=8, label="secant", **style)
    edge = edge_mark(ax, ceiling=0.8, tells=True)
    ax.legend(loc="upper left", ncols=2)

    def move(run, between):
        points.set_data(run.steps, F.hessian(run.x)[:, 0, 0])
        secants.set_data(run.steps[1:] - 0.5, between)
        edge(run.stepper.threshold)

    return move
