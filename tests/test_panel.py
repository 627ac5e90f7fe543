"""The live view of an explorer, driven as a page drives it: by messages."""

import io
import sys
import threading

import numpy as np
import pytest
from hand import does, paste, press, says, turn
from PIL import Image
from toy import SLIDERS, toy

from eos.pictures import style
from eos.widgets import Explorer
from eos.widgets.panel import SHARPEST
from eos.widgets.screen import Screen

FLAGS = sys.platform != "emscripten"
"""Whether the computation itself tells of floating-point accidents."""
POSITIONS = {slider.name: slider.values for slider in SLIDERS}


@pytest.fixture
def panel():
    return toy().panel()


@pytest.fixture
def drawings(monkeypatch):
    """Counts the pictures drawn."""
    counted, show = [], Screen.show

    def counting(screen, values):
        counted.append(dict(values))
        return show(screen, values)

    monkeypatch.setattr(Screen, "show", counting)
    return counted


def picture(panel):
    """The size and the pixels of what the panel shows."""
    image = Image.open(io.BytesIO(panel.picture))
    image.load()
    return image.size, image.tobytes()


def test_it_shows_the_start(panel):
    assert panel.values == {"eta": 0.75, "a": 2.0, "x0": 3.0, "steps": 20}
    assert says(panel, "recipe") == "toy(eta=0.75, a=2, x0=3, steps=20)"
    assert says(panel, "reading") == says(panel, "alt") == panel.reading
    assert picture(panel)[0] == tuple(panel.shape["size"]) == (900, 360)


def test_a_message_is_answered_by_its_number_also_where_something_fails(panel, monkeypatch):
    does(panel, {"turn": {"eta": 3}})
    assert panel.seen == 1
    monkeypatch.setattr(panel, "hear_here", lambda _: 1 / 0, raising=False)
    with pytest.raises(ZeroDivisionError):
        does(panel, {"here": True})
    assert panel.seen == 2


# ---- sliders


def test_the_handle_stops_at_every_position(panel, drawings):
    before, values = picture(panel), POSITIONS["eta"]
    turn(panel, eta=values.index(0.75) + 1)
    assert panel.values["eta"] == 0.8 and panel.marks["eta"]["text"] == "0.8"
    assert picture(panel) != before
    turn(panel, eta=len(values) - 1)
    assert panel.values["eta"] == 8
    turn(panel, eta=0)
    assert panel.values["eta"] == 0.05 and panel.marks["eta"]["place"] == 0
    assert len(drawings) == 3


@pytest.mark.parametrize(("text", "value"), [("0.7654321", 0.7654321), (" 2,5 ", 2.5), ("1e-1", 0.1)])
def test_the_box_takes_any_number_in_the_range_with_point_or_comma(panel, text, value):
    turn(panel, eta=text)
    assert panel.values["eta"] == value and panel.words["recipe"].startswith(f"toy(eta={value}")


@pytest.mark.parametrize("text", ["99", "12.7.1", "", "nan", "<b>"])
def test_what_cannot_be_is_said_and_changes_nothing(panel, drawings, text):
    place = panel.marks["eta"]
    turn(panel, eta=text)
    assert panel.values == toy().values() and not drawings
    assert says(panel, "fault") and panel.marks["eta"] != place, "or the page would keep what was typed"
    turn(panel, eta=0)
    assert says(panel, "fault") == ""


def test_every_slider_says_its_positions_as_they_are_read(panel):
    for slider, row in zip(SLIDERS, panel.shape["sliders"], strict=True):
        assert [float(text) for text in row["texts"]] == list(slider.values)
        assert row["label"] == slider.text and f"{slider.high:g}" in row["hint"]


def test_a_double_click_resets_one_slider(panel):
    turn(panel, eta=2, x0=5)
    press(panel, "reset eta")
    assert panel.values == toy().values(x0=POSITIONS["x0"][5])


# ---- moves, and the way back


def test_undo_takes_back_one_move_after_the_other(panel):
    assert panel.buttons["undo"]["disabled"]
    for place in (3, 4, 5):
        turn(panel, gesture=1, eta=place)  # one drag
    turn(panel, gesture=2, x0=7)
    press(panel, "preset escapes")
    seen = [panel.values]
    for _ in range(3):
        press(panel, "undo")
        seen.append(panel.values)
    assert seen == [
        toy().values(eta=1.1),
        toy().values(eta=POSITIONS["eta"][5], x0=POSITIONS["x0"][7]),
        toy().values(eta=POSITIONS["eta"][5]),
        toy().values(),
    ]
    assert panel.buttons["undo"]["disabled"]
    press(panel, "undo")
    assert panel.values == toy().values()


def test_a_refused_move_is_none(panel):
    turn(panel, eta="99")
    assert panel.buttons["undo"]["disabled"]


def test_the_start_follows_a_hand_on_the_picture(panel):
    (area,) = panel.shape["touch"]
    for part, x0 in ((0.25, -2.0), (0.5, 0.0), (0.99, 3.9), (3.0, 4.0)):
        does(panel, {"touch": {"axes": 0, "x": area["left"] + part * area["width"], "y": 0.4, "gesture": 1}})
        assert panel.values == toy().values(x0=x0)
    press(panel, "undo")
    assert panel.values == toy().values()


def test_the_pointer_is_told_the_value_that_it_is_on(panel):
    screen = panel._screen()
    ax, (width, height) = screen._figure.axes[0], screen._figure.bbox.size
    x, y = ax.transData.transform((2.0, 4.0))
    does(panel, {"hover": {"x": x / width, "y": 1 - y / height}})
    assert panel.tip["text"] == "x 2, y 4"
    does(panel, {"hover": {"x": 0.001, "y": 0.001}})
    assert panel.tip == {}


# ---- buttons


def test_one_step_adds_one(panel):
    press(panel, "step", "step")
    assert panel.values == toy().values(steps=22)
    assert panel.buttons["play"]["plays"] == "steps"
    turn(panel, steps=59)
    press(panel, "step")
    assert panel.values["steps"] == 60


def test_presets_and_reset_start_from_the_start_and_draw_once(panel, drawings):
    panel.go(eta=5, a=1, x0=-1)
    press(panel, "preset escapes")
    assert panel.values == toy().values(eta=1.1) and panel.buttons["preset escapes"]["pressed"]
    press(panel, "preset Reset")
    assert panel.values == toy().values() and not panel.buttons["preset escapes"]["pressed"]
    assert len(drawings) == 3


def test_presets_have_numbers_until_their_names_are_asked_for(panel):
    def texts(panel):
        return [panel.buttons[f"preset {name}"]["text"] for name in panel.explorer.presets]

    assert texts(panel) == ["1", "2"]
    press(panel, "tell")
    assert texts(panel) == list(panel.explorer.presets) and panel.buttons["tell"]["pressed"]
    assert texts(toy().tell().panel()) == list(panel.explorer.presets)


def test_every_control_says_what_it_does(panel):
    named = [*panel.shape["tools"], *(id for _, ids in panel.shape["bars"] for id in ids)]
    assert sorted(named) == sorted(panel.buttons) and set(named) <= set(panel.acts) | {"play"}
    for id, button in panel.buttons.items():
        assert button["text"] and len(button["title"]) > 8, id


# ---- recipes


def test_a_recipe_restores_the_picture_exactly_and_draws_once(panel, drawings):
    before, recipe = picture(panel), says(panel, "recipe")
    panel.go(eta=0.123456789, x0=-2)
    other, other_recipe = picture(panel), says(panel, "recipe")
    paste(panel, recipe)
    assert picture(panel) == before
    paste(panel, f" {other_recipe} ")
    assert picture(panel) == other and says(panel, "recipe") == other_recipe
    assert len(drawings) == 3


def test_a_malformed_recipe_is_explained_and_changes_nothing(panel, drawings):
    before = picture(panel)
    paste(panel, "toy(eta='<b>', a=2)")
    assert "eta must be a number, got" in says(panel, "fault") and "<b>" in says(panel, "fault")
    assert says(panel, "recipe") == "toy(eta='<b>', a=2)"
    assert picture(panel) == before and not drawings
    turn(panel, eta=POSITIONS["eta"].index(0.8))
    assert says(panel, "fault") == "" and says(panel, "recipe").startswith("toy(eta=0.8,")


def test_values_that_cannot_be_are_refused(panel):
    with pytest.raises(ValueError, match="eta must be between"):
        panel.go(eta=99, a=1)
    assert panel.values == toy().values()


# ---- what goes wrong


def test_an_exception_is_shown_and_the_next_setting_is_drawn(panel):
    before = picture(panel)
    turn(panel, eta="6.66")
    assert "RuntimeError: six is <not> drawn" in says(panel, "reading")
    assert picture(panel) == before
    assert panel.marks["eta"]["text"] == "6.66" and "eta=6.66" in says(panel, "recipe")
    turn(panel, eta="0.5")
    assert panel.reading == "From 3, 20 steps of size 0.5 multiply x by 0 each."
    assert picture(panel) != before


def test_an_exception_at_the_start_is_raised():
    with pytest.raises(RuntimeError, match="six"):
        toy(eta=6.66).panel()


def test_a_floating_point_accident_is_noted_not_warned_of(panel, monkeypatch):
    monkeypatch.setattr(Screen, "show", lambda screen, values: str(np.log(np.zeros(1))[0]))
    turn(panel, eta=5)
    kind = "divide by zero" if FLAGS else "a value that is not finite"
    assert panel.reading.endswith(f"-inf (Note from the computation: {kind}.)")


@pytest.mark.parametrize(("reach", "noted"), [(np.inf, True), (np.nan, False), (1e300, False)])
def test_a_line_that_goes_to_infinity_is_noted_too(reach, noted):
    def setup(figure):
        (line,) = figure.subplots().plot([], [], animated=True)

        def update(**values):
            line.set_data([0, 1], [0, reach])
            return "A line."

        return update

    reading = Explorer("far", "Far", SLIDERS, setup).panel().reading
    assert reading == "A line." + noted * " (Note from the computation: a value that is not finite.)"


# ---- edges


def test_the_edge_says_what_it_is_and_follows_the_other_values(panel):
    def edge(name):
        return panel.marks[name]["edge"]

    assert edge("eta") is None
    press(panel, "tell")
    assert edge("eta")["text"] == "edge 2/a = 1.00"
    turn(panel, a="4")
    assert edge("eta")["text"] == "edge 2/a = 0.500"
    turn(panel, eta="0.5")
    last = len(POSITIONS["eta"]) - 1
    assert edge("eta")["part"] == pytest.approx(panel.marks["eta"]["place"] / last, abs=1e-12)
    turn(panel, eta="0.05")
    assert edge("a") == {"text": "edge 2/η = 40.0 →", "part": None}
    turn(panel, eta="8")
    assert edge("a") == {"text": "← edge 2/η = 0.250", "part": None}
    assert edge("steps") is None


# ---- sizes


def test_lecture_size_draws_the_same_setting_larger(panel):
    panel.go(eta=1.1)
    small = picture(panel)
    press(panel, "lecture")
    assert picture(panel)[0] == tuple(panel.shape["size"]) == (1350, 540) and panel.lecture
    turn(panel, eta=5)
    assert picture(panel)[0] == (1350, 540)
    press(panel, "lecture")
    panel.go(eta=1.1)
    assert picture(panel) == small and not panel.lecture


@pytest.mark.parametrize("scale", [2.0, 1.37, 0.8])
def test_at_rest_it_is_drawn_at_the_pages_own_pixels(panel, scale):
    before = picture(panel)
    does(panel, {"rest": scale})
    assert picture(panel)[0] == (int(900 * scale), int(360 * scale)) and panel.scale == scale
    assert panel.shape["size"] == [900, 360], "its place on the page stays"
    panel.go(eta=1.0)
    panel.go(eta=0.75)
    assert picture(panel) == before and panel.scale == 1.0
    does(panel, {"rest": 50.0})
    assert panel.scale == SHARPEST
    with pytest.raises(ValueError, match="a message cannot say 'rest': nan"):
        does(panel, {"rest": float("nan")})
    assert len(panel._screens) == 2


def test_the_sharp_picture_shows_the_same(panel):
    panel.go(eta=0.3, x0=-1)
    does(panel, {"rest": 2.0})
    drawn = [
        [line.get_xydata() for ax in screen._figure.axes for line in ax.lines] for screen in panel._screens.values()
    ]
    assert len(drawn) == 2
    for one, two in zip(*drawn, strict=True):
        np.testing.assert_array_equal(one, two)


# ---- what is kept


def test_the_bundle_is_live_and_still():
    bundle = toy()._repr_mimebundle_()
    assert bundle["application/vnd.jupyter.widget-view+json"]["model_id"]
    reading = "From 3, 20 steps of size 0.75 multiply x by -0.5 each."
    assert bundle["text/plain"] == f"toy(eta=0.75, a=2, x0=3, steps=20)\n{reading}"
    assert bundle["text/html"].startswith(f'<img alt="{reading}" src="data:image/png;base64,')
    assert bundle["text/html"].endswith("<p>Run this cell to drag.</p>")
    assert set(bundle) == {
        "application/vnd.jupyter.widget-view+json",
        "text/html",
        "text/plain",
    }


def test_sliders_may_call_from_another_thread_while_a_cell_draws(panel):
    """As JupyterLab does: widget messages run in a thread of their own."""
    start = panel.marks["eta"]["place"]

    def hands():
        for _ in range(20):
            turn(panel, eta=start + 1)
            turn(panel, eta=start)
        press(panel, "lecture")

    thread = threading.Thread(target=hands)
    thread.start()
    stills = {toy().still().png for _ in range(4)}
    thread.join()
    assert stills == {toy().still().png} and panel.reading == toy().still().alt
    assert picture(panel) == picture(_lecture())


def _lecture():
    panel = toy().panel()
    press(panel, "lecture")
    return panel


# ---- colours


INK = "#1d2026"
NIGHT = 0.92
"""As in front.css: invert(0.92) hue-rotate(180deg)."""
ROTATED = np.array([[-0.574, 1.430, 0.144], [0.426, 0.430, 0.144], [0.426, 1.430, -0.856]])
"""hue-rotate(180deg), by its definition in the CSS filter effects."""


def rgb(color: str) -> np.ndarray:
    return np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255


def by_night(color: np.ndarray) -> np.ndarray:
    return np.clip(ROTATED @ (NIGHT + (1 - 2 * NIGHT) * color), 0, 1)


def contrast(a: np.ndarray, b: np.ndarray) -> float:
    """By the Web Content Accessibility Guidelines."""
    light = [np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4) @ [0.2126, 0.7152, 0.0722] for c in (a, b)]
    return (max(light) + 0.05) / (min(light) + 0.05)


PALETTE = {name: getattr(style, name) for name in "CURVE ITERATES BETWEEN SHARPNESS EDGE FLOW MUTED".split()}


def test_texts_and_marks_stand_out_from_the_picture_by_day_and_by_night():
    paper = rgb("#ffffff")
    for color in [INK, *PALETTE.values()]:
        assert contrast(rgb(color), paper) >= 4.5, color
        assert contrast(by_night(rgb(color)), by_night(paper)) >= 4.5, color


def test_by_night_no_two_colours_become_alike():
    night = {name: by_night(rgb(color)) for name, color in PALETTE.items()}
    apart = [np.abs(night[a] - night[b]).max() for a in night for b in night if a < b]
    assert min(apart) > 0.1


def test_the_style_sheet_has_these_colours_and_this_night():
    from eos.widgets.front import HERE

    css = (HERE / "front.css").read_text(encoding="utf-8")
    assert "invert(0.92) hue-rotate(180deg)" in css and style.EDGE in css and style.ITERATES in css
    day, night = (dict(part.split(":", 1) for part in css.split(start, 1)[1].split("}")[0].replace("\n", "").split(";")
                       if ":" in part) for start in (".eos-panel {", ".eos-panel.eos-dark {"))  # fmt: skip
    for colors in (day, night):
        colors = {name.strip(): value.strip() for name, value in colors.items()}
        paper = rgb("#ffffff" if colors["--paper"] == "#fff" else colors["--paper"])
        for name, least in (("--ink", 4.5), ("--edge", 4.5), ("--faint", 4.5), ("--hand", 3.0)):
            assert contrast(rgb(colors[name]), paper) >= least, name
        assert contrast(rgb(colors["--ink"]), rgb(colors["--key"])) >= 4.5
