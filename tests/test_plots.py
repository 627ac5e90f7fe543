"""What plots draw is what was computed."""

from inspect import getmembers, isfunction, signature
from itertools import combinations
from typing import get_type_hints

import matplotlib.pyplot
import numpy as np
import pytest
from found import named
from matplotlib.colors import same_color
from matplotlib.figure import Figure

from eos.pictures import artists, new_figure, plots, style
from eos.potentials import MLPLoss, Quadratic, SoftAbs, chebyshev
from eos.steppers import GradientDescent, GradientFlow, HeavyBall
from eos.trajectories import descend, sharpness_along

CURVE = SoftAbs()
LINE = descend(CURVE, GradientDescent(2.0), 1.5, 12)
BOWL = Quadratic([1.0, 4.0])
WALK = descend(BOWL, GradientDescent(0.3), (2.0, 1.5), 15)
NET = MLPLoss(*chebyshev(3, 12), hidden=(5,))
TRAINED = descend(NET, GradientDescent(0.5), NET.init_xavier(0), 60)
PATH = sharpness_along(TRAINED)
SEVERAL = descend(NET, GradientDescent(np.array([0.2, 0.5])), NET.init_xavier(0), 40)
SHARES = sharpness_along(SEVERAL)
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
    "plot_surface": (
        (BOWL, *XY, [WALK]),
        [(None, *WALK.x.T), (None, *WALK.x[:1].T), (None, *WALK.x[-1:].T)],
    ),
    "plot_path": ((WALK,), [(None, *WALK.x.T), (None, *WALK.x[:1].T), (None, *WALK.x[-1:].T)]),
    "plot_loss": ((TRAINED,), [(None, TRAINED.steps, TRAINED.loss)]),
    "plot_sharpness": ((PATH, 4.0, "edge", "net"), [("net", PATH.steps, PATH.top), level(4.0, "edge")]),
}
PROJECTIONS = {"plot_surface": "3d"}
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
    "edge_shares": (
        (SEVERAL, SHARES),
        [
            *((f"η = {eta:g}", SHARES.steps, SHARES.top[:, j] * eta / 2) for j, eta in enumerate((0.2, 0.5))),
            level(1.0),
        ],
    ),
    "bounce": ((TRAINED, PATH, 5, 30), []),
}
FUNCTIONS = {name: f for name, f in getmembers(plots, isfunction) if f.__module__ == plots.__name__}
PLOTS = [name for name in FUNCTIONS if name.startswith("plot_")]
MAKERS = [name for name, f in FUNCTIONS.items() if get_type_hints(f).get("return") is Figure]
every_plot = pytest.mark.parametrize("name", PLOTS)
every_picture = pytest.mark.parametrize("name", [*PLOTS, *MAKERS])


def drawn(name):
    """The figure with this picture in it, and the lines that it should hold."""
    if name in MAKERS:
        arguments, lines = FIGURES[name]
        return FUNCTIONS[name](*arguments), lines
    arguments, lines = CASES[name]
    figure = new_figure()
    ax = figure.add_subplot(projection=PROJECTIONS.get(name))
    assert FUNCTIONS[name](ax, *arguments) is ax
    return figure, lines


def dress(line):
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
            assert dress(a) != dress(b) or wide >= 1.4 * narrow, f"{a.get_label()} and {b.get_label()}"


@every_plot
def test_axes_with_more_than_one_name_have_a_legend(name):
    figure, expected = drawn(name)
    names = {label for label, *_ in expected if label}
    legend = figure.axes[0].get_legend()
    if len(names) > 1:
        assert names <= {text.get_text() for text in legend.get_texts()}


@every_plot
def test_in_a_lecture_it_is_the_same_at_a_larger_scale(name):
    arguments, _ = CASES[name]
    drawn_at = []
    for lecture in (False, True):
        figure = new_figure((6.0, 4.0), lecture)
        ax = figure.add_subplot(projection=PROJECTIONS.get(name))
        FUNCTIONS[name](ax, *arguments)
        figure.canvas.draw()
        drawn_at.append((figure, [(line.get_linewidth(), line.get_markersize()) for line in ax.lines]))
    (small, lines), (large, same) = drawn_at
    assert lines == same and large.dpi / small.dpi == pytest.approx(1.5 * style.LECTURE)
    assert large.get_size_inches() * large.dpi == pytest.approx(1.5 * small.get_size_inches() * small.dpi)


# ---- some of them


def test_the_edge_mark_says_its_height_and_stays_inside():
    ax = new_figure().subplots()
    ax.set(ylim=(0, 10))
    move = artists.edge_mark(ax)
    for height, text, place in ((2.5, "2/η = 2.5", 2.65), (40, "2/η = 40 ↑", 9.3)):
        move(height)
        (note,), (line,) = ax.texts, ax.lines
        assert note.get_text() == text and note.get_position()[1] == pytest.approx(place)
        assert list(line.get_ydata()) == [height, height]


def test_a_landscape_is_shaded_by_equal_ratios_up_to_its_highest_point():
    ax = plots.plot_landscape(new_figure().subplots(), BOWL, *XY)
    levels = ax.collections[0].levels
    assert levels[-1] == pytest.approx(BOWL.value([2.5, 2.0]))
    assert np.ptp(levels[1:] / levels[:-1]) < 1e-9
    assert ax.get_xlim() == XY[0] and ax.get_ylim() == XY[1]


def test_the_long_run_is_dark_where_runs_end_and_clear_elsewhere():
    etas = np.linspace(0.5, 3, 51)
    places = plots.long_run_places(CURVE, etas, (0.3, -0.3), 1200, 120)
    assert places.shape == (120, 2, 51)
    image = plots.draw_places(new_figure().subplots(), etas, places, 2.0)
    assert image.get_extent() == [0.5, 3, -2.0, 2.0]
    rows = np.linspace(-2.0, 2.0, len(image.get_array()) + 1)
    middles = (rows[1:] + rows[:-1]) / 2
    two = np.sort(np.abs(descend(CURVE, GradientDescent(etas[30]), 0.3, 2000).x[-2:, 0]))
    for column, ends in ((0, [0.0]), (30, [-two[0], two[0]])):
        dark = middles[~np.ma.getmaskarray(image.get_array())[:, column]]
        nearest = np.abs(dark[:, None] - ends).min(axis=1)
        assert 3 * len(ends) <= len(dark) <= 4 * len(ends) and nearest.max() <= 2 * (rows[1] - rows[0])


def test_a_bounce_has_the_moves_along_the_top_eigenvector_and_across():
    (ax,) = plots.bounce(TRAINED, PATH, 5, 30).axes
    names = "along the top eigenvector", "all other directions (length)"
    along, across = (np.asarray(named(ax, name).get_ydata()) for name in names)
    moves = np.diff(TRAINED.x[5:31], axis=0)
    assert np.hypot(along, across) == pytest.approx(np.linalg.norm(moves, axis=1))
    assert along[3] == pytest.approx(moves[3] @ PATH.vectors[8, 0])
    assert list(named(ax, names[0]).get_xdata()) == list(range(5, 30))


@pytest.mark.parametrize(
    ("rule", "label"), [(HeavyBall(0.1, 0.5), "2(1+β)/η"), (GradientDescent(0.5), "2/η"), (GradientFlow(0.5), None)]
)
def test_a_history_has_the_edge_of_its_stepper_under_its_name(rule, label):
    run = descend(NET, rule, NET.init_xavier(0), 20)
    (_, ax) = plots.history(run, sharpness_along(run)).axes
    if label is None:
        assert len(ax.lines) == 1 and ax.get_legend() is None
    else:
        assert set(named(ax, label).get_ydata()) == {rule.threshold}


def test_paths_without_a_look_of_their_own_are_refused():
    with pytest.raises(ValueError, match="paths must hold 1 to 5 paths, got 6"):
        plots.sharpness_paths(several_paths(6), 4.0)
