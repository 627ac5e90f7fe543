"""Write site.md: the notebooks in the browser's Python beside a native JupyterLab, by turns, in one Chromium.

    python .ci/build_site.py
    python benchmarks/site.py [notebooks/01_parabola.ipynb ...]
"""

import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parent / "tests" / "browser"))

from offline import SITE, served  # noqa: E402
from offline import open_page as open_site  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402
from server import REPO, launch, open_page, running_lab  # noqa: E402


def natively(lab, browser, path: Path) -> tuple[float, float]:
    """Seconds until a kernel of JupyterLab answers, and for all cells."""
    shutil.copy(path, lab.folder)
    start = time.monotonic()
    notebook = open_page(lab, browser, path.name)
    ready = time.monotonic()
    notebook.run_all()
    done = time.monotonic()
    notebook.page.context.close()
    lab.end_sessions()
    return ready - start, done - ready


def in_browser(url: str, browser, path: Path) -> tuple[float, float]:
    """The same on the site."""
    page = open_site(browser, url)
    page.open_live(path.name)
    page.run_all()
    page.page.context.close()
    return page.seconds["kernel"], page.seconds["cells"]


def at_first(url: str, browser) -> str:
    """What meets a reader first, in a sentence."""
    pages = [open_site(browser, url) for _ in range(2)]
    moves, waits = pages[0].until_the_front_page_moves(), pages[1].play_and_pause()
    for page in pages:
        page.page.context.close()
    said = f"The front page moves {moves:.1f} s after it was asked for. In the live view, at its fastest, *Pause* is "
    return said + f"obeyed after {median(waits):.2f} s (median of {len(waits)}, at most {max(waits):.2f})."


def main() -> None:
    """Measure each notebook here and there, and write the table."""
    paths = [Path(name).resolve() for name in sys.argv[1:]] or sorted((REPO / "notebooks").glob("*.ipynb"))
    lines = [
        f"`{' '.join(['python benchmarks/site.py', *sys.argv[1:]])}`: seconds until the kernel answers, "
        "and for all cells, "
        f"by turns in one Chromium, on a machine with {os.cpu_count()} cores and a load of {os.getloadavg()[0]:.0f}.",
        "",
        "| notebook | JupyterLab: kernel | cells | in the browser: kernel | cells | cells, times native |",
        "|---|---|---|---|---|---|",
    ]
    with (
        tempfile.TemporaryDirectory() as home,
        running_lab(Path(home)) as lab,
        served(SITE) as url,
        sync_playwright() as driver,
    ):
        browser = launch(driver)
        for path in paths:
            (ready, cells), (far_ready, far_cells) = natively(lab, browser, path), in_browser(url, browser, path)
            row = f"{ready:.1f} | {cells:.1f} | {far_ready:.1f} | {far_cells:.1f} | {far_cells / cells:.1f}"
            lines.append(f"| {path.stem} | {row} |")
            print(lines[-1], flush=True)
        lines += ["", at_first(url, browser)]
        browser.close()
    (HERE / "site.md").write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
