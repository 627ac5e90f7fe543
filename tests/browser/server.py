"""A JupyterLab and a Chromium of our own, apart from the user's, and pages of notebooks in them."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from driver import OPEN, Lab, Notebook, poll

REPO = Path(__file__).resolve().parents[2]
SYSTEM_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
BROWSER_FLAGS = [
    *("--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--hide-scrollbars"),
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # no other machine exists
]


def free_port() -> int:
    """A loopback port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _environment(home: Path) -> dict[str, str]:
    """The variables that keep a server apart from the user's own Jupyter."""
    jupyter = [f"JUPYTER_{kind}_DIR" for kind in ("RUNTIME", "CONFIG", "DATA")]
    own = {name: str(home / name.lower()) for name in (*jupyter, "IPYTHONDIR", "MPLCONFIGDIR")}
    for folder in own.values():
        Path(folder).mkdir(parents=True)
    path = os.pathsep.join(map(str, (REPO, REPO / "tests")))
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
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
        *("--ServerApp.ip=127.0.0.1", f"--port={port}", "--ServerApp.port_retries=0"),
        *("--IdentityProvider.token=", "--ServerApp.password="),
        *("--ServerApp.disable_check_xsrf=True", f"--ServerApp.root_dir={folder}"),
        *("--LabApp.expose_app_in_browser=True", "--JupyterNotebookApp.expose_app_in_browser=True"),
    ]


@contextmanager
def running_lab(home: Path) -> Iterator[Lab]:
    """A JupyterLab that keeps all it writes below `home`, serving an empty folder there."""
    folder = home / "notebooks"
    folder.mkdir()
    environment = _environment(home)
    _quiet_settings(home)
    port = free_port()
    log = (home / "log.txt").open("w")
    streams = {"stdout": log, "stderr": log}
    server = subprocess.Popen(_command(port, folder), env=environment, cwd=home, **streams)
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


def launch(playwright):
    """Chromium, the system's or else Playwright's own, for which no other machine exists."""
    found = [path for path in map(shutil.which, SYSTEM_BROWSERS) if path]
    return playwright.chromium.launch(executable_path=found[0] if found else None, args=BROWSER_FLAGS)


def open_page(lab: Lab, browser, path: str, width: int = 1280, height: int = 800, **context) -> Notebook:
    """A notebook by its path below `lab.folder`, its kernel ready, in a page and a context of its own."""
    page = browser.new_context(viewport={"width": width, "height": height}, **context).new_page()
    complaints = []
    page.on("console", lambda m: complaints.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{lab.url}/lab?reset")
    page.wait_for_function("() => window.jupyterapp")
    page.evaluate("() => window.jupyterapp.restored")
    return Notebook(page, lab, page.evaluate(OPEN, path), complaints)
