"""The course's notebooks in JupyterLab: every cell runs, and every slider answers to keys and mouse."""

import json
import re
import shutil
import urllib.request

import pytest
from driver import poll
from hands import Slider
from server import REPO

from eos.widgets.later import PAUSE

pytestmark = pytest.mark.browser
NOTEBOOKS = sorted(path.name for path in (REPO / "notebooks").glob("*.ipynb"))
KEYS = {"ArrowRight": 1, "ArrowLeft": -1, "PageUp": 5, "PageDown": -5, "End": 10**6, "Home": -(10**6)}
DRAW_ALL = """() => {  // JupyterLab leaves out what is far from the window
    const content = window.jupyterapp.shell.currentWidget.content;
    content.notebookConfig = {...content.notebookConfig, windowingMode: 'none'};
}"""
FAULTS = """() => window.jupyterapp.shell.currentWidget.content.widgets
    .flatMap(cell => cell.model.outputs?.toJSON() ?? [])
    .filter(output => output.output_type === 'error' || output.name === 'stderr')
    .map(output => output.evalue ?? output.text)"""
LIVE = """() => window.jupyterapp.shell.currentWidget.content.widgets
    .flatMap(cell => cell.model.outputs?.toJSON() ?? [])
    .filter(output => output.data?.['application/vnd.jupyter.widget-view+json'] && output.data['text/html']).length"""
SHUT_DOWN = "() => window.jupyterapp.shell.currentWidget.sessionContext.shutdown()"


class Explorer:
    """One explorer on the page, and how its picture answers."""

    def __init__(self, panel):
        self.image, self.status = panel.locator("img.eos-picture"), panel.locator(".eos-reading")
        self.reset = panel.get_by_role("button", name=re.compile("Reset|Restart"))
        self.sliders = [Slider(row) for row in panel.locator(".eos-row").all()]

    def answers(self, slider, act, arrived, what):
        """Do it, and wait until the slider has arrived, with another value in its box and another picture."""
        picture, value = self.image.get_attribute("src"), slider.value
        act()
        poll(lambda: self.image.get_attribute("src") != picture, 5, f"another picture at {what}")
        poll(lambda: slider.value != value and arrived(), 5, what)

    def answers_to_keys(self, slider):
        """A step and back, five steps and back, both ends, as far as there is room."""
        low, high = slider.places
        for key, step in KEYS.items():
            goal = min(max(slider.place + step, low), high)
            if goal != slider.place:
                self.answers(slider, lambda key=key: slider.press(key), lambda goal=goal: slider.place == goal, key)

    def answers_to_mouse(self, slider):
        """To both ends, with a reading for each."""
        for part, end in ((1.1, "max"), (-0.1, "min")):
            self.answers(slider, lambda part=part: slider.drag(part), lambda end=end: slider.at(end), end)
            slider.page.wait_for_timeout(1200 * PAUSE)  # the words follow in a moment
            yield self.status.inner_text()


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
    panels = page.locator(".eos-panel:has(.eos-row)")
    live = page.evaluate(LIVE)
    poll(lambda: panels.count() == live, 10, f"{live} explorers")
    for panel in panels.all():
        panel.scroll_into_view_if_needed()
        turn_every_slider(Explorer(panel))


def turn_every_slider(explorer):
    """By all keys and by mouse to both ends; picture and reading follow, and Reset brings the value back."""
    reading = explorer.status.inner_text()
    for slider in explorer.sliders:
        start = slider.value
        explorer.answers_to_keys(slider)
        assert len({reading, *explorer.answers_to_mouse(slider)}) > 1
        explorer.reset.click()
        poll(lambda slider=slider, start=start: slider.value == start, 5, "the start")


def test_the_console_is_silent(notebook):
    assert notebook.complaints == []
