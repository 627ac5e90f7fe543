"""Labels that move look like Matplotlib's own texts."""

import io
import itertools

import numpy as np
import pytest
from found import EXPLORERS
from matplotlib.text import Text

from eos import explorers
from eos.live.stage import stage
from eos.pictures.labels import PAPER, Label, add_label
from eos.pictures.style import EDGE, look, new_figure
from eos.widgets.screen import Screen

PLACES = list(itertools.product(("left", "center", "right"), ("bottom", "baseline", "center", "top")))
WORDS = "2/η = 0.7519"


def drawn(lecture=False, label=True, words=WORDS, **settings):
    """The pixels of one text in the middle of a figure."""
    figure = new_figure((3, 1), lecture)
    figure.set_layout_engine("none")
    with look():
        ax = figure.add_axes((0, 0, 1, 1))
        ax.set_axis_off()
        if label:
            add_label(ax, 0.5, 0.5, words, **settings).set_animated(False)
        else:
            ax.text(0.5, 0.5, words, **settings)
    figure.canvas.draw()
    return np.asarray(figure.canvas.buffer_rgba()).astype(int)


def box(pixels):
    """Left, right, top and bottom of what is not white."""
    rows, columns = np.nonzero((pixels[..., :3] < 128).any(axis=-1))
    return np.array([columns.min(), columns.max(), rows.min(), rows.max()])


@pytest.mark.parametrize("lecture", [False, True])
@pytest.mark.parametrize(("ha", "va"), PLACES)
def test_it_stands_where_a_text_would(ha, va, lecture):
    settings = {"ha": ha, "va": va, "weight": "bold", "color": EDGE, "lecture": lecture}
    label, text = drawn(**settings), drawn(label=False, **settings)
    assert np.abs(box(label) - box(text)).max() <= (6 if lecture else 4)  # each letter begins at a whole pixel
    ink = (255 - label[..., :3]).sum() / (255 - text[..., :3]).sum()
    assert ink == pytest.approx(1.0, abs=0.06)


def test_single_letters_are_those_of_matplotlib():
    for letter in "0123456789./=η↑":
        label, text = (drawn(label=kind, words=letter, va="baseline", ha="left") for kind in (True, False))
        ours, theirs = box(label), box(text)
        assert np.abs(ours - theirs).max() <= 1
        cut = [pixels[b[2] : b[2] + 9, b[0] : b[0] + 4] for pixels, b in ((label, ours), (text, theirs))]
        assert np.abs(cut[0] - cut[1]).mean() < 60


def test_full_ink_has_the_colour():
    red, green, blue = (int(EDGE[i : i + 2], 16) for i in (1, 3, 5))
    for settings in ({}, {"bbox": PAPER}):
        pixels = drawn(words="█", color=EDGE, **settings)
        assert ((pixels[..., :3] == (red, green, blue)).all(axis=-1)).sum() > 50


def test_paper_lets_what_is_behind_through_faintly():
    figure = new_figure((3, 1))
    figure.set_layout_engine("none")
    with look():
        ax = figure.add_axes((0, 0, 1, 1))
        ax.set_axis_off()
        figure.set_facecolor("black")
        label = add_label(ax, 0.5, 0.5, " ", bbox=PAPER)
    label.set_animated(False)
    figure.canvas.draw()
    pixels = np.asarray(figure.canvas.buffer_rgba())[..., 0]
    assert pixels.max() == pytest.approx(255 * PAPER["alpha"], abs=2)


def test_empty_and_hidden_labels_leave_nothing():
    assert (drawn(words="", bbox=PAPER) == drawn(words=WORDS, visible=False)).all()


def test_in_a_drawing_program_it_is_an_ordinary_text():
    figure = new_figure((3, 1))
    add_label(figure.subplots(), 0.5, 0.5, "edge").set_animated(False)
    file = io.StringIO()
    with look():
        figure.savefig(file, format="svg")
    assert "<!-- edge -->" in file.getvalue()


@pytest.mark.parametrize("name", [*EXPLORERS, "training"])
def test_every_text_that_moves_is_a_label(name):
    explorer = stage(explorers.training(steps=20).session()) if name == "training" else EXPLORERS[name]
    screen = Screen(explorer.setup, explorer.size)
    texts = [artist for artist in screen._moving if isinstance(artist, Text)]
    assert all(isinstance(text, Label) for text in texts)
