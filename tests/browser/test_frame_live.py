"""An explorer in JupyterLab, turned by real keys and a real mouse."""

import pytest
from driver import poll, write_notebook
from hands import Slider
from toy import toy

from eos.widgets.slider import number

pytestmark = pytest.mark.browser
NAMES = ("eta", "a", "x0", "steps")


class Live:
    """The explorer on the page, one method for each thing a reader does."""

    def __init__(self, notebook):
        self.page = notebook.page
        self.notebook = notebook
        rows = self.page.locator(".eos-row")
        self.sliders = {name: Slider(rows.nth(number)) for number, name in enumerate(NAMES)}

    @property
    def recipe(self):
        return self.page.get_by_label("recipe")

    @property
    def reading(self):
        return self.page.locator(".eos-reading").inner_text()

    def says(self, recipe):
        """Wait until recipe and boxes say these values, and the picture's text goes with them."""
        values = toy().parse(recipe)
        reading = toy().still(**values).alt
        poll(lambda: self.recipe.input_value() == recipe, 3, recipe)
        poll(lambda: self.reading == reading, 3, reading)
        assert [slider.value for slider in self.sliders.values()] == list(values.values())

    def at_rest(self):
        """The picture once the hand has rested: sharp."""
        self.page.wait_for_timeout(1300)
        return self.notebook.picture_hash()

    def changes(self, act):
        """Do it, and wait for another picture and another reading."""
        picture, reading = self.notebook.picture_hash(), self.reading
        act()
        new = self.notebook.new_picture(picture)
        poll(lambda: self.reading != reading, 3, "another reading")
        return new

    def press(self, name, key):
        self.sliders[name].press(key)

    def value(self, name):
        return self.sliders[name].value


@pytest.fixture(scope="module")
def notebook(lab, open_notebook):
    write_notebook(lab.folder / "toy.ipynb", "from toy import toy", "explorer = toy().tell()\nexplorer")
    notebook = open_notebook("toy.ipynb")
    notebook.run_all()
    notebook.page.wait_for_selector(".eos-row .eos-handle")
    return notebook


@pytest.fixture
def live(notebook):
    live = Live(notebook)
    notebook.page.get_by_role("button", name="Reset").click()
    live.says("toy(eta=0.75, a=2, x0=3, steps=20)")
    return live


@pytest.mark.parametrize("name", NAMES)
def test_keys(live, name):
    """One step, one step back, both ends, five steps."""
    values = next(slider for slider in toy().sliders if slider.name == name).values
    start = values.index(live.value(name))
    for key, place in (
        ("ArrowRight", start + 1),
        ("ArrowLeft", start),
        ("Home", 0),
        ("PageUp", 5),
        ("End", len(values) - 1),
        ("PageDown", len(values) - 6),
    ):
        live.changes(lambda key=key: live.press(name, key))
        poll(lambda place=place: live.value(name) == values[place], 3, f"{key} on {name}")


@pytest.mark.parametrize("name", NAMES)
def test_mouse(live, name):
    """To both ends and back to the middle, and the last value is the one that is shown."""
    slider = next(slider for slider in toy().sliders if slider.name == name)
    for part, value in ((-0.1, slider.low), (1.1, slider.high)):
        live.changes(lambda part=part: live.sliders[name].drag(part))
        poll(lambda value=value: live.value(name) == value, 3, f"{name} at {value}")
    live.changes(lambda: live.sliders[name].drag(0.5))
    last = len(slider.values) - 1
    poll(lambda: abs(slider.position(live.value(name)) / last - 0.5) < 0.1, 3, f"middle of {name}")
    live.page.wait_for_timeout(1000)  # the words follow in a moment, and nothing arrives after it
    live.says(live.recipe.input_value())


def test_number_box(live):
    live.changes(lambda: live.sliders["eta"].type("0.777"))
    live.says("toy(eta=0.777, a=2, x0=3, steps=20)")
    live.changes(lambda: live.sliders["steps"].type("7"))
    live.says("toy(eta=0.777, a=2, x0=3, steps=7)")
    live.changes(lambda: live.sliders["a"].type("2,5"))
    live.says("toy(eta=0.777, a=2.5, x0=3, steps=7)")
    live.sliders["a"].type("400")
    poll(lambda: "a must be between 0.5 and 4" in live.page.get_by_role("alert").inner_text(), 3, "why not")
    poll(lambda: live.value("a") == 2.5, 3, "the value as it was")


def test_step_buttons(live):
    live.changes(live.sliders["eta"].button("+").click)
    live.says("toy(eta=0.8, a=2, x0=3, steps=20)")
    live.changes(live.sliders["steps"].button("−").click)
    live.says("toy(eta=0.8, a=2, x0=3, steps=19)")


def test_presets_and_reset(live):
    start = live.at_rest()
    live.changes(live.page.get_by_role("button", name="escapes").click)
    live.says("toy(eta=1.1, a=2, x0=3, steps=20)")
    assert live.at_rest() != start
    live.changes(live.page.get_by_role("button", name="glides").click)
    live.changes(live.page.get_by_role("button", name="Reset").click)
    assert live.at_rest() == start


def test_recipe(live):
    start = live.at_rest()

    def paste(text):
        live.recipe.fill(text)
        live.page.keyboard.press("Enter")

    live.changes(lambda: paste("toy( eta = 1.23456789, a=0.5, x0=-1, steps=60 )"))
    live.says("toy(eta=1.23456789, a=0.5, x0=-1, steps=60)")
    live.changes(lambda: paste("toy(eta=0.75, a=2, x0=3, steps=20)"))
    assert live.at_rest() == start
    paste("toy(eta=0.75, a=2)")
    poll(lambda: "does not say x0, steps" in live.page.get_by_role("alert").inner_text(), 3, "what is missing")
    assert live.at_rest() == start


def test_an_exception_is_read_in_the_panel(live):
    live.sliders["eta"].type("6.66")
    poll(lambda: "six is <not> drawn" in live.reading, 3, "the message")
    live.changes(lambda: live.press("steps", "ArrowLeft") or live.press("eta", "Home"))


def test_the_edge_is_marked_on_the_track(live):
    """Where the handle stands when the step size is at the edge; in lecture size too."""
    row, lecture = live.page.locator(".eos-row").first, live.page.get_by_role("button", name="Lecture size")
    centre = "e => { const box = e.getBoundingClientRect(); return box.left + box.width / 2; }"
    for _ in range(2):
        for a, edge in ((2, "edge 2/a = 1.00"), (4, "edge 2/a = 0.500")):
            live.sliders["a"].type(str(a))
            poll(lambda edge=edge: edge in row.inner_text(), 3, edge)
            live.sliders["eta"].type(str(2 / a))
            live.says(f"toy(eta={number(2 / a)}, a={a}, x0=3, steps=20)")
            mark = row.locator(".eos-track i").evaluate(centre)
            assert mark == pytest.approx(live.sliders["eta"].middle()[0], abs=2)
        picture = live.notebook.picture_hash()
        lecture.click()
        live.notebook.new_picture(picture)


def test_lecture_size(live):
    size = "e => [e.clientWidth, e.clientHeight]"
    type_size = "e => parseFloat(getComputedStyle(e).fontSize)"
    image = live.page.locator("img.eos-picture")
    small = image.evaluate(size), live.sliders["eta"].box.evaluate(type_size)
    toggle = live.page.get_by_role("button", name="Lecture size")
    picture = live.at_rest()
    toggle.click()
    live.notebook.new_picture(picture)
    live.page.wait_for_timeout(500)
    large = image.evaluate(size), live.sliders["eta"].box.evaluate(type_size)
    assert large[1] >= 1.3 * small[1] and large[0][0] >= 0.9 * small[0][0]
    live.changes(live.sliders["eta"].button("+").click)
    live.sliders["eta"].button("−").click()
    live.says("toy(eta=0.75, a=2, x0=3, steps=20)")
    toggle.click()
    poll(lambda: live.notebook.picture_hash() == picture, 3, "the picture as it was")


def test_it_all_fits_a_small_screen(live):
    bottom = live.page.locator(".eos-panel").evaluate("e => e.getBoundingClientRect().bottom")
    assert bottom < 800


def test_the_saved_cell_has_a_still_with_its_alt_text(live):
    """What remains of the cell where nothing is live."""
    outputs = live.page.evaluate(
        "() => window.jupyterapp.shell.currentWidget.content.widgets[1].model.outputs.toJSON()"
    )
    (output,) = outputs
    reading = "From 3, 20 steps of size 0.75 multiply x by -0.5 each."
    assert f'<img alt="{reading}"' in "".join(output["data"]["text/html"])
    assert "".join(output["data"]["text/plain"]).endswith(reading)


def test_the_console_is_silent(notebook):
    assert notebook.complaints == []
