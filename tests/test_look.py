"""Colours that all can tell apart, type that can be read, figures that say what they show."""

import io
import itertools
import re

import matplotlib
import numpy as np
import pytest
from matplotlib.colors import to_rgb
from PIL import Image

from eos.pictures import style as figures
from eos.pictures.style import BETWEEN, CURVE, EDGE, FLOW, ITERATES, MUTED, SHARPNESS, look, new_figure, show

COLOURS = {"CURVE": CURVE, "BETWEEN": BETWEEN, "ITERATES": ITERATES, "EDGE": EDGE, "SHARPNESS": SHARPNESS, "FLOW": FLOW}
# What is seen of linear RGB without the cones for long, middle or short waves:
# Machado, Oliveira and Fernandes, IEEE TVCG 15 (2009), severity 1.
SEEN = {
    "all": np.eye(3),
    "no long": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "no middle": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "no short": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
ALT = "A line that rises from the lower left to the upper right."


def linear(colour):
    """Linear RGB of an sRGB colour."""
    c = np.asarray(to_rgb(colour))
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def lab(rgb):
    """CIE L*a*b* of linear RGB, against the white of the screen."""
    ratio = XYZ @ np.clip(rgb, 0, 1) / XYZ.sum(axis=1)
    x, y, z = np.where(ratio > 216 / 24389, np.cbrt(ratio), (24389 / 27 * ratio + 16) / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def contrast(colour):
    """The contrast of a colour with white, after WCAG 2."""
    return 1.05 / (linear(colour) @ XYZ[1] + 0.05)


@pytest.mark.parametrize("colour", [*COLOURS.values(), MUTED])
def test_colours_can_be_read_on_white_as_text(colour):
    assert contrast(colour) >= 4.5


@pytest.mark.parametrize("eyes", SEEN)
def test_colours_differ_for_all_eyes(eyes):
    for (one, a), (two, b) in itertools.combinations(COLOURS.items(), 2):
        distance = np.linalg.norm(lab(SEEN[eyes] @ linear(a)) - lab(SEEN[eyes] @ linear(b)))
        assert distance > 20, f"{one} and {two} look alike"


@pytest.mark.parametrize(("scale", "least"), [(1, 10), (figures.LECTURE, 13.5)])
def test_type_is_large_and_dark_enough(scale, least):
    with look():
        settings = dict(matplotlib.rcParams)
    sizes = [settings[name] for name in settings if re.search(r"(font\.|title|label)size$", name)]
    assert min(size for size in sizes if isinstance(size, float)) * scale >= least
    for name in ("text.color", "axes.labelcolor", "axes.titlecolor", "xtick.labelcolor"):
        assert contrast(settings[name]) >= 4.5
    assert contrast(settings["axes.edgecolor"]) >= 3


def test_the_cycle_is_made_of_the_colours():
    with look():
        cycle = matplotlib.rcParams["axes.prop_cycle"].by_key()["color"]
    assert {f"#{colour.lstrip('#')}" for colour in cycle} == {*COLOURS.values(), MUTED}


def test_the_look_leaves_no_trace_and_takes_none():
    with matplotlib.rc_context({"lines.linewidth": 7, "font.size": 33}):
        before = dict(matplotlib.rcParams)
        figure = new_figure((4, 3))
        ax = figure.subplots()
        figures.png_bytes(figure)
        assert dict(matplotlib.rcParams) == before
    assert ax.xaxis.label.get_fontsize() == 11


def test_plots_take_the_look_of_their_figure():
    @figures.styled
    def plot_line(ax):
        return ax.plot([0, 1])[0]

    with matplotlib.rc_context({"lines.linewidth": 7}):
        assert plot_line(new_figure().subplots()).get_linewidth() == 2


def test_png_bytes_show_what_moves_too():
    pictures = []
    for animated in (False, True):
        figure = new_figure((4, 3))
        figure.subplots().plot([0, 1], color=ITERATES, animated=animated)
        pictures.append(figures.png_bytes(figure))
    assert pictures[0] == pictures[1]
    assert Image.open(io.BytesIO(pictures[0])).size == (400, 300)


def test_a_lecture_has_more_pixels():
    png = figures.png_bytes(new_figure((4, 3), lecture=True))
    assert Image.open(io.BytesIO(png)).size == (600, 450)


def test_show_displays_once_with_its_text(monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.display.display", lambda data, raw: shown.append(data))
    figure = new_figure((4, 3))
    figure.subplots().plot([0, 1])
    assert show(figure, ALT + " <&>") is None
    (data,) = shown
    assert data["text/plain"] == ALT + " <&>"
    assert data["text/html"].startswith(f'<img alt="{ALT} &lt;&amp;&gt;" src="data:image/png;')
    assert set(data) == {"text/html", "text/plain"}


def test_show_closes_a_figure_made_with_pyplot(monkeypatch):
    from matplotlib import pyplot

    monkeypatch.setattr("IPython.display.display", lambda data, raw: None)
    with matplotlib.rc_context({"backend": "agg"}):
        figure = pyplot.figure()
        show(figure, ALT)
        assert figure.number not in pyplot.get_fignums()


@pytest.mark.parametrize("alt", ["", "a plot", " " * 30])
def test_a_figure_must_say_what_it_shows(alt):
    with pytest.raises(ValueError, match="alt must say"):
        show(new_figure(), alt)
