"""The built site as a reader without a network meets it: served from this machine, and no other machine answers."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

from driver import PICTURE, poll
from server import REPO

SITE = REPO / "_site"
SHOWN = "window.jupyterapp.shell.currentWidget"
READY = """async () => {
    await window.jupyterapp.restored;
    while (!window.jupyterapp.shell.currentWidget?.sessionContext) await new Promise(go => setTimeout(go, 50));
    const panel = window.jupyterapp.shell.currentWidget;
    await panel.revealed;
    await panel.sessionContext.ready;
    while (!panel.sessionContext.session?.kernel) await new Promise(go => setTimeout(go, 50));
    await panel.sessionContext.session.kernel.info;
}"""
OUTPUTS = f"() => {SHOWN}.content.widgets.map(cell => cell.model.outputs?.toJSON() ?? null)"
SAVE = """([path, content]) => window.jupyterapp.serviceManager.contents.save(
    path, {type: 'notebook', format: 'json', content})"""


PAUSE = """button => new Promise(done => {  // the seconds from a click until the button says that it is done
    const begun = performance.now();
    new MutationObserver((_, watch) => {
        if (!button.textContent.includes('Play')) return;
        watch.disconnect();
        done((performance.now() - begun) / 1000);
    }).observe(button, {childList: true, characterData: true, subtree: true});
    button.click();
})"""


class Quiet(SimpleHTTPRequestHandler):
    """Serves files and says nothing."""

    def log_message(self, *words):
        pass


@contextmanager
def served(folder):
    """The address of a server of this folder, as `python -m http.server` is one."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    server.handle_error = lambda *_: None  # a page that is closed may leave a request unanswered
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@dataclass
class Page:
    """A page of the site, with every address that it asked for and every error in its console."""

    page: object
    url: str
    asked: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)

    def outside(self) -> list[str]:
        """Requests to another machine."""
        return [address for address in self.asked if not address.startswith((self.url, "data:", "blob:"))]

    def go(self, path: str):
        """A page by its path."""
        self.page.goto(f"{self.url}/{path}")

    def open_live(self, notebook: str):
        """A notebook in JupyterLite, until its kernel answers."""
        start = time.monotonic()
        self.go(f"lite/notebooks/index.html?path={notebook}")
        self.page.wait_for_selector(".jp-Cell", timeout=60_000)
        self.seconds["open"] = time.monotonic() - start
        self.page.wait_for_function("() => window.jupyterapp", timeout=60_000)
        self.page.evaluate(READY)
        self.seconds["kernel"] = time.monotonic() - start

    def write(self, path: str, source: str):
        """A notebook of one cell, put beside the course's, opened and run. Some notebook is open."""
        cell = {"cell_type": "code", "id": "only", "metadata": {}, "source": source}
        cell |= {"execution_count": None, "outputs": []}
        kernel = {"kernelspec": {"name": "python", "display_name": "Python (Pyodide)", "language": "python"}}
        kernel |= {"language_info": {"name": "python"}}
        self.page.evaluate(SAVE, [path, {"nbformat": 4, "nbformat_minor": 5, "metadata": kernel, "cells": [cell]}])
        self.open_live(path)
        self.run_all()
        self.page.wait_for_selector(".eos-handle", timeout=20_000)

    def play_and_pause(self) -> list[float]:
        """The seconds that each of five clicks on *Pause* takes to be obeyed, in the live view at its fastest."""
        self.open_live("00_start_here.ipynb")
        self.write("live.ipynb", "from eos import explorers\nexplorers.training()")
        image, play = (self.page.locator(css).first for css in ("img.eos-picture", ".eos-panel [data-id=play]"))
        self.page.get_by_role("button", name="fastest").click()
        waits = []
        for _ in range(5):
            old = image.evaluate(PICTURE)
            play.click()
            poll(lambda old=old: image.evaluate(PICTURE) not in ("", old), 10, "a picture that moves")
            self.page.wait_for_timeout(1000)
            waits.append(play.evaluate(PAUSE))
        return waits

    def until_the_front_page_moves(self) -> float:
        """Seconds from the request until its picture is another one."""
        start = time.monotonic()
        self.go("index.html")
        image = self.page.locator("#moving img")
        poll(lambda: "/00." not in image.get_attribute("src"), 10, "a picture that moves")
        return time.monotonic() - start

    def run_all(self):
        """Run every cell and wait until the last is done."""
        start = time.monotonic()
        assert self.page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')"), "a cell failed"
        self.seconds["cells"] = time.monotonic() - start


def open_page(browser, url: str, width: int = 1280, height: int = 900, **more) -> Page:
    """An empty page in a context of its own, that notes what it asks for."""
    context = browser.new_context(viewport={"width": width, "height": height}, **more)
    made = Page(context.new_page(), url)
    context.on("request", lambda request: made.asked.append(request.url))
    made.page.on("console", lambda m: made.errors.append(m.text) if m.type == "error" else None)
    made.page.on("pageerror", lambda error: made.errors.append(str(error)))
    return made
