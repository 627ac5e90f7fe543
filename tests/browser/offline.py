"""The built site as a reader without a network meets it: served from this machine, and no other machine answers."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

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
