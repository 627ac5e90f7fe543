"""What a browser test does with JupyterLab: run a notebook, look at it, ask its kernel."""

from __future__ import annotations

import json
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

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
    try { await image.decode(); } catch { return ''; }  // just then replaced by the next one
    const canvas = Object.assign(document.createElement('canvas'),
        {width: image.naturalWidth, height: image.naturalHeight});
    const context = canvas.getContext('2d');
    context.drawImage(image, 0, 0);
    const data = context.getImageData(0, 0, canvas.width, canvas.height).data;
    const digest = await crypto.subtle.digest('SHA-256', data);
    return [...new Uint8Array(digest)].map(byte => byte.toString(16).padStart(2, '0')).join('');
}"""


def poll(check, seconds: float, what: str):
    """What check() returns as soon as it is true; AssertionError after so many seconds."""
    end = time.monotonic() + seconds
    while not (result := check()):
        assert time.monotonic() < end, f"after {seconds} s still waiting for {what}"
        time.sleep(0.02)
    return result


@dataclass
class Lab:
    """A running JupyterLab: its address, the folder it serves, its kernels' connection files."""

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

    def picture_hash(self, selector: str = "img.eos-picture") -> str:
        """A digest of the pixels of the first picture that matches."""
        image = self.page.locator(selector).first
        return poll(lambda: image.evaluate(PICTURE), 3, "a picture")

    def new_picture(self, old: str, seconds: float = 3) -> str:
        """The digest of the picture, as soon as it is no longer the old one."""

        def changed():
            new = self.picture_hash()
            return new if new != old else ""

        return poll(changed, seconds, "another picture")

    def execute(self, code: str, seconds: float = 20) -> str:
        """What the notebook's own kernel prints for this code, asked behind the page's back."""
        from jupyter_client import BlockingKernelClient

        client = BlockingKernelClient()
        client.load_connection_file(str(self.lab.runtime / f"kernel-{self.kernel_id}.json"))
        client.start_channels(hb=False)  # its thread may still open a socket when the context ends
        time.sleep(0.1)  # until it listens: what is printed before that never arrives
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
            client.context.destroy(linger=0)  # or its sockets add up until there are too many open files
        assert reply["content"]["status"] == "ok", reply["content"]
        return "".join(printed)


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
