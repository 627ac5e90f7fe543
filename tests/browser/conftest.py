"""A real JupyterLab and a real browser; tests are skipped where either is missing.

Run them by name, `pytest tests/browser`: a plain `pytest` leaves this folder out.
"""

from __future__ import annotations

import sys

import pytest
from server import REPO, launch, open_page, running_lab

sys.path.append(str(REPO / "tests"))  # toy.py


def pytest_xdist_auto_num_workers(config):
    """One after the other: each of several processes would start a server and a browser of its own."""
    return 0


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    """A JupyterLab of our own, serving an empty folder."""
    pytest.importorskip("jupyterlab", reason="JupyterLab is not installed")
    with running_lab(tmp_path_factory.mktemp("lab")) as lab:
        yield lab


@pytest.fixture(scope="session")
def browser():
    """Chromium: the system's, or else Playwright's own."""
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    with playwright.sync_playwright() as driver:
        try:
            browser = launch(driver)
        except playwright.Error as error:
            pytest.skip(f"no browser starts here: {str(error).splitlines()[0]}")
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def open_notebook(lab, browser):
    """Opens a notebook by its path below `lab.folder`, its kernel ready, in a page of its own."""
    notebooks = []

    def open_it(path: str, **viewport: int):
        notebooks.append(open_page(lab, browser, path, **viewport))
        return notebooks[-1]

    yield open_it
    for notebook in notebooks:
        notebook.page.context.close()
