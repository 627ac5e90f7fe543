"""The panel on the page: it fits, it is crisp, it can be touched, it says its names, and it survives its kernel."""

import json
from inspect import Parameter, isfunction, signature

import pytest
from driver import poll, write_notebook
from hands import Slider
from server import open_page

from eos import explorers

pytestmark = pytest.mark.browser
EXPLORERS = sorted(
    name for name, make in vars(explorers).items()
    if isfunction(make) and all(part.kind is Parameter.VAR_KEYWORD for part in signature(make).parameters.values())
)  # fmt: skip
LIVE = """from eos import MLPLoss, chebyshev, explorers
from eos.explorers import Scene
net = MLPLoss(*chebyshev(4, 12), hidden=(6,))
panel = explorers.training(Scene("small", net, net.init_torch(0), (0.05, 0.3, 2.0)), steps=20).panel()
panel"""
MEASURED = """panels => panels.map(panel => {
    const box = panel.getBoundingClientRect(), inside = [...panel.querySelectorAll('*')];
    const cut = e => e.clientWidth && e.tagName !== 'INPUT' && getComputedStyle(e).display !== 'inline'
        && e.scrollWidth > e.clientWidth + 1;
    const beyond = e => e.getBoundingClientRect().right > box.right + 1;
    return {title: panel.querySelector('.eos-title').textContent, height: box.height, width: box.width,
        room: document.querySelector('.jp-WindowedPanel-outer').clientHeight,
        picture: panel.querySelector('.eos-picture').getBoundingClientRect().width,
        needed: panel.querySelector('.eos-controls').lastElementChild.getBoundingClientRect().bottom - box.top,
        cut: inside.filter(e => cut(e) || beyond(e)).map(e => e.className || e.tagName)};
})"""
DRAW_ALL = """() => {
    const content = window.jupyterapp.shell.currentWidget.content;
    content.notebookConfig = {...content.notebookConfig, windowingMode: 'none'};
}"""
THEME = "theme => window.jupyterapp.commands.execute('apputils:change-theme', {theme})"


def opened(lab, open_notebook, name, *cells, **page):
    write_notebook(lab.folder / f"{name}.ipynb", *cells)
    notebook = open_notebook(f"{name}.ipynb", **page)
    notebook.page.evaluate(DRAW_ALL)
    notebook.run_all()
    notebook.page.wait_for_selector(".eos-panel .eos-picture")
    notebook.page.wait_for_timeout(1200)
    return notebook


@pytest.fixture(scope="module")
def gallery(lab, open_notebook):
    """All explorers below each other, with names and edges told, and a live view."""
    cells = [f"explorers.{name}().tell()" for name in EXPLORERS]
    notebook = opened(lab, open_notebook, "gallery", "from eos import explorers", *cells, LIVE)
    poll(lambda: notebook.page.locator(".eos-panel").count() == len(cells) + 1, 20, "all panels")
    yield notebook
    assert notebook.complaints == []


@pytest.fixture(scope="module")
def toy_page(lab, open_notebook):
    return opened(lab, open_notebook, "toy_page", "from toy import toy", "toy()", height=900)


@pytest.fixture
def toy_panel(toy_page):
    page = toy_page.page
    page.get_by_role("button", name="Reset").click()
    poll(lambda: recipe(page) == "toy(eta=0.75, a=2, x0=3, steps=20)", 3, "the start")
    return page


def recipe(page) -> str:
    return page.get_by_label("recipe").input_value()


def slider(page, name) -> Slider:
    order = ["eta", "a", "x0", "steps"]
    return Slider(page.locator(".eos-row").nth(order.index(name)))


# ---- one screen


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1440, 900), (1920, 1080)])
def test_each_explorer_fits_one_screen(gallery, width, height):
    gallery.page.set_viewport_size({"width": width, "height": height})
    gallery.page.wait_for_timeout(1500)
    for panel in gallery.page.locator(".eos-panel").evaluate_all(MEASURED):
        assert panel["height"] <= panel["room"], panel
        assert panel["cut"] == [] and panel["picture"] >= 0.5 * panel["width"], panel


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (1920, 1080)])
def test_each_explorer_fits_a_projector_in_lecture_size(gallery, width, height):
    gallery.page.set_viewport_size({"width": width, "height": height})
    toggles = gallery.page.get_by_role("button", name="Lecture size")
    for toggle in toggles.all():
        toggle.click()
    gallery.page.wait_for_timeout(2500)
    measured = gallery.page.locator(".eos-panel").evaluate_all(MEASURED)
    for toggle in toggles.all():
        toggle.click()
    for panel in measured:
        assert panel["height"] <= panel["room"] and panel["cut"] == [], panel


@pytest.mark.parametrize(("width", "height"), [(900, 720), (853, 480)])  # 853 x 480: 1280 x 720 at 150 %
def test_on_a_narrow_page_rows_wrap_and_nothing_is_cut_off(gallery, width, height):
    gallery.page.set_viewport_size({"width": width, "height": height})
    gallery.page.wait_for_timeout(1500)
    for panel in gallery.page.locator(".eos-panel").evaluate_all(MEASURED):
        assert panel["cut"] == [] and panel["picture"] <= panel["width"], panel


# ---- crisp and at home


def test_at_rest_the_picture_has_the_pages_own_pixels(lab, browser):
    write_notebook(lab.folder / "fine.ipynb", "from toy import toy", "toy()")
    notebook = open_page(lab, browser, "fine.ipynb", device_scale_factor=2)
    notebook.run_all()
    image = notebook.page.locator("img.eos-picture")
    image.wait_for()
    ratio = "e => e.naturalWidth / e.clientWidth"
    poll(lambda: image.evaluate(ratio) == pytest.approx(2, abs=0.02), 5, "fine pixels")
    slider(notebook.page, "eta").press("ArrowRight")
    poll(lambda: image.evaluate("e => e.naturalWidth") == 900, 2, "the quick picture")
    poll(lambda: image.evaluate(ratio) == pytest.approx(2, abs=0.02), 5, "fine pixels again")
    assert notebook.complaints == []
    notebook.page.context.close()


def test_a_dark_page_has_a_dark_picture_and_a_change_is_followed(toy_page):
    panel = toy_page.page.locator(".eos-panel")
    lightness = """async image => {
        const filter = getComputedStyle(image).filter, paper = getComputedStyle(image.closest('.eos-panel'));
        return [filter, paper.backgroundColor, paper.color];
    }"""
    seen = []
    for theme in ("JupyterLab Dark", "JupyterLab Light"):
        toy_page.page.evaluate(THEME, theme)
        dark = "Dark" in theme
        poll(lambda dark=dark: ("eos-dark" in panel.get_attribute("class")) == dark, 5, theme)
        seen.append(panel.locator("img").evaluate(lightness))
    assert seen[0][0] == "invert(0.92) hue-rotate(180deg)" and seen[1][0] == "none"
    assert seen[0][1] == "rgb(20, 20, 20)" and seen[1][1] == "rgb(255, 255, 255)"


# ---- touch


def touch_area(page):
    box = page.locator(".eos-touch").bounding_box()
    return lambda part: (box["x"] + part * box["width"], box["y"] + 0.5 * box["height"])


def test_the_start_is_dragged_on_the_picture_by_mouse(toy_panel):
    at = touch_area(toy_panel)
    toy_panel.mouse.move(*at(0.9))
    toy_panel.mouse.down()
    toy_panel.mouse.move(*at(0.25), steps=6)
    toy_panel.mouse.up()
    poll(lambda: recipe(toy_panel) == "toy(eta=0.75, a=2, x0=-2, steps=20)", 3, "the start that was dragged")
    toy_panel.get_by_role("button", name="Undo").click()
    poll(lambda: recipe(toy_panel) == "toy(eta=0.75, a=2, x0=3, steps=20)", 3, "one move taken back")


def test_the_start_is_dragged_by_a_finger(toy_panel):
    at, hand = touch_area(toy_panel), toy_panel.context.new_cdp_session(toy_panel)

    def finger(kind, *points):
        places = [{"x": x, "y": y} for x, y in points]
        hand.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": places})

    finger("touchStart", at(0.8))
    for part in (0.7, 0.6, 0.5):
        finger("touchMove", at(part))
    finger("touchEnd")
    poll(lambda: recipe(toy_panel) == "toy(eta=0.75, a=2, x0=0, steps=20)", 3, "the start that was dragged")


def test_the_pointer_is_told_what_it_is_on(toy_panel):
    at = touch_area(toy_panel)
    x, _ = at(0.5)
    box = toy_panel.locator(".eos-touch").bounding_box()
    toy_panel.mouse.move(x, box["y"] + 0.995 * box["height"])
    tip = toy_panel.locator(".eos-tip")
    poll(lambda: tip.inner_text().startswith("x "), 3, "the value")
    toy_panel.mouse.move(5, 5)
    poll(lambda: tip.inner_text() == "", 3, "no value")


def test_a_double_click_on_a_handle_resets_it(toy_panel):
    slider(toy_panel, "eta").press("End")
    poll(lambda: "eta=8" in recipe(toy_panel), 3, "the end")
    toy_panel.mouse.dblclick(*slider(toy_panel, "eta").middle())
    poll(lambda: "eta=0.75," in recipe(toy_panel), 3, "the start")


def test_what_is_half_typed_is_not_written_over(toy_panel):
    slider(toy_panel, "x0").press("ArrowLeft")
    for box, text, key in ((slider(toy_panel, "eta").box, "0.777", "eta=0.777,"),
                           (toy_panel.get_by_label("recipe"), "toy(eta=1.5, a=2, x0=1, steps=9)", "eta=1.5,")):
        box.fill(text)
        toy_panel.wait_for_timeout(1500)  # meanwhile the picture is drawn once more, and words come
        assert box.input_value() == text
        toy_panel.keyboard.press("Enter")
        poll(lambda key=key: key in recipe(toy_panel), 3, text)


def test_a_button_that_is_held_repeats(toy_panel):
    more = slider(toy_panel, "steps").button("+")
    box = more.bounding_box()
    toy_panel.mouse.move(box["x"] + 5, box["y"] + 5)
    toy_panel.mouse.down()
    toy_panel.wait_for_timeout(1000)
    toy_panel.mouse.up()
    reached = slider(toy_panel, "steps").value
    assert 24 <= reached <= 32
    toy_panel.wait_for_timeout(500)
    assert slider(toy_panel, "steps").value == reached


def test_play_adds_steps_until_it_is_paused(toy_panel):
    toy_panel.get_by_role("button", name="One step").click()
    poll(lambda: slider(toy_panel, "steps").value == 21, 3, "one step")
    toy_panel.get_by_role("button", name="Play").click()
    poll(lambda: slider(toy_panel, "steps").value >= 26, 5, "more steps")
    toy_panel.get_by_role("button", name="Pause").click()
    toy_panel.wait_for_timeout(300)
    reached = slider(toy_panel, "steps").value
    toy_panel.wait_for_timeout(500)
    assert slider(toy_panel, "steps").value == reached < 60


def test_a_move_is_taken_back_by_keys(toy_panel):
    slider(toy_panel, "eta").press("Home")
    poll(lambda: "eta=0.05," in recipe(toy_panel), 3, "the move")
    slider(toy_panel, "eta").press("Control+z")
    poll(lambda: "eta=0.75," in recipe(toy_panel), 3, "the start")


def test_the_recipe_is_copied(toy_panel):
    toy_panel.context.grant_permissions(["clipboard-read", "clipboard-write"])
    toy_panel.get_by_role("button", name="Copy", exact=True).click()
    poll(lambda: toy_panel.evaluate("() => navigator.clipboard.readText()") == recipe(toy_panel), 3, "the copy")


# ---- keys and names


def test_no_shortcut_of_the_notebook_acts_while_a_control_has_the_focus(toy_panel):
    kinds = "() => window.jupyterapp.shell.currentWidget.content.widgets.map(cell => cell.model.type).join()"
    before = toy_panel.evaluate(kinds)
    for control in (slider(toy_panel, "eta").handle, toy_panel.get_by_role("button", name="Copy", exact=True)):
        control.focus()
        for key in ("x", "d", "d", "m", "y", "a", "b", "c", "Delete"):
            toy_panel.keyboard.press(key)
    toy_panel.wait_for_timeout(300)
    assert toy_panel.evaluate(kinds) == before and toy_panel.locator(".eos-panel").count() == 1


def test_every_control_says_what_it_does_and_no_title_is_null(gallery):
    controls = gallery.page.locator(".eos-panel :is(button, input)").evaluate_all(
        "all => all.map(e => [e.outerHTML, e.title, e.getAttribute('aria-label') || e.textContent])"
    )
    assert len(controls) > 100
    for html, title, name in controls:
        assert len(title) > 5 and "null" not in title and "undefined" not in title and name, html


def test_a_handle_says_its_name_and_its_value(toy_panel):
    handle = slider(toy_panel, "eta").handle
    for key, value in (("Home", "0.05"), ("ArrowRight", "0.052")):
        slider(toy_panel, "eta").press(key)
        poll(lambda value=value: handle.get_attribute("aria-valuetext") == value, 3, value)
    assert handle.get_attribute("aria-label") == "step size η" and handle.get_attribute("type") == "range"
    image = toy_panel.locator("img.eos-picture")
    poll(lambda: image.get_attribute("alt").startswith("From 3, 20 steps of size 0.052"), 3, "the alt text")


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_axe_finds_nothing_inside_a_panel(gallery, theme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    gallery.page.set_viewport_size({"width": 1280, "height": 720})
    gallery.page.evaluate(THEME, theme)
    gallery.page.wait_for_timeout(1500)
    found = axe.Axe().run(gallery.page, context={"include": [[".eos-panel"]]}).response["violations"]
    gallery.page.evaluate(THEME, "JupyterLab Light")
    assert [(fault["id"], fault["nodes"][0]["html"][:200]) for fault in found] == []


# ---- what is left without a kernel


def test_a_copy_that_was_run_saved_and_reopened_shows_its_pictures(lab, open_notebook, browser):
    notebook = opened(lab, open_notebook, "kept", "from toy import toy", "toy(steps=7)", LIVE)
    page = notebook.page
    page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
    saved = lab.folder / "kept.ipynb"
    poll(lambda: "widgets" in json.loads(saved.read_text())["metadata"], 5, "the state")
    page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")
    page.context.close()
    again = open_page(lab, browser, "kept.ipynb").page
    poll(lambda: again.locator(".eos-asleep:visible").count() == 2, 10, "two pictures that invite to run their cells")
    for image in again.locator("img.eos-picture").all():
        assert image.evaluate("e => e.naturalWidth") > 500
    assert again.get_by_text("Error displaying widget").count() == 0
    assert again.locator(".eos-panel :is(button, input):enabled").count() == 0
    again.context.close()


# ---- a live view that nobody sees


def test_it_stops_when_its_page_is_closed(lab, browser):
    write_notebook(lab.folder / "left.ipynb", LIVE)
    notebook = open_page(lab, browser, "left.ipynb")
    notebook.run_all()
    notebook.page.get_by_role("button", name="Play").click()
    notebook.execute("import eos.live.panel as live; live.UNSEEN = 8.0")
    notebook.page.wait_for_timeout(9000)
    assert notebook.execute("print(panel.playing)").strip() == "True", "its page gives signs of life"
    notebook.page.context.close()
    poll(lambda: notebook.execute("print(panel.playing)").strip() == "False", 15, "the stop")


# ---- Notebook 7


def test_arrow_keys_work_in_notebook_7(lab, browser):
    pytest.importorskip("notebook", reason="Notebook 7 is not installed")
    write_notebook(lab.folder / "seven.ipynb", "from toy import toy", "toy()")
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    reply = page.goto(f"{lab.url}/notebooks/seven.ipynb")
    if reply.status == 404:
        pytest.skip("this server has no Notebook 7")
    page.wait_for_function("() => window.jupyterapp")
    page.evaluate("() => window.jupyterapp.restored")
    page.wait_for_selector(".jp-CodeCell")
    page.wait_for_function("""() => window.jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel
        ?.connectionStatus === 'connected'""")
    page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")
    page.wait_for_selector(".eos-handle")
    eta = slider(page, "eta")
    for key, value in (("ArrowRight", 0.8), ("ArrowUp", 0.85), ("ArrowLeft", 0.8), ("Home", 0.05)):
        eta.press(key)
        poll(lambda value=value: eta.value == value and f"eta={value:g}," in recipe(page), 3, key)
    page.context.close()
