"""How quickly a picture follows its slider: `python benchmarks/latency.py` writes a table to latency.md.

A real JupyterLab in headless Chromium, turned by real keys and a real mouse. An explorer takes turns, in one run, with
the usual tutorial way (`interact` and a new pyplot figure at each event) and with a bare canvas fed with the same
numbers, which is as fast as Jupyter can be. The page itself looks at the pictures, on every animation frame, and keeps
the time. Needs the extra `browser`.
"""

import os
import platform
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parent / "tests" / "browser"))

from driver import write_notebook  # noqa: E402
from hands import Slider  # noqa: E402
from latency_live import live  # noqa: E402
from latency_ways import BLUE, EXPLORERS, WAYS  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402
from server import launch, open_page, running_lab  # noqa: E402
from speed import processor  # noqa: E402

ROUNDS, KEYS, DRAGS = 3, 15, 3
DRAG_SECONDS, SWEEP_SECONDS, MOVE_SECONDS = 2.5, 1.7, 0.016
LABELS = {"explorer": "explorer", "interact": "`interact`, pyplot", "canvas": "bare canvas"}

CANVASES = """() => {  // draws what the bare way sends
    const panel = window.jupyterapp.shell.currentWidget;
    const canvases = {};
    panel.sessionContext.session.kernel.registerCommTarget('eos-bare', (comm, opening) => {
        const {name, blue, mark} = opening.content.data;
        const canvas = Object.assign(document.createElement('canvas'), {width: 1000, height: 400});
        canvases[name] = canvas;
        const pen = canvas.getContext('2d');
        comm.onMsg = message => {
            const place = message.content.data.place;
            pen.clearRect(0, 0, 1000, 400);
            for (const buffer of message.buffers) {
                const points = new Float32Array(buffer.buffer ?? buffer);
                pen.beginPath();
                for (let i = 0; i < points.length; i += 2) {
                    pen.lineTo(1000 * points[i], 400 - 400 * points[i + 1]);
                    pen.fillRect(1000 * points[i] - 2, 398 - 400 * points[i + 1], 4, 4);
                }
                pen.stroke();
            }
            pen.fillStyle = `rgb(${place} ${255 - place} ${blue})`;
            pen.fillRect(0, 400 - mark, mark, mark);
            pen.fillStyle = 'black';
        };
    });
    window.canvases = canvases;
}"""
PLACE_CANVASES = """names => Object.entries(names).forEach(([number, name]) => document
    .querySelectorAll('.jp-CodeCell')[number].querySelector('.jp-OutputArea').prepend(window.canvases[name]))"""
DRAW_ALL = """() => {  // JupyterLab leaves out what is far from the window
    const content = window.jupyterapp.shell.currentWidget.content;
    content.notebookConfig = {...content.notebookConfig, windowingMode: 'none'};
}"""
WATCH = """([number, blue]) => {  // from now on, notes when a key, a button and a picture come
    const cell = document.querySelectorAll('.jp-CodeCell')[number];
    const eye = Object.assign(document.createElement('canvas'), {width: 1, height: 1});
    const light = eye.getContext('2d', {willReadFrequently: true});
    const seen = window.seen = {keys: [], downs: [], ups: [], pictures: [], place: -1, source: ''};
    const events = {keydown: seen.keys, pointerdown: seen.downs, pointerup: seen.ups};
    window.unwatch?.();
    const ends = new AbortController();
    window.unwatch = () => ends.abort();
    for (const [name, list] of Object.entries(events))
        window.addEventListener(name, () => list.push(performance.now()), {capture: true, signal: ends.signal});
    const placeIn = picture => {
        light.drawImage(picture, 16, (picture.naturalHeight ?? picture.height) - 16, 1, 1, 0, 0, 1, 1);
        const [r, g, b] = light.getImageData(0, 0, 1, 1).data;
        return g === 255 - r && b === blue ? r : -1;
    };
    const look = () => {
        if (ends.signal.aborted) return;
        requestAnimationFrame(look);
        const picture = cell.querySelector('.jp-OutputArea img, .jp-OutputArea canvas');
        if (!picture || picture.complete === false) return;
        const isImage = picture.tagName === 'IMG', another = picture.src !== seen.source;
        const place = isImage && !another && seen.place >= 0 ? seen.place
            : isImage && seen.downs.length > seen.ups.length ? -1  // a look costs a decoding: not in a drag
            : placeIn(picture);
        if (isImage ? another : place !== seen.place) seen.pictures.push(performance.now());
        seen.place = place;
        seen.source = picture.src;
    };
    look();
}"""


class Way:
    """One cell of the notebook: an explorer in one way."""

    def __init__(self, page, number: int):
        self.page, self.number = page, number
        self.cell = page.locator(".jp-CodeCell").nth(number)
        row = self.cell.locator(".eos-row").first
        self.own = Slider(row) if row.count() else None  # an explorer's; otherwise one of ipywidgets
        self.handle = self.own.handle if self.own else self.cell.locator(".noUi-handle").first
        self.track = self.cell.locator(".noUi-target").first
        self.latencies: list[float] = []
        self.rates: list[float] = []
        self.tails: list[float] = []

    def wake(self):
        """Keys that do not count: the first starts a thread, and two threads then spoil the picture of `interact`."""
        self.page.evaluate(WATCH, [self.number, BLUE])
        for _ in range(5):
            self.handle.focus()
            self.page.keyboard.press("ArrowRight")
            self.page.wait_for_timeout(2000)
            if self.page.evaluate("() => seen.place") == self.place:
                return
        raise AssertionError(f"cell {self.number} does not show its slider's value")

    @property
    def place(self) -> int:
        """The handle's position."""
        return self.own.place if self.own else int(float(self.handle.get_attribute("aria-valuenow")))

    def at(self, part: float) -> tuple[float, float]:
        """Where on the page this part of the track is."""
        if self.own:
            return self.own.middle(part)
        track, handle = self.track.bounding_box(), self.handle.bounding_box()
        return track["x"] + part * track["width"], handle["y"] + handle["height"] / 2

    def watch(self):
        """Look at this picture, and wait until it shows where the handle is."""
        self.cell.evaluate("cell => cell.scrollIntoView({block: 'center'})")
        self.page.evaluate(WATCH, [self.number, BLUE])
        self.settle()

    def settle(self, place: int | None = None) -> int:
        """Wait until the picture shows this position, or else the handle's."""
        place = self.place if place is None else place
        self.page.wait_for_function("place => window.seen.place === place", arg=place, timeout=8000)
        return place

    def keys(self):
        """One key press after another, each when the picture of the one before has come."""
        self.watch()
        self.handle.focus()
        self.page.wait_for_timeout(200)
        place = self.settle()
        key, step = ("ArrowRight", 1) if place < 50 else ("ArrowLeft", -1)
        for count in range(KEYS):
            self.page.keyboard.press(key)
            place = self.settle(place + step)
            self.latencies.append(self.page.evaluate("() => seen.pictures.at(-1) - seen.keys.at(-1)"))
            self.page.wait_for_timeout(60 + 7 * count)

    def drag(self):
        """Pull the handle to and fro, let it go on its way, and wait for the last picture."""
        self.watch()
        (left, y), (right, _) = self.at(0.0), self.at(1.0)
        box = self.handle.bounding_box()
        x = self.own.middle()[0] if self.own else box["x"] + box["width"] / 2
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        start, turns, first = time.perf_counter(), 0, (x - left) / (right - left)
        while (passed := time.perf_counter() - start) < DRAG_SECONDS:
            part = 1 - abs((first + passed / SWEEP_SECONDS) % 2 - 1)
            self.page.mouse.move(left + part * (right - left), y)
            turns += 1
            time.sleep(max(0.0, start + turns * MOVE_SECONDS - time.perf_counter()))
        self.page.mouse.up()
        self.settle()
        self.page.wait_for_timeout(400)
        seen = self.page.evaluate("() => seen")
        down, up = seen["downs"][-1], seen["ups"][-1]
        times = np.array(seen["pictures"])
        self.rates.append(1000 * ((times > down) & (times < up)).sum() / (up - down))
        self.tails.append(max(0.0, times[-1] - up))


def measure(notebook, scenes: list[tuple[str, str]]) -> dict[tuple[str, str], Way]:
    """Every (explorer, way), after taking turns in so many rounds."""
    ways = {scene: Way(notebook.page, number) for number, scene in enumerate(scenes, start=1)}
    for way in ways.values():
        way.wake()
    for _ in range(ROUNDS):
        for way in ways.values():
            way.keys()
            for _ in range(DRAGS):
                way.drag()
    return ways


def sliders(lab, browser) -> str:
    """The table of explorers and their sliders."""
    scenes = [(name, way) for name in EXPLORERS for way in WAYS]
    path = f"import sys; sys.path.append({str(HERE)!r}); import latency_ways as ways; ways.remember_the_diagram()"
    write_notebook(lab.folder / "latency.ipynb", path, *(f"ways.show{scene}" for scene in scenes))
    notebook = open_page(lab, browser, "latency.ipynb", height=1000)
    notebook.page.evaluate(CANVASES)
    notebook.page.evaluate(DRAW_ALL)
    notebook.run_all()
    notebook.page.locator(".eos-row").nth(4).wait_for()
    notebook.page.evaluate(PLACE_CANVASES, {n: name for n, (name, way) in enumerate(scenes, 1) if way == "canvas"})
    measured = measure(notebook, scenes)
    lines = [
        "| explorer | way | key to picture, median | 95 % of keys | pictures/s in a drag | release to last picture |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for name in EXPLORERS:
        lines += rows(name, {way: measured[name, way] for way in WAYS})
    return "\n".join(lines)


def rows(name: str, ways: dict[str, Way]) -> list[str]:
    """The lines of one explorer, and how it compares."""
    lines = []
    for way, found in ways.items():
        key, late = np.quantile(found.latencies, [0.5, 0.95])
        last = f"{np.median(found.tails):.0f} ms, at most {max(found.tails):.0f}"
        lines.append(f"| {name} | {LABELS[way]} | {key:.0f} ms | {late:.0f} ms | {np.mean(found.rates):.1f} | {last} |")
    key = {way: np.median(found.latencies) for way, found in ways.items()}
    rate = {way: np.mean(found.rates) for way, found in ways.items()}
    slow, fast = key["interact"] / key["explorer"], rate["explorer"] / rate["canvas"]
    lines.append(f"| {name} | compared | `interact` takes {slow:.1f} times as long | | {fast:.0%} of the canvas | |")
    return lines


SECTIONS = (sliders, live)
"""Each takes (lab, browser) and gives one table of latency.md."""


def report() -> str:
    """The whole of latency.md."""
    packages = ("jupyterlab", "ipykernel", "ipywidgets", "matplotlib", "numpy")
    with tempfile.TemporaryDirectory() as home, running_lab(Path(home)) as lab, sync_playwright() as playwright:
        browser = launch(playwright)
        before = os.getloadavg()[0]
        tables = [section(lab, browser) for section in SECTIONS]
        chromium = browser.version
        browser.close()
    versions = ", ".join(f"{name} {version(name)}" for name in packages)
    machine = f"{os.cpu_count()} cores of an {processor()}, load {before:.1f} before the run"
    return "\n\n".join(
        [
            "# Latency",
            f"{machine}; headless Chromium {chromium}, Python {platform.python_version()}, {versions}. "
            "Written by `python benchmarks/latency.py`.",
            f"From a key press to the right picture on the page ({ROUNDS * KEYS} keys), new pictures a second while a "
            f"mouse drags ({ROUNDS * DRAGS} drags), and from its release to the last picture, which is the right one. "
            "All in one run, by turns; without a graphics card, so ratios mean more than times. Targets: a key 60 ms "
            "and a fifth of `interact`, 80 % of the canvas in a drag, 120 ms after release.",
            *tables,
        ]
    ) + "\n"


if __name__ == "__main__":
    text = report()
    print(text)
    Path(__file__).with_suffix(".md").write_text(text, encoding="utf-8")
