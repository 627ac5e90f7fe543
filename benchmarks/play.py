"""Half an hour with the live view in a real JupyterLab, under restless hands.

    python benchmarks/play.py [minutes]      # writes benchmarks/play.md; 30 minutes unless said otherwise

While a network trains, the slider is dragged, stepped and typed into, the pace changed, edge tests made, buttons
pressed, the lecture size switched, all by chance. Then, at a fixed pace and size, what could grow is measured.
Needs the extra `browser`.
"""

import random
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parent / "tests" / "browser"))

from driver import write_notebook  # noqa: E402
from hands import Slider  # noqa: E402
from latency_live import CELL, COUNT  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402
from server import launch, open_page, running_lab  # noqa: E402

ROWS, KEYS, SECONDS = 10, 5, 4.0
LOOP = 1_000_000
HEAD = "minutes|moves|sent/s|seen/s|steps/s|kernel's CPU|key to value|kernel's memory|page's heap|a fixed loop"
FORMS = ("{:.1f}", "{:.1f}", "{:.0f}", "{:.0f} %", "{:.0f} ms", "{:.0f} MB", "{:.0f} MB", "{:.0f} ms")
STATE = """import os
pages = int(open('/proc/self/statm').read().split()[1])
print(pages * os.sysconf('SC_PAGESIZE') / 2**20, time.process_time(), panel.session.run.step,
      sent[0], not panel.words.get('fault'))"""
COUNT_SENT = "sent = [0]; panel.observe(lambda _: sent.append(sent.pop() + 1), 'picture')"
KEY = """handle => new Promise(done => {  // from a key to the value that the kernel answers
    const box = handle.closest('.eos-row').querySelector('input');
    const before = box.value, start = performance.now();
    const look = () => box.value === before && performance.now() - start < 5000
        ? requestAnimationFrame(look) : done(performance.now() - start);
    handle.addEventListener('keydown', () => requestAnimationFrame(look), {once: true});
})"""


class Play:
    """The live view in a page, and the hands on it."""

    def __init__(self, notebook):
        self.notebook, self.page = notebook, notebook.page
        self.panel = self.page.locator(".eos-panel").first
        self.slider = Slider(self.panel.locator(".eos-row").first)
        self.chance, self.moves, self.escapes = random.Random(0), 0, 0
        self.devtools = self.page.context.new_cdp_session(self.page)
        self.devtools.send("Performance.enable")

    def press(self, name: str):
        """A button, by its text."""
        self.panel.get_by_role("button", name=name).first.click()

    def move(self):
        """One thing that a reader may do."""
        acts = {
            "drag": (10, lambda: self.slider.drag(self.chance.random(), self.chance.random())),
            "key": (6, lambda: self.slider.press(self.chance.choice(["ArrowLeft", "ArrowRight", "PageUp", "Home"]))),
            "step": (3, lambda: self.slider.button(self.chance.choice("−+")).click()),
            "type": (2, lambda: self.slider.type(f"{self.chance.uniform(0.12, 0.6):.3g}")),
            "pace": (2, lambda: self.press(self.chance.choice(["slow motion", "watch", "fastest", "fastest"]))),
            "edge test": (1, lambda: self.press("Edge test")),
            "jump": (2, lambda: self.press(self.chance.choice(["η ÷ 1.5", "η × 1.5"]))),
            "restart": (0.2, lambda: self.press("Restart")),
            "lecture": (0.3, lambda: self.press("Lecture size")),
        }
        weights = [weight for weight, _ in acts.values()]
        self.chance.choices([act for _, act in acts.values()], weights)[0]()
        self.moves += 1
        self.page.wait_for_timeout(self.chance.uniform(50, 800))
        if self.panel.get_by_role("button", name="Play").count():
            self.go_on()

    def go_on(self):
        """It stands, after a restart or an escape: play again."""
        if self.notebook.execute("print(panel.session.run.escaped_at)").strip() != "None":
            self.escapes += 1
            self.press("Go back")
        self.press("Play")

    def measure(self) -> list[float]:
        """One line of the table, but for time and moves."""
        if "eos-lecture" in (self.panel.get_attribute("class") or ""):
            self.press("Lecture size")
        self.press("watch")
        self.page.wait_for_timeout(1000)
        loop = machine()
        first, begun = self.notebook.execute(STATE).split(), time.perf_counter()
        pictures = self.page.evaluate(COUNT, SECONDS)
        last, passed = self.notebook.execute(STATE).split(), time.perf_counter() - begun
        assert last[-1] == "True", "the view shows a fault"
        self.devtools.send("HeapProfiler.collectGarbage")
        metrics = {m["name"]: m["value"] for m in self.devtools.send("Performance.getMetrics")["metrics"]}
        cpu, steps, sent = ((float(last[n]) - float(first[n])) / passed for n in (1, 2, 3))
        heap = metrics["JSHeapUsedSize"] / 2**20
        return [sent, pictures, steps, 100 * cpu, self.key(), float(last[0]), heap, max(loop, machine())]

    def key(self) -> float:
        """Milliseconds from a key to the answered value, in the median."""
        found = []
        self.slider.type("0.3")
        for n in range(KEYS):
            self.page.wait_for_timeout(200)
            self.slider.handle.focus()
            waiting = self.page.evaluate_handle(f"() => ({{promise: ({KEY})(document.activeElement)}})")
            self.page.keyboard.press("ArrowRight" if n % 2 else "ArrowLeft")
            found.append(waiting.evaluate("w => w.promise"))
        return float(np.median(found))


def machine() -> float:
    """Milliseconds for a loop that is always the same: how slow the machine is just now."""
    begun = time.perf_counter()
    sum(range(LOOP))
    return 1000 * (time.perf_counter() - begun)


def rows(minutes: float) -> tuple[list[str], Play]:
    """The lines of the table, while the play goes on."""
    lines = []
    with tempfile.TemporaryDirectory() as home, running_lab(Path(home)) as lab, sync_playwright() as playwright:
        write_notebook(lab.folder / "play.ipynb", CELL)
        notebook = open_page(lab, launch(playwright), "play.ipynb", height=1000)
        notebook.run_all()
        notebook.page.wait_for_selector(".eos-handle")
        notebook.execute(COUNT_SENT)
        play = Play(notebook)
        play.press("Play")
        begun = time.monotonic()
        for row in range(ROWS + 1):
            while time.monotonic() - begun < 60 * minutes * row / ROWS:
                play.move()
            found = play.measure()
            entry = [f"{(time.monotonic() - begun) / 60:.0f}", f"{play.moves}"]
            entry += [form.format(value) for form, value in zip(FORMS, found, strict=True)]
            lines.append(f"| {' | '.join(entry)} |")
            print(lines[-1], flush=True)
        assert not notebook.complaints, notebook.complaints
    return lines, play


if __name__ == "__main__":
    table, play = rows(float(sys.argv[1]) if len(sys.argv) > 1 else 30)
    text = "\n".join(
        [
            "# Half an hour of play",
            "",
            "Written by `python benchmarks/play.py`: the live view of the [1-100-1] network in JupyterLab, in headless "
            "Chromium, moved by chance all the time. Each line is measured at the pace of 300 steps/s: pictures sent "
            "by the kernel and seen in the page; the fixed loop says how slow the machine was just then. The page's "
            f"console told no error and no warning, and the run escaped {play.escapes} times (governor on).",
            "",
            f"|{HEAD}|",
            "|---" * (HEAD.count("|") + 1) + "|",
            *table,
        ]
    )
    Path(__file__).with_suffix(".md").write_text(text + "\n", encoding="utf-8")
