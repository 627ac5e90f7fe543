"""The site, which is the offline edition: `python .ci/build_site.py` made it, and no other machine is asked."""

import json
import re

import numpy as np
import pytest
from driver import poll
from hands import Slider
from offline import OUTPUTS, SHOWN, SITE, open_page, served
from server import REPO

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not (SITE / "index.html").exists(), reason="no site: python .ci/build_site.py"),
]
NOTEBOOKS = sorted(path.name for path in (REPO / "notebooks").glob("*.ipynb"))
PAGES = sorted(path.name for path in SITE.glob("*.html"))
PHONE = {"width": 360, "height": 740}
UPSTREAM = ()
"""What axe finds that is not ours, as (rule, part of a selector): a fix will be noticed."""
PANELS = ".eos-panel:has(.eos-row)"
ACCIDENT = """import numpy as np
from eos.widgets import Explorer, Slider

def setup(figure):
    def update(x):
        return f"The logarithm of {x:g} is {np.log(np.array([x]))[0]:g}."
    return update

Explorer("log", "A logarithm", (Slider("x", 0.0, 1.0, 0.5, "x", step=0.5),), setup)"""


@pytest.fixture(scope="module")
def site():
    with served(SITE) as url:
        yield url


@pytest.fixture
def opened(browser, site):
    """Opens an empty page; each is closed, and must have asked no other machine."""
    pages = []

    def open_it(**more):
        pages.append(open_page(browser, site, **more))
        return pages[-1]

    yield open_it
    for page in pages:
        page.page.context.close()
        assert page.outside() == []


# ---- still pages


@pytest.mark.parametrize("name", PAGES)
def test_a_still_page_fits_a_phone_and_asks_nobody(opened, name):
    page = opened(**PHONE)
    page.go(name)
    assert page.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert page.page.evaluate("[...document.images].every(image => image.complete && image.naturalWidth)")
    assert page.errors == []


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_on_a_still_page(opened, name):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
    page = opened(reduced_motion="reduce")
    page.go(name)
    assert found_by(axe.Axe().run(page.page)) == set()


def found_by(results) -> set:
    """(rule, first selector) of each violation."""
    return {(v["id"], str(node["target"][0])) for v in results.response["violations"] for node in v["nodes"]}


def test_links_on_the_site_lead_somewhere(opened):
    page = opened()
    for name in PAGES:
        page.go(name)
        links = page.page.evaluate("[...document.links].map(link => link.href)")
        for link in {link for link in links if link.startswith(page.url)}:
            path, _, anchor = link.removeprefix(f"{page.url}/").partition("#")
            file, _, query = path.partition("?")
            assert (SITE / (file or "index.html")).is_file(), f"{name}: {link}"
            assert not query or query.removeprefix("path=") in NOTEBOOKS, f"{name}: {link}"
        missing = """[...document.links].filter(link => link.hash && link.pathname === location.pathname)
            .map(link => decodeURIComponent(link.hash.slice(1))).filter(id => !document.getElementById(id))"""
        assert page.page.evaluate(missing) == [], name


def test_the_front_page_moves_within_three_seconds_and_rests_within_seven(opened):
    page = opened()
    assert page.until_the_front_page_moves() < 3
    poll(lambda: page.page.get_by_role("button", name="Play").is_visible(), 7, "rest")


def test_the_front_page_rests_for_those_who_ask_for_less_motion_and_obeys_keys(opened):
    page = opened(reduced_motion="reduce")
    page.go("index.html")
    image, slider = page.page.locator("#moving img"), page.page.get_by_label("step size")
    first, words = image.get_attribute("src"), image.get_attribute("alt")
    page.page.wait_for_timeout(600)
    assert image.get_attribute("src") == first
    slider.press("End")
    assert image.get_attribute("src") != first and image.get_attribute("alt") != words
    assert slider.get_attribute("aria-valuetext") == "3.6"


# ---- live


NUMBER = re.compile(r"-?\d[\d,]*\.?\d*(?:e[-+]?\d+)?")


def same_text(new: str, old: str) -> bool:
    """Whether the words are equal and the numbers close: those of a chaotic run differ from machine to machine."""
    numbers = [[float(found.replace(",", "")) for found in NUMBER.findall(text)] for text in (new, old)]
    return NUMBER.sub("", new) == NUMBER.sub("", old) and np.allclose(*numbers, rtol=0.1, atol=1e-9)


def texts(outputs: list) -> list:
    """What the cells printed, cell by cell."""
    return ["".join("".join(o["text"]) for o in cell or () if o["output_type"] == "stream") for cell in outputs]


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_runs_in_the_browser_as_it_is_stored_and_its_sliders_move(opened, name):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
    page = opened()
    page.open_live(name)
    page.page.evaluate(f"""() => {{ const content = {SHOWN}.content;
        content.notebookConfig = {{...content.notebookConfig, windowingMode: 'none'}}; }}""")
    page.run_all()
    outputs = page.page.evaluate(OUTPUTS)
    faults = [o for cell in outputs for o in cell or () if o["output_type"] == "error" or o.get("name") == "stderr"]
    assert faults == []
    stored = json.loads((REPO / "notebooks" / name).read_text("utf-8"))["cells"]
    for new, old in zip(texts(outputs), texts([cell.get("outputs") for cell in stored]), strict=True):
        assert same_text(new, old), f"{name} says\n{new}\nand is stored with\n{old}"
    assert found_by(axe.Axe().run(page.page, context=".jp-OutputArea")) == set(UPSTREAM)
    panels = page.page.locator(PANELS).all()
    for panel in panels:
        panel.scroll_into_view_if_needed()
        for row in panel.locator(".eos-row").all():
            moves_and_comes_back(panel, Slider(row))
    print(f"{name}: {len(panels)} explorers;", *(f"{key} {value:.1f} s" for key, value in page.seconds.items()))


def moves_and_comes_back(panel, slider):
    """To an end of the slider, with another picture, and back to its start."""
    image, start = panel.locator("img.eos-picture"), slider.place
    old = image.get_attribute("src")
    slider.press("Home" if slider.at("max") else "End")
    poll(lambda: image.get_attribute("src") != old, 5, "another picture")
    panel.get_by_role("button", name=re.compile("Reset|Restart")).click()
    poll(lambda: slider.place == start, 5, "the start")


def test_the_live_view_plays_and_pause_answers_at_once_at_the_fastest_pace(opened):
    page = opened()
    waits = page.play_and_pause()
    print("Pause answers after", *(f"{wait:.2f}" for wait in waits), "s")
    assert np.median(waits) < 0.5


def test_an_accident_is_noted_and_no_recipe_ends_the_computing(opened):
    page = opened()
    page.open_live("00_start_here.ipynb")
    page.write("accident.ipynb", ACCIDENT)
    Slider(page.page.locator(".eos-row").first).press("Home")
    page.page.get_by_text(re.compile("is -inf.*Note from the computation")).first.wait_for(timeout=5_000)
    assert not page.page.locator(".eos-panel progress").is_visible(), "None comes as undefined there"
    recipe = page.page.get_by_label("recipe")
    for deep in ("-" * 3000 + "1", "(" * 190 + "-" * 80 + "1" + ")" * 190):
        recipe.fill(f"log(x={deep})")
        recipe.press("Enter")
        page.page.get_by_text(re.compile(r"a recipe looks like log\(x=0")).first.wait_for(timeout=5_000)
        recipe.fill("log(x=0.5)")
        recipe.press("Enter")
        page.page.get_by_text("The logarithm of 0.5 is").first.wait_for(timeout=5_000)
        recipe.fill("log(x=0)")
        recipe.press("Enter")
        page.page.get_by_text("is -inf").first.wait_for(timeout=5_000)
