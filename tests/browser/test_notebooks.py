"""The course's notebooks in JupyterLab: every cell runs, and every slider answers to keys and mouse."""

import json
import shutil
import urllib.request

import pytest
from driver import poll
from server import REPO

pytestmark = pytest.mark.browser
NOTEBOOKS = sorted(path.name for path in (REPO / "notebooks").glob("*.ipynb"))
DRAW_ALL = """() => {  // JupyterLab leaves out what is far from the window
    const content = window.jupyterapp.shell.currentWidget.content;
    content.notebookConfig = {...content.notebookConfig, windowingMode: 'none'};
}"""
FAULTS = """() => window.jupyterapp.shell.currentWidget.content.widgets
    .flatMap(cell => cell.model.outputs?.toJSON() ?? [])
    .filter(output => output.output_type === 'error' || output.name === 'stderr')
    .map(output => output.evalue ?? output.text)"""
LIVE = """() => window.jupyterapp.shell.currentWidget.content.widgets
    .map(cell => cell.model.sharedModel.source.trim().split('\\n').at(-1))
    .filter(line => /^explorers[.]\\w+[(].*[)]$/.test(line) && !line.includes('.still(')).length"""
SHUT_DOWN = "() => window.jupyterapp.shell.currentWidget.sessionContext.shutdown()"


class Slider:
    """One row of one explorer, and what a reader does to it."""

    def __init__(self, page, panel, number):
        self.page = page
        self.row = panel.locator(".eos-row").nth(number)
        self.handle, self.box = self.row.locator(".noUi-handle"), self.row.locator("input")
        self.image, self.status = panel.locator("img.widget-image"), panel.get_by_role("status")
        self.readings = {self.status.inner_text()}

    def at(self, end) -> bool:
        """Whether it stands at its "min" or "max"."""
        return float(self.box.input_value()) == float(self.box.get_attribute(end))

    def press(self, key):
        self.handle.focus()
        self.page.keyboard.press(key)

    def drag(self, part):
        """Pull the handle to a part of its track with the mouse."""
        self.row.scroll_into_view_if_needed()
        handle, track = self.handle.bounding_box(), self.row.locator(".noUi-target").bounding_box()
        middle = handle["y"] + handle["height"] / 2
        self.page.mouse.move(handle["x"] + handle["width"] / 2, middle)
        self.page.mouse.down()
        self.page.mouse.move(track["x"] + part * track["width"], middle, steps=6)
        self.page.mouse.up()

    def moves(self, act, arrived, what):
        """Do it, and wait until it has arrived there with another picture."""
        picture = self.image.get_attribute("src")
        act()
        poll(lambda: self.image.get_attribute("src") != picture, 5, f"another picture at {what}")
        poll(arrived, 5, what)
        self.read()

    def read(self) -> int:
        """How many different readings there were, the one of now included."""
        self.readings.add(self.status.inner_text())
        return len(self.readings)


@pytest.fixture(scope="module", params=NOTEBOOKS)
def notebook(request, lab, open_notebook):
    """A copy of one notebook, opened and run; its kernel ends with its tests."""
    shutil.copy(REPO / "notebooks" / request.param, lab.folder)
    notebook = open_notebook(request.param)
    notebook.page.evaluate(DRAW_ALL)
    notebook.run_all()
    yield notebook
    notebook.page.evaluate(SHUT_DOWN)
    poll(lambda: notebook.kernel_id not in kernels(lab), 5, "the kernel to end")
    notebook.page.context.close()


def kernels(lab) -> list[str]:
    """The ids of all running kernels."""
    with urllib.request.urlopen(f"{lab.url}/api/kernels", timeout=10) as reply:
        return [kernel["id"] for kernel in json.load(reply)]


def test_no_cell_fails_or_warns(notebook):
    assert notebook.page.evaluate(FAULTS) == []


def test_every_slider_answers_to_keys_and_mouse(notebook):
    page = notebook.page
    panels = page.locator(".eos-panel")
    live = page.evaluate(LIVE)
    poll(lambda: panels.count() == live, 10, f"{live} explorers")
    for panel in panels.all():
        panel.scroll_into_view_if_needed()
        for number in range(panel.locator(".eos-row").count()):
            slider = Slider(page, panel, number)
            slider.press("Home")
            poll(lambda s=slider: s.at("min"), 5, "the lower end")
            slider.moves(lambda s=slider: s.press("End"), lambda s=slider: s.at("max"), "the upper end")
            slider.moves(lambda s=slider: s.press("Home"), lambda s=slider: s.at("min"), "the lower end")
            slider.moves(
                lambda s=slider: s.drag(0.5), lambda s=slider: not (s.at("min") or s.at("max")), "the middle"
            )
            poll(lambda s=slider: s.read() > 1, 5, "another reading")
            panel.get_by_role("button", name="Reset").click()


def test_the_console_is_silent(notebook):
    assert notebook.complaints == []
