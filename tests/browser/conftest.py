"""A real JupyterLab and a real browser for the tests in this folder; they are skipped where either is missing.

Run them by name, `pytest tests/browser`: a plain `pytest` leaves this folder out.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parents[2]
SYSTEM_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
BROWSER_FLAGS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--hide-scrollbars"]
OPEN = """async path => {
    const app = window.jupyterapp;
    const panel = await app.commands.execute('docmanager:open', {path, factory: 'Notebook'});
    await panel.revealed;
    await panel.sessionContext.ready;
    const session = () => panel.sessionContext.session;
    while (session()?.kernel?.connectionStatus !== 'connected')
        await new Promise(go => setTimeout(go, 50));
    await session().kernel.info;
    return session().kernel.id;
}"""
PICTURE = """async image => {
    await image.decode();
    const canvas = Object.assign(document.createElement('canvas'),
        {width: image.naturalWidth, height: image.naturalHeight});
    const context = canvas.getContext('2d');
    context.drawImage(image, 0, 0);
    const data = context.getImageData(0, 0, canvas.width, canvas.height).data;
    const digest = await crypto.subtle.digest('SHA-256', data);
    return [...new Uint8Array(digest)].map(byte => byte.toString(16).padStart(2, '0')).join('');
}"""


def free_port() -> int:
    """A loopback port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def poll(check, seconds: float, what: str):
    """What check() returns as soon as it is true; an AssertionError naming `what` after so many seconds."""
    end = time.monotonic() + seconds
    while not (result := check()):
        assert time.monotonic() < end, f"after {seconds} s still waiting for {what}"
        time.sleep(0.02)
    return result


@dataclass
class Lab:
    """A running JupyterLab: its address, the folder it serves, and where its kernels say how to reach them."""

    url: str
    folder: Path
    runtime: Path

    def answers(self) -> bool:
        """Whether the server is up."""
        try:
            with urllib.request.urlopen(f"{self.url}/api/status", timeout=2) as reply:
                return reply.status == 200
        except OSError:
            return False

    def end_sessions(self):
        """Stop every kernel."""
        with urllib.request.urlopen(f"{self.url}/api/sessions", timeout=10) as reply:
            sessions = json.load(reply)
        for session in sessions:
            address = f"{self.url}/api/sessions/{session['id']}"
            urllib.request.urlopen(urllib.request.Request(address, method="DELETE"), timeout=20)


@dataclass
class Notebook:
    """One notebook open in one browser page, with what the page's console complained about."""

    page: object
    lab: Lab
    kernel_id: str
    complaints: list[str] = field(default_factory=list)

    def run_all(self):
        """Run every cell and wait until the last is done."""
        run = "() => window.jupyterapp.commands.execute('notebook:run-all-cells')"
        assert self.page.evaluate(run), "a cell failed"

    def picture_hash(self, selector: str = "img.widget-image") -> str:
        """A digest of the pixels of the first picture that matches."""
        return self.page.locator(selector).first.evaluate(PICTURE)

    def picture_changes(self, old: str, selector: str = "img.widget-image", seconds: float = 3) -> str:
        """The new digest, as soon as the picture is no longer the old one."""

        def changed():
            new = self.picture_hash(selector)
            return new if new != old else ""

        return poll(changed, seconds, "another picture")

    def execute(self, code: str, seconds: float = 20) -> str:
        """What the notebook's own kernel prints for this code, asked behind the page's back."""
        from jupyter_client import BlockingKernelClient

        client = BlockingKernelClient()
        client.load_connection_file(str(self.lab.runtime / f"kernel-{self.kernel_id}.json"))
        client.start_channels()
        printed = []
        try:
            reply = client.execute_interactive(
                code,
                store_history=False,
                timeout=seconds,
                output_hook=lambda m: printed.append(m["content"].get("text", "")),
            )
        finally:
            client.stop_channels()
        assert reply["content"]["status"] == "ok", reply["content"]
        return "".join(printed)


def _environment(home: Path) -> dict[str, str]:
    """The variables that keep a server apart from the user's own Jupyter."""
    folders = ("JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR", "MPLCONFIGDIR")
    own = {name: str(home / name.lower()) for name in folders}
    for folder in own.values():
        Path(folder).mkdir(parents=True)
    path = os.pathsep.join(filter(None, [str(REPO), os.environ.get("PYTHONPATH")]))
    return {**os.environ, **own, "PYTHONPATH": path}


def _quiet_settings(home: Path):
    """No pop-up about news or updates over the notebook."""
    settings = home / "jupyter_config_dir" / "labconfig" / "default_setting_overrides.json"
    settings.parent.mkdir(parents=True)
    plugin = "@jupyterlab/apputils-extension:notification"
    quiet = {plugin: {"fetchNews": "false", "checkForUpdates": False}}
    settings.write_text(json.dumps(quiet), encoding="utf-8")


def _command(port: int, folder: Path) -> list[str]:
    """How to start a server on that port, open to this machine alone."""
    return [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--port={port}"),
        *("--ServerApp.ip=127.0.0.1", "--ServerApp.port_retries=0", f"--ServerApp.root_dir={folder}"),
        *("--IdentityProvider.token=", "--ServerApp.password=", "--ServerApp.disable_check_xsrf=True"),
        "--LabApp.expose_app_in_browser=True",
    ]


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    """A JupyterLab of our own, serving an empty folder."""
    pytest.importorskip("jupyterlab", reason="JupyterLab is not installed")
    home = tmp_path_factory.mktemp("lab")
    folder = home / "notebooks"
    folder.mkdir()
    environment = _environment(home)
    _quiet_settings(home)
    port = free_port()
    log = (home / "log.txt").open("w")
    server = subprocess.Popen(_command(port, folder), env=environment, stdout=log, stderr=log, cwd=home)
    try:
        lab = Lab(f"http://127.0.0.1:{port}", folder, home / "jupyter_runtime_dir")
        poll(lambda: lab.answers() or server.poll() is not None, 60, "JupyterLab to start")
        assert server.poll() is None, (home / "log.txt").read_text()
        yield lab
        lab.end_sessions()
    finally:
        server.terminate()
        server.wait(timeout=20)
        log.close()


@pytest.fixture(scope="session")
def browser():
    """Chromium: the system's, or else Playwright's own."""
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    found = [path for path in map(shutil.which, SYSTEM_BROWSERS) if path]
    with playwright.sync_playwright() as driver:
        try:
            executable = found[0] if found else None
            browser = driver.chromium.launch(executable_path=executable, args=BROWSER_FLAGS)
        except playwright.Error as error:
            pytest.skip(f"no browser starts here: {str(error).splitlines()[0]}")
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def open_notebook(lab, browser):
    """Call it with a path below `lab.folder`: opens the notebook, its kernel ready, in a page of its own."""
    contexts = []

    def open_it(path: str, width: int = 1280, height: int = 800) -> Notebook:
        context = browser.new_context(viewport={"width": width, "height": height})
        contexts.append(context)
        page = context.new_page()
        complaints = []
        page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{lab.url}/lab?reset")
        page.wait_for_function("() => window.jupyterapp")
        page.evaluate("() => window.jupyterapp.restored")
        return Notebook(page, lab, page.evaluate(OPEN, path), complaints)

    yield open_it
    for context in contexts:
        context.close()


def write_notebook(path: Path, *sources: str):
    """A notebook of code cells, never run."""
    cells = [
        {"cell_type": "code", "id": f"cell-{number}", "metadata": {}, "source": source}
        | {"execution_count": None, "outputs": []}
        for number, source in enumerate(sources)
    ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": kernel, "cells": cells}
    path.write_text(json.dumps(notebook), encoding="utf-8")


def digest(data: bytes) -> str:
    """A short name for some bytes."""
    return hashlib.sha256(data).hexdigest()[:12]
