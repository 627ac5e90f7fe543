"""Saved notebooks in every viewer, and for every reader: rules for the stored files.

GitHub, nbviewer, nbconvert and Colab show an HTML output whose <img> holds a base64 PNG; some drop styles, and all drop
scripts and widgets. Print and VS Code's restricted mode may drop the HTML, and show the plain text. What PyCharm and
Colab do was read, not tried.
"""

import base64
import html
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

NOTEBOOKS = sorted((Path(__file__).resolve().parents[1] / "notebooks").glob("*.ipynb"))
IMG = re.compile(r"<img\b[^>]*>")
SAFE_TAGS = {"img", "p", "pre", "details", "summary", "div", "br", "b", "i", "em", "strong"}
PNG_START = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request) -> dict:
    """Each notebook as stored."""
    return json.loads(request.param.read_text("utf-8"))


def bundles(notebook: dict) -> list[dict[str, str]]:
    """The data of each output, each kind as one string."""
    outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", [])]
    return [{mime: "".join(text) for mime, text in output["data"].items()} for output in outputs if "data" in output]


def prose(notebook: dict) -> str:
    """All markdown, without blocks of code."""
    text = "\n\n".join("".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "markdown")
    return re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)


class Tags(HTMLParser):
    """Every tag with its attributes."""

    def __init__(self, text: str):
        super().__init__()
        self.met = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.met.append((tag, dict(attributes)))


def test_a_picture_is_html_that_no_viewer_drops(notebook):
    for bundle in bundles(notebook):
        assert "text/html" not in bundle or "text/plain" in bundle
        for tag, attributes in Tags(bundle.get("text/html", "")).met:
            assert tag in SAFE_TAGS
            assert not [name for name in attributes if name.startswith("on")]
            if tag == "img":
                head, _, data = attributes["src"].partition(",")
                assert head == "data:image/png;base64" and base64.b64decode(data).startswith(PNG_START)


def test_a_picture_is_no_wider_than_a_page_without_its_style(notebook):
    """Bytes 16 to 20 of a PNG are its width; viewers that drop `max-width` show so many pixels."""
    for bundle in bundles(notebook):
        for found in re.findall(r"base64,([A-Za-z0-9+/=]{40})", bundle.get("text/html", "")):
            assert int.from_bytes(base64.b64decode(found)[16:20]) <= 1000


def test_where_html_is_dropped_the_words_remain(notebook):
    for bundle in bundles(notebook):
        for alt in re.findall(r'alt="([^"]*)"', bundle.get("text/html", "")):
            assert " ".join(html.unescape(alt).split()) in " ".join(bundle["text/plain"].split())


def test_words_that_stand_for_a_picture_say_what_is_found(notebook):
    for bundle in bundles(notebook):
        for alt in re.findall(r'alt="([^"]*)"', bundle.get("text/html", "")):
            assert len(alt) >= 20 and not re.match(r"(a |the )?(plot|figure|image|picture|graph)\b", alt, re.IGNORECASE)


def test_tables_have_a_row_of_headings(notebook):
    text = prose(notebook)
    for block in re.findall(r"(?:^\|.*\n?)+", text, re.MULTILINE):
        first, second, *_ = block.splitlines()
        assert re.fullmatch(r"[|\s:-]+", second) and re.search(r"\w", first)


def test_prose_is_no_picture_and_no_bare_address(notebook):
    text = prose(notebook)
    assert not IMG.search(text)
    assert not re.search(r"(?<![(<\"`@+])\bhttps?://", text)
