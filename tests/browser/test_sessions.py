"""Explorers through the rough hours of a session: slow pictures, two notebooks, an interrupt, a new kernel."""

import json

import pytest
from driver import poll, write_notebook
from hands import COUNT, Slider
from toy import toy

pytestmark = pytest.mark.browser
SLOW = """
import threading, time
from dataclasses import replace
from toy import setup, toy

drawn, stop = [], []

def slow_setup(figure):
    update = setup(figure)

    def slow_update(**values):
        time.sleep(0.2)
        drawn.append(values["eta"])
        return update(**values)

    return slow_update

explorer = replace(toy(), setup=slow_setup)
explorer
"""
BESIDE = """async path => {
    const app = window.jupyterapp;
    const panel = await app.commands.execute('docmanager:open',
        {path, factory: 'Notebook', options: {mode: 'split-right'}});
    await panel.revealed;
    await panel.sessionContext.ready;
    while (panel.sessionContext.session?.kernel?.connectionStatus !== 'connected')
        await new Promise(go => setTimeout(go, 50));
    await panel.sessionContext.session.kernel.info;
}"""
KERNEL = "window.jupyterapp.shell.currentWidget.sessionContext.session.kernel"
INTERRUPT = f"() => {KERNEL}.interrupt()"
RESTART = f"""async () => {{
    await {KERNEL}.restart();
    while ({KERNEL}.connectionStatus !== 'connected') await new Promise(go => setTimeout(go, 50));
    await {KERNEL}.info;
}}"""
STATUS = f"() => {KERNEL}.status"
RUN_LAST = """() => {
    const app = window.jupyterapp, content = app.shell.currentWidget.content;
    content.activeCellIndex = content.widgets.length - 1;
    app.commands.execute('notebook:run-cell');  // and does not wait
}"""


def opened(lab, open_notebook, name, *sources):
    """A notebook of these cells, run."""
    write_notebook(lab.folder / name, *sources)
    notebook = open_notebook(name, height=1000)
    notebook.run_all()
    notebook.page.wait_for_selector(".eos-row .eos-handle")
    return notebook


def first_slider(page, panel=0):
    """The step size of one of the panels on the page."""
    return Slider(page.locator(".eos-panel").nth(panel).locator(".eos-row").first)


def follows(page, slider, panel=0):
    """Whether a key takes this explorer to the next value, with another picture."""
    image = page.locator(".eos-panel").nth(panel).locator("img.eos-picture")
    picture, place = image.get_attribute("src"), slider.place
    slider.press("ArrowRight")
    poll(lambda: image.get_attribute("src") != picture, 5, "another picture")
    poll(lambda: slider.value == toy().sliders[0].values[place + 1], 5, "the next value")


@pytest.fixture(scope="module")
def slow(lab, open_notebook):
    """A notebook with an explorer that takes 200 ms for each picture."""
    return opened(lab, open_notebook, "slow.ipynb", SLOW, "")


def test_a_slow_picture_never_lags_behind_the_hand(slow):
    """The latest value wins, and none queues: after three seconds at full speed at most two pictures are to come, and
    a sharp one.
    """
    page, slider = slow.page, first_slider(slow.page)
    page.locator(".eos-panel img.eos-picture").evaluate(COUNT)
    before = json.loads(slow.execute("print(len(drawn))"))
    slider.drag(*(0.05, 0.95) * 3, 0.6, steps=40)
    page.wait_for_timeout(1200)
    pictures, shown = page.evaluate("() => pictures"), slider.value
    drawn = json.loads(slow.execute("print(drawn)"))[before:]
    assert pictures["late"] <= 3 < pictures["all"] and len(drawn) <= pictures["all"] + 1
    assert drawn[-1] == shown
    recipe = page.get_by_label("recipe")
    poll(lambda: recipe.input_value().startswith(f"toy(eta={shown:g},"), 3, "the recipe")
    low, high = slider.places
    assert abs(slider.place / high - 0.6) < 0.02
    page.wait_for_timeout(500)
    assert json.loads(slow.execute("print(len(drawn))")) == before + len(drawn)


def test_an_interrupt_leaves_an_explorer_alive(slow):
    """While it rests, while it draws, and while a cell runs."""
    page, slider = slow.page, first_slider(slow.page)
    page.evaluate(INTERRUPT)
    follows(page, slider)
    slider.press("Home")
    page.evaluate(INTERRUPT)
    page.wait_for_timeout(600)
    follows(page, slider)
    page.evaluate(
        "() => window.jupyterapp.shell.currentWidget.content.widgets.at(-1)"
        ".model.sharedModel.setSource('while True: time.sleep(0.01)')"
    )
    page.evaluate(RUN_LAST)
    poll(lambda: page.evaluate(STATUS) == "busy", 5, "the cell to run")
    page.evaluate(INTERRUPT)
    poll(lambda: page.evaluate(STATUS) == "idle", 5, "the cell to end")
    follows(page, slider)
    assert slow.complaints == []


@pytest.fixture(scope="module")
def toys(lab, open_notebook):
    """A notebook with a quick explorer."""
    return opened(lab, open_notebook, "one.ipynb", "from toy import toy", "toy()")


def test_two_notebooks_side_by_side_follow_each_its_own_slider(lab, toys):
    page = toys.page
    write_notebook(lab.folder / "two.ipynb", "from toy import toy", "toy(eta=1.1)")
    page.evaluate(BESIDE, "two.ipynb")
    toys.run_all()
    poll(lambda: page.locator(".eos-panel .eos-handle").count() == 8, 10, "the second explorer")
    values = [0.75, 1.1]
    sliders = [first_slider(page, number) for number in (0, 1)]
    assert [slider.value for slider in sliders] == values
    for turn in (0, 1, 1, 0):
        page.wait_for_timeout(2000)  # until both pictures are sharp
        other = page.locator(".eos-panel").nth(1 - turn).locator("img.eos-picture").get_attribute("src")
        follows(page, sliders[turn], turn)
        assert page.locator(".eos-panel").nth(1 - turn).locator("img.eos-picture").get_attribute("src") == other
    assert all(slider.value > value for slider, value in zip(sliders, values, strict=True))
    assert toys.complaints == []


def test_a_new_kernel_and_run_all_give_a_new_explorer(slow):
    page = slow.page
    page.evaluate(
        "() => window.jupyterapp.shell.currentWidget.content.widgets.at(-1).model.sharedModel.setSource('')"
    )
    page.evaluate(RESTART)
    slow.run_all()
    slider = first_slider(page)
    poll(lambda: page.locator(".eos-panel").count() == 1, 10, "one explorer")
    poll(lambda: slider.value == 0.75, 5, "the start")
    follows(page, slider)
    follows(page, slider)
