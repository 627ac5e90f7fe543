"""Sliders, recipes, stills: everything about an explorer that needs no widget."""

import io
import itertools
import subprocess
import sys

import numpy as np
import pytest
from found import corners, count_drawings
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from toy import SLIDERS, toy

from eos.widgets import Edge, Explorer, Slider
from eos.widgets.screen import Screen, fast_png
from eos.widgets.slider import number

TOY = toy()
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


def decoded(png: bytes) -> np.ndarray:
    """The pixels of a PNG, (height, width, 3)."""
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))


# ---- sliders


def test_linear_positions_are_multiples_of_a_round_step():
    values = Slider("eta", -1.05, 1.2, 0.15).values
    assert values[0] == -1.05 and values[1] == -1.04 and values[-1] == 1.2
    assert {0.0, 0.15, 0.3, 1.1} < set(values)
    assert all(len(number(value)) <= 5 for value in values)


def test_a_step_of_ones_own():
    assert Slider("a", 0.1, 2, 1, step=0.5).values == (0.1, 0.5, 1.0, 1.5, 2.0)
    assert Slider("n", 1, 9, 4, integer=True, step=3).values == (1, 3, 4, 6, 9)


def test_whole_numbers_are_ints_one_apart():
    values = Slider("steps", 1, 60, 20, integer=True).values
    assert values == tuple(range(1, 61))
    assert all(type(value) is int for value in values)


def test_logarithmic_positions_are_round_and_even():
    values = Slider("eta", 0.05, 8, 0.75, log=True).values
    assert 80 <= len(values) <= 130
    assert {0.05, 0.1, 0.2, 0.5, 0.75, 1.0, 2.0, 5.0, 8.0} <= set(values)
    assert all(len(number(value).replace(".", "").lstrip("0")) <= 3 for value in values)
    growth = [b / a for a, b in itertools.pairwise(values)]
    assert 1.01 < min(growth) and max(growth) < 1.12
    assert Slider("n", 1, 1000, 10, log=True, integer=True).values[:4] == (1, 2, 3, 4)


def test_the_start_is_a_position_even_off_the_grid():
    slider = Slider("a", 0, 1, 0.123456)
    assert 0.123456 in slider.values
    assert slider.neighbour(0.123456, up=True) == 0.13
    assert slider.neighbour(0.123456, up=False) == 0.12
    assert slider.neighbour(1, up=True) == 1 and slider.neighbour(0, up=False) == 0
    assert slider.position(0) == 0 and slider.position(1) == len(slider.values) - 1


@given(st.floats(-1e3, 1e3), st.floats(1e-3, 1e3), st.floats(0, 1), st.booleans())
def test_positions_rise_from_low_to_high_and_hold_the_start(low, width, part, log):
    low = abs(low) + 1e-3 if log else low
    high = low + width
    start = min(max(low + part * width, low), high)
    values = Slider("x", low, high, start, log=log).values
    assert values[0] == low and values[-1] == high and start in values
    assert all(a < b for a, b in itertools.pairwise(values))
    assert len(values) < 400


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"name": "step size"}, "Python name"),
        ({"low": 2}, "low must be below high"),
        ({"high": float("nan")}, "low must be below high"),
        ({"high": float("inf")}, "low must be below high"),
        ({"start": 1.5}, "eta must be between 0 and 1, got 1.5"),
        ({"log": True}, "low must be positive"),
        ({"step": -1}, "step must be positive"),
        ({"step": 0.1, "log": True, "low": 0.1}, "none with log"),
        ({"integer": True, "high": 1.5}, "whole numbers"),
        ({"count": 1}, "count must be 2 or more"),
    ],
)
def test_a_slider_that_cannot_be_is_refused(wrong, message):
    arguments = {"name": "eta", "low": 0, "high": 1, "start": 0.5, **wrong}
    with pytest.raises(ValueError, match=message):
        Slider(**arguments)


# ---- values and recipes


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"beta": 1}, "toy has no 'beta', it has eta, a, x0, steps"),
        ({"eta": float("nan")}, "eta must be between 0.05 and 8, got nan"),
        ({"eta": 9}, "eta must be between 0.05 and 8, got 9"),
        ({"eta": "1"}, "eta must be a number, got '1'"),
        ({"eta": True}, "eta must be a number"),
        ({"steps": 2.5}, "steps must be a whole number, got 2.5"),
    ],
)
def test_wrong_values_are_named(wrong, message):
    with pytest.raises(ValueError, match=message):
        TOY.values(**wrong)


def test_values_have_the_types_of_their_sliders():
    values = TOY.values(eta=np.float64(1), steps=3.0, x0=-0.0)
    assert repr(values) == "{'eta': 1.0, 'a': 2.0, 'x0': 0.0, 'steps': 3}"
    assert TOY.at(eta=1.1).values() == {**TOY.values(), "eta": 1.1}


def test_a_recipe_is_one_line_in_the_order_of_the_sliders():
    assert TOY.recipe() == "toy(eta=0.75, a=2, x0=3, steps=20)"


@given(st.tuples(*(st.floats(s.low, s.high) for s in SLIDERS[:3])), st.integers(1, 60))
def test_a_recipe_reads_back_exactly(floats, steps):
    values = TOY.values(**dict(zip(("eta", "a", "x0"), floats, strict=True)), steps=steps)
    assert TOY.parse(TOY.recipe(**values)) == values


def test_a_recipe_may_be_spaced_and_ordered_at_will():
    assert TOY.parse("explorers.toy(eta=1, a=2, x0=3, steps=4)") == {"eta": 1, "a": 2, "x0": 3, "steps": 4}
    assert TOY.parse(" toy ( steps=5,x0 = -1e0,\n a=2., eta=.5, ) ") == {
        "eta": 0.5,
        "a": 2,
        "x0": -1,
        "steps": 5,
    }


@pytest.mark.parametrize(
    ("recipe", "message"),
    [
        ("", "a recipe looks like toy"),
        ("toy", "a recipe looks like toy"),
        ("toy(eta=1", "a recipe looks like toy"),
        ("bowl(eta=1, a=2, x0=3, steps=20)", "this recipe is for bowl, not for toy"),
        ("toy(eta=1, a=2, x0=3)", "the recipe does not say steps"),
        ("toy(eta=1, a=2, x0=3, steps=20, b=1)", "toy has no 'b'"),
        ("toy(eta=1, eta=2, a=2, x0=3, steps=20)", "says eta twice"),
        ("toy(1, 2, 3, 20)", "'1' should be name=number"),
        ("toy(eta=one, a=2, x0=3, steps=20)", "eta must be a number, got 'one'"),
        ("toy(eta=1 2, a=2, x0=3, steps=20)", "a recipe looks like toy"),
        (f"toy(eta={'-' * 400}1, a=2, x0=3, steps=20)", "eta must be a number, got '---"),
        ("toy(**eta)", "'eta' should be name=number"),
        ("toy(eta=True, a=2, x0=3, steps=20)", "eta must be a number, got 'True'"),
        ("toy(eta=nan, a=2, x0=3, steps=20)", "eta must be a number, got 'nan'"),
        ("toy(eta=99, a=2, x0=3, steps=20)", "eta must be between 0.05 and 8, got 99"),
        ("toy(eta=1, a=2, x0=3, steps=2.5)", "steps must be a whole number"),
    ],
)
def test_a_malformed_recipe_says_what_is_wrong(recipe, message):
    with pytest.raises(ValueError) as caught:
        TOY.parse(recipe)
    assert message in str(caught.value)


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text):
    for recipe in (text, f"toy({text})", f"toy(eta={text}, a=2, x0=3, steps=20)"):
        try:
            values = TOY.parse(recipe)
        except ValueError as error:
            assert 10 < len(str(error)) < 300 and "\n" not in str(error)
        else:
            assert values == TOY.values(**values)


def test_an_explorer_that_cannot_be_is_refused():
    for wrong, message in (
        ({"name": "my toy"}, "Python name"),
        ({"sliders": (SLIDERS[0], SLIDERS[0])}, "names of their own"),
        ({"edges": {"beta": Edge("edge", lambda **_: 1)}}, "edges must be of"),
        ({"edges": {"eta": lambda **_: 1}}, "edges must be Edge"),
        ({"presets": {"far": {"eta": 80}}}, "eta must be between"),
    ):
        arguments = {"name": "toy", "title": "", "sliders": SLIDERS, "setup": TOY.setup, **wrong}
        with pytest.raises(ValueError, match=message):
            Explorer(**arguments)


# ---- pictures


def test_a_still_is_a_picture_with_its_reading_as_alt_text():
    still = TOY.still(eta=0.5)
    assert decoded(still.png).shape == (360, 900, 3)
    assert still.alt == str(still) == "From 3, 20 steps of size 0.5 multiply x by 0 each."
    bundle = still._repr_mimebundle_()
    assert bundle["text/plain"] == still.alt
    assert f'<img alt="{still.alt}" src="data:image/png;base64,' in bundle["text/html"]
    assert bundle["text/html"].count("data:image") == 1


def test_the_same_setting_is_the_same_picture_and_another_another():
    assert TOY.still(eta=0.5).png == TOY.still(eta=0.5).png
    assert TOY.still(eta=0.5).png != TOY.still(eta=0.55).png


def test_lists_give_a_storyboard():
    board = TOY.still(eta=[0.15, 1.1], a=[1, 2], steps=7)
    height, width, _ = decoded(board.png).shape
    assert width == 900 and height == 2 * (360 + 36)
    first, second = board.readings
    assert first.startswith("step size η = 0.15, curvature a = 1: From 3, 7 steps of size 0.15 ")
    assert second.startswith("step size η = 1.1, curvature a = 2: From 3, 7 steps of size 1.1 ")
    assert board.alt == " ".join(board.readings) and str(board) == "\n".join(board.readings)


@pytest.mark.parametrize("lists", [{"eta": [1, 2], "a": [1, 2, 3]}, {"eta": []}])
def test_lists_must_fit_together(lists):
    with pytest.raises(ValueError, match="equally long"):
        TOY.still(**lists)


def test_a_still_raises_what_the_update_raises():
    with pytest.raises(RuntimeError, match="six is"):
        TOY.still(eta=6.66)


def test_every_corner_can_be_drawn():
    screen = Screen(TOY.setup, TOY.size)
    assert count_drawings(screen, corners(TOY)) == 1
    for corner in corners(TOY):
        assert screen.show(corner)
        assert all(edge > 0 for edge in TOY.edge_values(**corner).values())


@settings(max_examples=3)
@given(st.floats(0.05, 5), st.integers(1, 60))
def test_a_screen_shows_what_a_new_one_would_show(eta, steps):
    screen = Screen(TOY.setup, TOY.size)
    screen.show(TOY.values(eta=1.9, a=4))
    screen.show(TOY.values(eta=eta, steps=steps))
    fresh = Screen(TOY.setup, TOY.size)
    fresh.show(TOY.values(eta=eta, steps=steps))
    assert np.array_equal(screen.pixels, fresh.pixels)


def test_a_fast_png_holds_every_pixel():
    screen = Screen(TOY.setup, TOY.size)
    screen.show(TOY.values())
    assert np.array_equal(decoded(fast_png(screen.pixels)), screen.pixels[..., :3])


def test_a_change_to_what_stands_still_is_drawn_too():
    def setup(figure):
        ax = figure.subplots()
        (line,) = ax.plot([0, 1], [0, 1], animated=True)

        def update(top):
            line.set_ydata([0, top])
            ax.set_ylim(0, max(top, 1))
            return "The line rises from one corner to the other."

        return update

    screen = Screen(setup, (3, 2))
    pictures = [screen.show({"top": top}) and screen.pixels.copy() for top in (1, 2, 2)]
    assert not np.array_equal(pictures[0], pictures[1])
    assert np.array_equal(pictures[1], pictures[2])


def _two_panels(figure):
    """Both limits follow the values; a title and a second pair of axes on top follow `title`."""
    left, right = figure.subplots(1, 2)
    above = right.twinx()
    lines = [ax.plot([0, 1], [0, 1], animated=True)[0] for ax in (left, right, above)]
    left.legend(lines, ["a", "b", "c"])

    def update(a, b, title):
        for ax, top in ((left, a), (right, b), (above, a * b if title else 1)):
            if ax.get_ylim()[1] != top:
                ax.set_ylim(0, top)
        if title != bool(figure.get_suptitle()):
            figure.suptitle("a title" if title else "")
        return "Lines rise in both panels."

    return update


@given(st.lists(st.tuples(st.integers(1, 3), st.integers(1, 2), st.booleans()), min_size=2, max_size=5))
@settings(max_examples=4)
def test_where_one_panel_changes_the_picture_is_the_same_as_drawn_anew(walk):
    screen = Screen(_two_panels, (4, 2))
    for values in walk:
        screen.show(dict(zip("ab", values, strict=False), title=values[2]))
        fresh = Screen(_two_panels, (4, 2))
        fresh.show(dict(zip("ab", values, strict=False), title=values[2]))
        assert np.array_equal(screen.pixels, fresh.pixels)


def _three_lines(figure):
    """Lines that cross, each of which follows one value and is touched only when it changes."""
    ax = figure.subplots()
    lines = [ax.plot([0, 1], [0, 1], animated=True, linewidth=9)[0] for _ in range(3)]

    def update(**tops):
        for line, top in zip(lines, tops.values(), strict=True):
            if line.get_ydata()[1] != top:
                line.set_ydata([1 - top, top])
        return "Three lines cross."

    return update


@given(st.lists(st.tuples(*(st.sampled_from([0.2, 0.5, 0.8]),) * 3), min_size=2, max_size=8))
@settings(max_examples=5)
def test_where_some_lines_stay_the_picture_is_the_same_as_drawn_anew(walk):
    screen = Screen(_three_lines, (3, 2))
    for tops in walk:
        screen.show(dict(zip("abc", tops, strict=True)))
        fresh = Screen(_three_lines, (3, 2))
        fresh.show(dict(zip("abc", tops, strict=True)))
        assert np.array_equal(screen.pixels, fresh.pixels)


def test_lines_below_the_lowest_that_moves_are_not_drawn_again():
    screen = Screen(_three_lines, (3, 2))
    drawn = []
    for place, line in enumerate(screen._moving):
        line.draw = lambda renderer, place=place, draw=line.draw: (drawn.append(place), draw(renderer))
    for c in (0.2, 0.5, 0.8, 0.9):
        drawn.clear()
        screen.show({"a": 0.2, "b": 0.5, "c": c})
    assert drawn == [2]


def test_where_one_panel_changes_again_and_again_it_alone_is_drawn():
    def setup(figure):
        left, _ = figure.subplots(1, 2)

        def update(top):
            left.set_ylim(0, top)
            return "The left panel changes."

        return update

    screen = Screen(setup, (4, 2))
    assert count_drawings(screen, [{"top": top} for top in (1, 2, 3, 4, 5)]) == 2


def test_the_frame_loads_no_widgets_and_nothing_loads_pyplot():
    code = (
        "import sys; from toy import toy; toy().still(eta=[1, 2]);"
        "assert 'ipywidgets' not in sys.modules, 'ipywidgets';"
        "toy()._repr_mimebundle_();"
        "assert 'matplotlib.pyplot' not in sys.modules, 'pyplot'"
    )
    path = [entry for entry in sys.path if entry]
    run = [sys.executable, "-c", f"import sys; sys.path[:0] = {path!r}; {code}"]
    result = subprocess.run(run, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize(("value", "stop"), [(2.4, 2), (2.6, 3), (-9.0, 0), (99.0, 5), (4.51, 5)])
def test_the_nearest_position_is_the_nearest(value, stop):
    assert Slider("n", 0, 5, 1, integer=True).nearest(value) == stop
