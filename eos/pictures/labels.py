"""Labels: texts that move. Matplotlib lays out and draws a text anew each time, and a number takes as long as all the
lines of a picture; here each letter is drawn once and kept.
"""

from functools import lru_cache
from math import ceil

import numpy as np
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.colors import to_rgb
from matplotlib.font_manager import FontProperties
from matplotlib.text import Text

PAPER = {"facecolor": "white", "alpha": 0.8, "edgecolor": "none", "pad": 1.5}
"""A ground that lets the lines behind a label through, faintly."""
MARGIN = 2
"""Pixels above, below and beside the letters that belong to a label's picture."""


class Label(Text):
    """One upright line of text without formulas, in pixels; on anything but pixels it is an ordinary text."""

    def draw(self, renderer):
        """As in Matplotlib."""
        if not isinstance(renderer, RendererAgg):
            super().draw(renderer)
        elif self.get_visible() and self.get_text():
            ground = self.get_bbox_patch()
            picture, depth = _picture(
                self.get_text(),
                to_rgb(self.get_color()),
                0.0 if ground is None else ground.get_alpha(),
                self.get_fontproperties(),
                renderer.dpi,
            )
            height, width = picture.shape[:2]
            x, y = self.get_transform().transform(self.get_position())
            left = {"left": MARGIN, "center": width / 2, "right": width - MARGIN}[self.get_ha()]
            low = {"bottom": MARGIN, "baseline": depth, "center": height / 2, "top": height - MARGIN}[self.get_va()]
            gc = renderer.new_gc()
            renderer.draw_image(gc, round(x - left), round(y - low), picture)
            gc.restore()
        self.stale = False


def add_label(ax, x: float, y: float, text: str = "", **settings) -> Label:
    """A label that moves, added to the axes as `ax.text` would add it."""
    settings = {"transform": ax.transData, "va": "baseline", "clip_on": False, "animated": True, **settings}
    return ax.add_artist(Label(x, y, text, **settings))


@lru_cache(256)
def _picture(text: str, color, paper: float, font: FontProperties, dpi: float) -> tuple[np.ndarray, float]:
    """RGBA from the lowest row up, on a white ground of opacity `paper`, and how many rows lie below the base line."""
    letters = [_letter(letter, font, dpi) for letter in text]
    depth = letters[0][1]
    ink = np.pad(np.concatenate([cover for cover, _ in letters], axis=1), ((0, 0), (MARGIN, MARGIN)))[..., None] / 255
    picture = np.empty((*ink.shape[:2], 4))
    picture[..., 3:] = ink + (1 - ink) * paper
    ratio = np.divide(ink, picture[..., 3:], out=np.zeros_like(ink), where=ink > 0)
    picture[..., :3] = 1 - ratio * (1 - np.array(color))
    return np.rint(255 * picture[::-1]).astype(np.uint8), depth


@lru_cache(1024)
def _letter(letter: str, font: FontProperties, dpi: float) -> tuple[np.ndarray, int]:
    """How far it covers each pixel of its place, 0 to 255, and how many rows lie below the base line."""
    room = RendererAgg(1, 1, dpi)
    _, line, descent = room.get_text_width_height_descent("lp", font, False)
    width = room.get_text_width_height_descent(f"|{letter}|", font, False)[0]
    width = round(width - room.get_text_width_height_descent("||", font, False)[0])
    depth = ceil(descent) + MARGIN
    height = ceil(line - descent) + MARGIN + depth
    room = RendererAgg(max(width, 1), height, dpi)
    room.draw_text(room.new_gc(), 0, height - depth, letter, font, 0)
    return np.asarray(room.buffer_rgba())[..., 3].copy(), depth
