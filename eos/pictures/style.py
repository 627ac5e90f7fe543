"""Style: the colours and the look of the course, and how a figure is shown.

No pyplot and no global settings: a figure from `new_figure` carries its look, whatever the
notebook has set.
"""

import functools
import html
import sys
import threading
from base64 import b64encode
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import matplotlib.style
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from eos.validation import instance, shown

CURVE = "#33373f"
"""The function that is descended, and what is neither of those below."""
ITERATES = "#1450d2"
"""The points that gradient descent visits, and their loss."""
BETWEEN = "#693c1e"
"""Half way between two iterates, and what joins them: the secant."""
SHARPNESS = "#a3209a"
"""Curvature at a point, as measured."""
EDGE = "#d93608"
"""The edge of stability, always dashed; and what is beyond it."""
FLOW = "#0f8568"
"""What is continuous: gradient flow, central flow."""
MUTED = "#646a75"
"""Predictions, axes, notes: whatever stands back."""

STYLE = Path(__file__).with_name("eos.mplstyle")
"""The style sheet of every figure."""
DOTS, LECTURE_DOTS, LECTURE = 100, 150, 1.36
"""Dots an inch; as many for a lecture, where all letters, lines and dots are LECTURE times as large."""
DRAWING = threading.RLock()
"""Held while a figure is made or drawn: sliders may call from another thread, and Matplotlib's
settings and its mathtext are shared by all threads."""


@contextmanager
def look():
    """A context in which Matplotlib draws in the course's look, and in no other."""
    with DRAWING, matplotlib.style.context(STYLE, after_reset=True):
        yield


def styled(plot):
    """Decorates a function that draws, so that it does so in the course's look."""

    @functools.wraps(plot)
    def drawn(*args, **kwargs):
        with look():
            return plot(*args, **kwargs)

    return drawn


class StyledFigure(Figure):
    """A figure whose axes are made, and which is drawn, in the course's look."""

    add_subplot = styled(Figure.add_subplot)
    draw = styled(Figure.draw)


@styled
def new_figure(
    size: tuple[float, float] = (9.0, 3.6), lecture: bool = False, sharpness: float = 1.0
) -> StyledFigure:  # fmt: skip
    """An empty figure of that size in inches, 100 dots an inch, or `sharpness` times as many.

    For a lecture 150, and then everything measured in points is larger besides: the same figure on smaller paper,
    drawn at a larger scale.
    """
    scale = LECTURE if lecture else 1.0
    dots = sharpness * (LECTURE_DOTS if lecture else DOTS)
    figure = StyledFigure(figsize=(size[0] / scale, size[1] / scale), dpi=scale * dots)
    FigureCanvasAgg(figure)
    return figure


def small_png(pixels: np.ndarray) -> bytes:
    """RGBA pixels (height, width, 4) on white as a small PNG of at most 256 colours."""
    image = Image.fromarray(np.ascontiguousarray(pixels[..., :3]))
    buffer = BytesIO()
    image.quantize(256, dither=Image.Dither.NONE).save(buffer, "png", optimize=True)
    return buffer.getvalue()


def png_bytes(figure: Figure) -> bytes:
    """The figure, drawn now with all that moves in it, as a small PNG at its own resolution."""
    buffer = BytesIO()
    with look():
        figure.savefig(buffer, format="rgba", dpi="figure")
        width, height = FigureCanvasAgg(figure).get_width_height()
    return small_png(np.frombuffer(buffer.getvalue(), np.uint8).reshape(height, width, 4))


def image_html(png: bytes, alt: str) -> str:
    """One HTML image: the only form in which notebooks keep an alt text."""
    source = b64encode(png).decode("ascii")
    text = html.escape(alt)
    return f'<img alt="{text}" src="data:image/png;base64,{source}" style="max-width:100%">'


def show(picture, alt: str | None = None) -> None:
    """Show a figure once, with a text of 20 characters or more that says what it shows; or a still, which has its own.

    Raises ValueError for a figure without such a text, and for what is no picture.
    """
    from IPython.display import display

    if alt is None and hasattr(picture, "alt"):
        return display(picture._repr_mimebundle_(), raw=True)
    instance("picture", picture, Figure, "a Matplotlib figure, or an explorer's still")
    if not isinstance(alt, str) or len(alt.strip()) < 20:
        raise ValueError(f"alt must say what is to be seen, in 20 characters or more, got {shown(alt)}")
    display({"text/html": image_html(png_bytes(picture), alt), "text/plain": alt}, raw=True)
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        pyplot.close(picture)  # or the notebook would show it a second time
