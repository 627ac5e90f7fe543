"""Still: an explorer's picture without the sliders, for one setting or for several."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from eos.pictures.style import image_html, look, new_figure, small_png
from eos.widgets.screen import Screen, Setup

CAPTION_HEIGHT = 0.36
"""Of the line above each picture of a storyboard, in inches."""


@dataclass(frozen=True)
class Still:
    """A PNG and what it shows: one reading a picture, after its setting where there are several."""

    png: bytes = field(repr=False)
    readings: tuple[str, ...]

    @property
    def alt(self) -> str:
        """The text that stands in for the picture."""
        return " ".join(self.readings)

    def __str__(self):
        return "\n".join(self.readings)

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/html": image_html(self.png, self.alt), "text/plain": str(self)}


def still(setup: Setup, size: tuple[float, float], settings: Iterable[tuple[str, Mapping[str, float]]]) -> Still:
    """The pictures of several settings below each other, each under its caption, where that is not empty."""
    screen, rows, readings = Screen(setup, size), [], []
    for caption, values in settings:
        reading = screen.show(values)
        readings.append(f"{caption}: {reading}" if caption else reading)
        rows += [_caption(caption, size[0])] if caption else []
        rows.append(screen.pixels.copy())
    return Still(small_png(np.concatenate(rows)), tuple(readings))


def _caption(text: str, width: float) -> np.ndarray:
    """The pixels of one line of text, `width` inches wide."""
    figure = new_figure((width, CAPTION_HEIGHT))
    with look():
        figure.text(0.01, 0.3, text, fontsize=13, fontweight="bold")
        figure.canvas.draw()
    return np.asarray(figure.canvas.buffer_rgba())
