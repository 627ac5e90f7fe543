"""What plots draw is what was computed, and exercises know right from wrong."""

from inspect import getmembers, isfunction, signature
from itertools import combinations

import matplotlib.pyplot
import numpy as np
import pytest
from matplotlib.colors import same_color
from matplotlib.figure import Figure

from eos import plots
from eos.datasets import chebyshev
from eos.exercises import EXERCISES, check
from eos.figures import new_figure
from eos.network import MLPLoss
from eos.potentials import FromFunctions, Quadratic, SoftAbs
from eos.sharpness_path import sharpness_along
from eos.steppers import GradientDescent
from eos.trajectory import descend

CURVE = SoftAbs()
LINE = descend(CURVE, GradientDescent(2.0), 1.5, 12)
BOWL = Quadratic([1.0, 4.0])
WALK = descend(BOWL, GradientDescent(0.3), (2.0, 1.5), 15)
NET = MLPLoss(*chebyshev(3, 12), hidden=(5,))
TRAINED = descend(NET, GradientDescent(0.5), NET.init_xavier(0), 60)
PATH = sharpness_along(TRAINED)
XY = (-2.5, 2.5), (-2.0, 2.0)


def level(height, name="2/η"):
    """What a horizontal line over the whole width holds."""
    return name, [0, 1], [height, height]


def several_paths(count):
    """So many named sharpness paths."""
    return {f"run {i}": PATH for i in range(count)}


# name: the arguments after the axes, and the lines that must be there as (label, x, y); a label may be None
CASES = {
    "plot_landscape": ((BOWL, *XY), []),
    "plot_surface": ((BOWL, *XY, [WALK]), [(None, WALK.x[:, 0], WALK.x[:, 1])]),
    "plot_path": ((WALK, "way"), [("way", *WALK.x.T), (None, *WALK.x[:1].T), (None, *WALK.x[-1:].T)]),
    "plot_loss": ((TRAINED, "net"), [("net", TRAINED.steps, TRAINED.loss)]),
    "plot_sharpness": ((PATH, 4.0, "net"), [("net", PATH.steps, PATH.top), level(4.0)]),
    "plot_bifurcation": ((CURVE, np.linspace(0.5, 3, 40)), []),
}
# the same for functions that make a figure
FIGURES = {
    "landscape": ((BOWL, WALK, *XY), [(None, *WALK.x.T)]),
    "history": (
        (TRAINED, PATH),
        [(None, TRAINED.steps, TRAINED.loss), (None, PATH.steps, PATH.top), level(4.0)],
    ),
    "sharpness_paths": (
        (several_paths(5), 4.0),
        [*((name, PATH.steps, PATH.top) for name in several_paths(5)), level(4.0)],
    ),
    "bounce": ((TRAINED, PATH, 5, 30), []),
}
FUNCTIONS = {name: f for name, f in getmembers(plots, isfunction) if f.__module__ == "eos.plots"}
PLOTS = [name for name in FUNCTIONS if name.startswith("plot_")]
MAKERS = [name for name, f in FUNCTIONS.items() if "A new figure." in (f.__doc__ or "")]
every_plot = pytest.mark.parametrize("name", PLOTS)
every_picture = pytest.mark.parametrize("name", [*PLOTS, *MAKERS])


def drawn(name):
    """The figure with this picture in it, and the lines that it should hold."""
    if name in MAKERS:
        arguments, lines = FIGURES[name]
        return FUNCTIONS[name](*arguments), lines
    arguments, lines = CASES[name]
    figure = new_figure()
    ax = figure.add_subplot(projection="3d" if "3D axes" in FUNCTIONS[name].__doc__ else None)
    assert FUNCTIONS[name](ax, *arguments) is ax
    return figure, lines


def style(line):
    """What tells a line from others without its colour."""
    marker = line.get_marker()
    face = same_color(line.get_markerfacecolor(), "white") if marker != "None" else None
    return line._dash_pattern, marker, face, line.get_linestyle() == "None"


# ---- every picture


def test_every_function_has_its_arguments():
    assert set(CASES) == set(PLOTS) and set(FIGURES) == set(MAKERS)
    assert all(next(iter(signature(FUNCTIONS[name]).parameters)) == "ax" for name in PLOTS)


@every_picture
def test_the_lines_hold_what_was_computed(name):
    figure, expected = drawn(name)
    lines = [line for ax in figure.axes for line in ax.lines]
    for label, x, y in expected:
        found = [
            line
            for line in lines
            if label in (None, line.get_label())
            and len(line.get_xdata()) == len(x)
            and np.allclose(line.get_xdata(), x)
            and np.allclose(line.get_ydata(), y)
        ]
        assert found, f"no line {label} with these data"


@every_picture
def test_it_can_be_drawn_and_pyplot_knows_nothing_of_it(name):
    figure, _ = drawn(name)
    figure.canvas.draw()
    assert isinstance(figure, Figure) and np.ptp(np.asarray(figure.canvas.buffer_rgba())) > 200
    assert matplotlib.pyplot.get_fignums() == []


@every_picture
def test_no_line_is_told_from_another_by_its_colour_alone(name):
    figure, _ = drawn(name)
    for ax in figure.axes:
        for a, b in combinations(ax.lines, 2):
            if same_color(a.get_color(), b.get_color()):
                continue
            wide, narrow = sorted((a.get_linewidth(), b.get_linewidth()), reverse=True)
            assert style(a) != style(b) or wide >= 1.4 * narrow, f"{a.get_label()} and {b.get_label()}"


@every_plot
def test_axes_with_more_than_one_name_have_a_legend(name):
    figure, expected = drawn(name)
    names = {label for label, *_ in expected if label}
    legend = figure.axes[0].get_legend()
    if len(names) > 1:
        assert names <= {text.get_text() for text in legend.get_texts()}


@every_plot
def test_all_lines_and_dots_grow_in_a_lecture(name):
    arguments, _ = CASES[name]
    projection = "3d" if "3D axes" in FUNCTIONS[name].__doc__ else None
    measured = []
    for lecture in (False, True):
        ax = new_figure(lecture=lecture).add_subplot(projection=projection)
        FUNCTIONS[name](ax, *arguments)
        contours = [width for c in ax.collections if not getattr(c, "filled", True) for width in c.get_linewidths()]
        measured.append([*((line.get_linewidth(), line.get_markersize()) for line in ax.lines), contours])
    for small, large in zip(*measured, strict=True):
        assert np.allclose(large, np.multiply(small, 1.6))


# ---- some of them


def test_the_edge_mark_says_its_height_and_stays_inside():
    ax = new_figure().subplots()
    ax.set(ylim=(0, 10))
    move = plots.edge_mark(ax)
    for height, text, place in ((2.5, "2/η = 2.5", 2.65), (40, "2/η = 40 ↑", 9.3)):
        move(height)
        assert ax.texts[0].get_text() == text
        assert ax.texts[0].get_position()[1] == pytest.approx(place)
        assert list(ax.lines[0].get_ydata()) == [height, height]


def test_a_landscape_is_shaded_by_equal_ratios_up_to_its_highest_point():
    ax = plots.plot_landscape(new_figure().subplots(), BOWL, *XY)
    levels = ax.collections[0].levels
    assert levels[-1] == pytest.approx(BOWL.value([2.5, 2.0]))
    assert np.ptp(levels[1:] / levels[:-1]) < 1e-9
    assert ax.get_xlim() == XY[0] and ax.get_ylim() == XY[1]


def test_a_bifurcation_is_dark_where_runs_end():
    etas = np.linspace(0.5, 3, 51)
    ax = plots.plot_bifurcation(new_figure().subplots(), CURVE, etas)
    (image,) = ax.images
    left, right, bottom, top = image.get_extent()
    assert (left, right) == (0.5, 3)
    heights = np.linspace(bottom, top, 401)
    middles = (heights[1:] + heights[:-1]) / 2
    two = np.sort(np.abs(descend(CURVE, GradientDescent(etas[30]), 0.3, 2000).x[-2:, 0]))
    for column, places in ((0, [0.0]), (30, [-two[0], two[0]])):
        dark = middles[np.asarray(image.get_array())[:, column] > 1]
        assert len(dark) == len(places) and np.abs(dark - places).max() <= np.diff(heights)[0]


def test_a_bounce_has_the_moves_along_the_top_eigenvector_and_across():
    (ax,) = plots.bounce(TRAINED, PATH, 5, 30).axes
    along, across = (np.asarray(line.get_ydata()) for line in ax.lines)
    moves = np.diff(TRAINED.x[5:31], axis=0)
    assert np.hypot(along, across) == pytest.approx(np.linalg.norm(moves, axis=1))
    assert along[3] == pytest.approx(moves[3] @ PATH.vectors[8, 0])
    assert list(ax.lines[0].get_xdata()) == list(range(5, 30))


def test_paths_without_a_look_of_their_own_are_refused():
    with pytest.raises(ValueError, match="paths must hold 1 to 5 paths, got 6"):
        plots.sharpness_paths(several_paths(6), 4.0)


# ---- exercises

PARABOLA = FromFunctions(lambda x: x**2, lambda x: 2 * x)
MISMATCH = FromFunctions(np.cos, np.sinh)
SHARP = MLPLoss(*chebyshev(4), hidden=(10,), biases=(True, False))


def trained(eta):
    """A run of notebook 5's network."""
    return descend(SHARP, GradientDescent(eta), SHARP.init_xavier(seed=0), 8000, every=20)


def shifted_power(hvp, v, c):
    """The answer to 3.3."""
    for _ in range(200):
        v = hvp(v) + c * v
        v = v / np.linalg.norm(v)
    return v @ hvp(v)


def own_valley(ratio, steps=400):
    """A run in log cosh(x y) that starts near its floor, at a sharpness of so many edges."""
    mine = FromFunctions(
        lambda p: np.log(np.cosh(p[0] * p[1])), lambda p: np.tanh(p[0] * p[1]) * p[::-1], dim=2
    )
    return descend(mine, GradientDescent(0.2), (0.05, np.sqrt(ratio * 10)), steps)


# name: a right answer, and two wrong ones, made when they are needed
ANSWERS = {
    "1.1": lambda: (0.2, 0.4, 5.0),
    "1.2": lambda: (19.0, 1.0, 20.0),
    "1.3": lambda: (
        lambda x, eta, a: x - eta * a * x,
        lambda x, eta, a: x + eta * a * x,
        lambda x, eta, a: x - eta * a,
    ),
    "1.4": lambda: (
        FromFunctions(np.cosh, np.sinh),
        PARABOLA,
        FromFunctions(lambda x: x**4, lambda x: 4 * x**3),
    ),
    "2.1": lambda: (0.7306, 0.5, -0.7306),
    "2.2": lambda: (2.598, 2.0, np.nan),
    "2.3": lambda: (
        lambda f, p, q: (f(q) - f(p)) / (q - p),
        lambda f, p, q: f(q) - f(p),
        lambda f, p, q: (f(q) + f(p)) / (q + p),
    ),
    "2.4": lambda: (
        FromFunctions(lambda x: np.log(np.cosh(x)), np.tanh),
        PARABOLA,
        FromFunctions(lambda x: np.log(np.cosh(x)) / 10, lambda x: np.tanh(x) / 10),
    ),
    "3.1": lambda: (0.25, 0.5, 4.0),
    "3.2": lambda: (0.2, 2 / 9, 1.0),
    "3.3": lambda: (shifted_power, lambda hvp, v, c: shifted_power(hvp, v, 0.0), lambda hvp, v, c: v @ hvp(v)),
    "3.4": lambda: (
        Quadratic(0.1 * np.eye(3) - 2 * (1 - np.eye(3))),
        Quadratic([[1.0, 5.0], [5.0, 1.0]]),
        Quadratic((-5.0, 3.0, 1.0)),
    ),
    "4.1": lambda: (39.95, 40.5, 20.0),
    "4.2": lambda: (0.3704, 0.4, 2.5),
    "4.3": lambda: (
        lambda x, y, eta: y**2 - (y - eta * x * (x * y) / np.hypot(1, x * y)) ** 2,
        lambda x, y, eta: 2 * eta * x**2 * y**2,
        lambda x, y, eta: 0.0,
    ),
    "4.4": lambda: (own_valley(2.0), own_valley(0.5), own_valley(2.0, steps=8)),
    "5.1": lambda: (0.25, 4.0, 16.0),
    "5.2": lambda: (0.02, 0.2, 3.0),
    "5.3": lambda: (0.2, 0.4, 0.8),
    "5.4": lambda: (trained(0.3), trained(0.1), trained(0.2)),
}
every_exercise = pytest.mark.parametrize("name", EXERCISES)


def says(capsys, name, answer) -> str:
    """What `check` prints, in one line."""
    check(name, answer)
    (line,) = capsys.readouterr().out.splitlines()
    return line


@every_exercise
def test_right_answers_are_right_and_wrong_ones_get_the_hint(capsys, name):
    right, *wrong = ANSWERS[name]()
    assert says(capsys, name, right) == f"{name}: right. {EXERCISES[name].because}"
    for answer in wrong:
        assert says(capsys, name, answer) == f"{name}: not yet. Hint: {EXERCISES[name].hint}"


@every_exercise
def test_three_dots_are_the_readers_turn(capsys, name):
    assert says(capsys, name, ...).startswith(f"{name}: your turn.")


@every_exercise
@pytest.mark.parametrize(
    "nonsense",
    ["a string", None, lambda *_: 1 / 0, [], np.zeros(3), object()],
    ids=["text", "None", "a function that raises", "an empty list", "an array", "an object"],
)
def test_nonsense_is_told_not_raised(capsys, name, nonsense):
    said = says(capsys, name, nonsense)
    assert "right." not in said and said.endswith(f"Hint: {EXERCISES[name].hint}")


def test_what_went_wrong_in_an_answer_is_told(capsys):
    assert "ZeroDivisionError: division by zero" in says(capsys, "1.3", lambda *_: 1 / 0)


@pytest.mark.parametrize("answer", [MISMATCH, FromFunctions(lambda x: 0.0, np.tanh)], ids=["1.4", "2.4"])
def test_a_slope_that_is_not_the_curves_is_not_right(capsys, answer, request):
    assert "right." not in says(capsys, request.node.callspec.id, answer)


def test_an_unknown_exercise_is_refused():
    with pytest.raises(ValueError, match="name must be one of 1.1, .* got '9.9'"):
        check("9.9", 1)
