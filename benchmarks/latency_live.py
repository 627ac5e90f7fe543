"""The live view's part of latency.md: pictures and steps a second while a network trains in the page."""

import numpy as np
from driver import write_notebook
from server import open_page

ROUNDS, SECONDS = 3, 4.0
PACES = ("watch", "fastest")

CELL = """import time
from eos import explorers
from eos.live.panel import PACES
panel = explorers.training(steps=1500).panel()
panel"""
PLAIN = f"""run, begun = explorers.training(steps=3000).run, time.perf_counter()
while time.perf_counter() - begun < {SECONDS / 2}:
    run.advance(10)
print((run.step - 3000) / (time.perf_counter() - begun))"""
NOW = "print(panel.session.run.step, time.perf_counter())"
COUNT = """seconds => new Promise(done => {  // pictures that come within so many seconds
    const start = performance.now();
    let pictures = 0, source = '';
    const look = () => {
        const image = document.querySelector('img.eos-picture');
        if (image.src !== source) pictures += 1;
        source = image.src;
        if (performance.now() - start < 1000 * seconds) requestAnimationFrame(look);
        else done((pictures - 1) / seconds);
    };
    look();
})"""


def played(notebook, pace: str) -> tuple[float, float]:
    """Pictures and steps a second while it plays at this pace."""
    notebook.page.get_by_role("button", name=pace).first.click()
    notebook.page.get_by_role("button", name="Play").first.click()
    notebook.page.wait_for_timeout(700)
    first = notebook.execute(NOW).split()
    pictures = notebook.page.evaluate(COUNT, SECONDS)
    last = notebook.execute(NOW).split()
    notebook.page.get_by_role("button", name="Pause").first.click()
    notebook.page.wait_for_timeout(300)
    return pictures, (int(last[0]) - int(first[0])) / (float(last[1]) - float(first[1]))


def live(lab, browser) -> str:
    """The table of the live view."""
    write_notebook(lab.folder / "live.ipynb", CELL)
    notebook = open_page(lab, browser, "live.ipynb", height=1000)
    notebook.run_all()
    notebook.page.wait_for_selector(".eos-handle")
    plain, seen = [], {pace: [] for pace in PACES}
    for _ in range(ROUNDS):
        plain.append(float(notebook.execute(PLAIN, 60)))
        for pace in PACES:
            seen[pace].append(played(notebook, pace))
    bare = np.median(plain)
    lines = [
        "Live training of [1-100-1] on 20 points, sharpness at every second step or more often, by turns with the same "
        "steps in a plain loop. Targets: 20 pictures/s, and 60 % of the plain loop at the fastest pace.",
        "",
        "| live training | pictures/s | steps/s | of the plain loop |",
        "| --- | --- | --- | --- |",
        f"| plain loop, no view | | {bare:.0f} | |",
    ]
    for pace, found in seen.items():
        pictures, steps = np.median(found, axis=0)
        lines.append(f"| {pace} | {pictures:.1f} | {steps:.0f} | {steps / bare:.0%} |")
    return "\n".join(lines)
