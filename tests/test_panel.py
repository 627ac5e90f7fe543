"""The live view of an explorer, driven as a browser drives it: by setting the widgets' values."""

import io
import re
import threading

import numpy as np
import pytest
from PIL import Image
from toy import toy

from eos.widgets.screen import Screen


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
    image = Image.open(io.BytesIO(panel.image.value))
    image.load()
    return image.size, image.tobytes()


def test_it_shows_the_start(panel):
    assert panel.values == {"eta": 0.75, "a": 2.0, "x0": 3.0, "steps": 20}
    assert panel.recipe.value == "toy(eta=0.75, a=2, x0=3, steps=20)"
    assert panel.reading in panel.text.value and 'role="status"' in panel.text.value
    assert picture(panel)[0] == (900, 360)


def test_the_handle_stops_at_every_position(panel, drawings):
    row = panel.rows["eta"]
    before = picture(panel)
    row.handle.value += 1
    assert panel.values["eta"] == row.box.value == 0.8
    assert picture(panel) != before
    row.handle.value = row.handle.max
    assert panel.values["eta"] == 8
    row.handle.value = row.handle.min
    assert panel.values["eta"] == 0.05
    assert len(drawings) == 3


def test_the_handle_of_whole_numbers_counts_them(panel):
    row = panel.rows["steps"]
    assert (row.handle.min, row.handle.value, row.handle.max) == (1, 20, 60)
    row.handle.value = 33
    assert panel.values["steps"] == row.box.value == 33


def test_the_box_takes_any_number_in_the_range(panel, drawings):
    row = panel.rows["eta"]
    row.box.value = 0.7654321
    assert panel.values["eta"] == 0.7654321
    assert row.slider.values[row.handle.value] == 0.75
    row.box.value = 99
    assert panel.values["eta"] == row.box.value == 8
    assert [drawn["eta"] for drawn in drawings] == [0.7654321, 8]


def test_buttons_go_to_the_next_position_and_stop_at_the_ends(panel, drawings):
    row = panel.rows["steps"]
    row.more.click()
    assert panel.values["steps"] == row.handle.value == row.box.value == 21
    row.less.click()
    row.less.click()
    assert panel.values["steps"] == 19
    row.box.value = 60
    count = len(drawings)
    row.more.click()
    assert panel.values["steps"] == 60 and len(drawings) == count


def test_presets_and_reset_start_from_the_start_and_draw_once(panel, drawings):
    panel.go(eta=5, a=1, x0=-1)
    panel.buttons["escapes"].click()
    assert panel.values == toy().values(eta=1.1)
    panel.buttons["Reset"].click()
    assert panel.values == toy().values()
    assert len(drawings) == 3


def test_a_recipe_restores_the_picture_exactly_and_draws_once(panel, drawings):
    before, recipe = picture(panel), panel.recipe.value
    panel.go(eta=0.123456789, x0=-2)
    other, other_recipe = picture(panel), panel.recipe.value
    panel.recipe.value = recipe
    assert picture(panel) == before
    panel.recipe.value = f" {other_recipe} "
    assert picture(panel) == other
    assert panel.recipe.value == other_recipe
    assert len(drawings) == 3


def test_a_malformed_recipe_is_explained_and_changes_nothing(panel, drawings):
    before = picture(panel)
    panel.recipe.value = "toy(eta='<b>', a=2)"
    assert "eta must be a number, got" in panel.fault.value and "&lt;b&gt;" in panel.fault.value
    assert panel.recipe.value == "toy(eta='<b>', a=2)"
    assert picture(panel) == before and not drawings
    panel.rows["eta"].more.click()
    assert panel.fault.value == "" and panel.recipe.value.startswith("toy(eta=0.8,")


def test_values_that_cannot_be_are_refused(panel):
    with pytest.raises(ValueError, match="eta must be between"):
        panel.go(eta=99, a=1)
    assert panel.values == toy().values()


def test_an_exception_is_shown_and_the_next_setting_is_drawn(panel):
    before = picture(panel)
    panel.rows["eta"].box.value = 6.66
    assert "RuntimeError: six is &lt;not&gt; drawn" in panel.text.value
    assert picture(panel) == before
    assert panel.rows["eta"].box.value == 6.66 and "eta=6.66" in panel.recipe.value
    panel.rows["eta"].box.value = 0.5
    assert panel.reading == "From 3, 20 steps of size 0.5 multiply x by 0 each."
    assert picture(panel) != before


def test_an_exception_at_the_start_is_raised():
    with pytest.raises(RuntimeError, match="six"):
        toy(eta=6.66).panel()


def test_a_floating_point_accident_is_noted_not_warned_of(panel, monkeypatch):
    monkeypatch.setattr(Screen, "show", lambda screen, values: str(np.log(np.zeros(1))[0]))
    panel.rows["eta"].more.click()
    assert panel.reading.endswith("-inf (Note from the computation: divide by zero.)")


def test_the_edge_follows_the_other_values(panel):
    edge = panel.rows["eta"].edge
    assert edge.value == ""
    panel.tell.value = True
    assert "edge at 1.00" in edge.value
    panel.rows["a"].box.value = 4
    assert "edge at 0.500" in edge.value
    row = panel.rows["eta"]
    percent = float(re.search(r"left: ([\d.]+)%", row.edge.value)[1])
    row.box.value = 0.5
    assert percent == pytest.approx(100 * row.handle.value / row.handle.max, abs=0.01)
    panel.rows["eta"].box.value = 0.05
    assert panel.rows["a"].edge.value == "<b>edge at 40.0 →</b>"
    panel.rows["eta"].box.value = 8
    assert panel.rows["a"].edge.value == "<b>← edge at 0.250</b>"
    assert panel.rows["steps"].edge.value == ""


def test_presets_have_numbers_until_their_names_are_asked_for(panel):
    presets = [panel.buttons[name] for name in panel.explorer.presets]
    assert presets and [button.description for button in presets] == [str(i + 1) for i in range(len(presets))]
    panel.tell.value = True
    assert [button.description for button in presets] == list(panel.explorer.presets)
    told = panel.explorer.tell().panel()
    assert told.tell.value and [told.buttons[name].description for name in panel.explorer.presets] == list(
        panel.explorer.presets
    )


def test_lecture_size_draws_the_same_setting_larger(panel):
    panel.go(eta=1.1)
    small = picture(panel)
    panel.lecture.value = True
    assert picture(panel)[0] == (1350, 540) and "eos-lecture" in panel._dom_classes
    panel.rows["eta"].more.click()
    assert picture(panel)[0] == (1350, 540)
    panel.lecture.value = False
    panel.rows["eta"].less.click()
    assert picture(panel) == small and "eos-lecture" not in panel._dom_classes


def test_every_control_has_a_name(panel):
    for row in panel.rows.values():
        assert row.box.description == row.slider.text
        assert row.less.description and row.more.description
    assert panel.recipe.description == "recipe"


def test_the_bundle_is_live_and_still():
    bundle = toy()._repr_mimebundle_()
    assert bundle["application/vnd.jupyter.widget-view+json"]["model_id"]
    reading = "From 3, 20 steps of size 0.75 multiply x by -0.5 each."
    assert bundle["text/plain"] == f"toy(eta=0.75, a=2, x0=3, steps=20)\n{reading}"
    assert bundle["text/html"].startswith(f'<img alt="{reading}" src="data:image/png;base64,')
    assert set(bundle) == {
        "application/vnd.jupyter.widget-view+json",
        "text/html",
        "text/plain",
    }


def test_sliders_may_call_from_another_thread_while_a_cell_draws(panel):
    """As JupyterLab does: widget messages run in a thread of their own."""

    def turn():
        for _ in range(20):
            panel.rows["eta"].more.click()
            panel.rows["eta"].less.click()
        panel.lecture.value = True

    thread = threading.Thread(target=turn)
    thread.start()
    stills = {toy().still().png for _ in range(4)}
    thread.join()
    assert stills == {toy().still().png} and panel.reading == toy().still().alt
    assert picture(panel) == picture(_lecture())


def _lecture():
    panel = toy().panel()
    panel.lecture.value = True
    return panel
