"""For every reader: nothing told by colour alone, nothing that flashes, no slider without words, in any explorer."""

from collections import defaultdict
from itertools import pairwise

import numpy as np
import pytest
from found import EXPLORERS
from matplotlib.colors import to_hex

from eos.explorers import training
from eos.live.stage import stage
from eos.widgets.screen import Screen

PICTURES = 25
LARGE = 341 * 256 / 4
"""Pixels that must brighten or darken for a flash: a quarter of the middle of the sight (WCAG 2.2, general flash)."""
NOTHING = ("None", "none", "", " ", None)


@pytest.fixture(params=EXPLORERS)
def explorer(request):
    """Each of the library."""
    return EXPLORERS[request.param]


def looks(ax) -> dict[tuple, set[str]]:
    """The colours of the lines to be seen in one panel, by all else that tells lines apart."""
    colours = defaultdict(set)
    for line in ax.lines:
        drawn = line.get_linestyle() not in NOTHING, line.get_marker() not in NOTHING
        if line.get_visible() and any(drawn) and np.isfinite(np.asarray(line.get_ydata(), float)).any():
            dashes = drawn[0] and (*np.ravel(line._unscaled_dash_pattern[1]), round(line.get_linewidth(), 1))
            dots = drawn[1] and (line.get_marker(), round(line.get_markersize()), line.get_markerfacecolor() == "none")
            colours[dashes, dots].add(to_hex(line.get_color()))
    return colours


def test_no_two_lines_differ_by_colour_alone(explorer):
    screen = Screen(explorer.setup, explorer.size)
    screen.show(explorer.values())
    for ax in screen._figure.axes:
        assert all(len(colours) == 1 for colours in looks(ax).values()), looks(ax)


def test_two_lines_that_differ_by_colour_alone_are_seen():
    screen = Screen(lambda figure: figure.subplots().plot([1, 2], "r", [2, 1], "b") and (lambda x: "two"), (4, 3))
    screen.show({"x": 0.0})
    assert [len(colours) for colours in looks(screen._figure.axes[0]).values()] == [2]


def test_every_slider_has_words_of_its_own_and_a_box_that_says_its_range(explorer):
    rows = explorer.panel().shape["sliders"]
    assert len({row["label"] for row in rows}) == len(rows) == len(explorer.sliders)
    for row, slider in zip(rows, explorer.sliders, strict=True):
        assert len(row["label"].split()[0]) > 1, "a symbol alone is read as a letter"
        assert f"{slider.low:g}" in row["hint"] and f"{slider.high:g}" in row["hint"]


def brightness(screen) -> np.ndarray:
    """Relative luminance of each pixel, 0 to 1."""
    linear = (screen.pixels[..., :3] / 255.0) ** 2.2
    return linear @ (0.2126, 0.7152, 0.0722)


def flashes(shown: list[np.ndarray]) -> bool:
    """Whether enough pixels for a flash become much brighter or darker from one picture to the next."""
    steps = ((np.abs(a - b) >= 0.1) & (np.minimum(a, b) < 0.8) for a, b in pairwise(shown))
    return any(step.sum() > LARGE for step in steps)


def test_what_plays_does_not_flash(explorer):
    screen = Screen(explorer.setup, explorer.size)
    for slider in (slider for slider in explorer.sliders if slider.name == "steps"):
        shown = []
        for steps in slider.values[:PICTURES]:
            screen.show(explorer.values(steps=steps))
            shown.append(brightness(screen))
        assert not flashes(shown)


def test_a_training_does_not_flash():
    session, shown = training().session(), []
    explorer = stage(session)
    screen = Screen(explorer.setup, explorer.size)
    for _ in range(PICTURES):
        session.run.advance(100)
        screen.show(explorer.values(eta=session.run.eta))
        shown.append(brightness(screen))
    assert not flashes(shown) and flashes([shown[0], 0 * shown[0]])
