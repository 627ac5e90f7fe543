"""Screen: a figure of its own whose picture is renewed in milliseconds.

What stands still is drawn once and kept as pixels; what moves (`artist.set_animated(True)`) is
drawn over it, from the lowest that has changed on. A change to anything else is seen too, at the
price of one full drawing, which takes about 20 times as long; where one of several axes changes
again and again, only that one is drawn anew.
"""

import re
import struct
import zlib
from collections.abc import Callable, Iterator, Mapping

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D

from eos.pictures.artists import TELLING
from eos.pictures.style import DRAWING, look, new_figure

NEAR = 12
"""Pixels from the pointer within which a point of a line is told."""
NOT_FINITE = re.compile(r"\b(inf|nan)\b")
Update = Callable[..., str]
"""Called with every value by name: moves the artists and says what the picture now shows."""
Setup = Callable[[Figure], Update]
"""Called once with an empty figure: makes axes, fixed limits and artists."""


MOST_KEPT = 12
"""Panels whose figures are kept: a cell that is run again leaves its panel behind, and ipywidgets keeps every one."""
_kept: dict[int, dict] = {}


def kept_screen(screens: dict, scale: float, make: Callable):
    """Of one panel's screens the one of this scale, made where there is none: one as drawn, and one for other pixels.

    The panels that were used longest ago lose theirs, and make them anew when they are used again.
    """
    if scale not in screens:
        for other in screens.keys() - {1.0}:
            del screens[other]
        screens[scale] = make()
    _kept.pop(id(screens), None)
    _kept[id(screens)] = screens
    while len(_kept) > MOST_KEPT:
        _kept.pop(next(iter(_kept))).clear()
    return screens[scale]


def fast_png(pixels: np.ndarray) -> bytes:
    """RGBA pixels (height, width, 4) as a PNG, packed for speed rather than for size."""
    height, width = pixels.shape[:2]
    lines = np.zeros((height, 1 + 4 * width), np.uint8)  # each line starts with a 0: "not filtered"
    lines[:, 1:] = pixels.reshape(height, 4 * width)
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    chunks = (b"IHDR", header), (b"IDAT", zlib.compress(lines, 1)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    """One part of a PNG file: length, kind, data, check sum."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _moving(artist: Artist) -> Iterator[Artist]:
    """The animated artists in this one; what is inside an animated artist is drawn by it."""
    if artist.get_animated():
        yield artist
    else:
        for child in artist.get_children():
            yield from _moving(child)


class Screen:
    """The picture of one `setup`; `show` moves it, `pixels` is what it shows.

    Unless `told`, the artists that answer what a notebook asks (`telling`) are hidden.
    """

    def __init__(
        self, setup: Setup, size: tuple[float, float], lecture: bool = False, told: bool = True, sharpness: float = 1.0
    ):  # fmt: skip
        self._background = None
        self._kept, self._known = None, 0  # pixels that hold so many of the moving artists, the lowest
        self._changing, self._others = None, None
        self._figure = new_figure(size, lecture, sharpness)
        with look():
            self._update = setup(self._figure)
            for artist in self._figure.findobj(lambda artist: artist.get_gid() == TELLING):
                artist.set_visible(told)
            self._moving = sorted(_moving(self._figure), key=lambda artist: artist.zorder)
            for artist in self._moving:
                artist.set_in_layout(False)
            self._figure.get_layout_engine().execute(self._figure)
        # The axes stay where this put them, so that a picture does not depend on the ones before it.
        self._figure.set_layout_engine("none")

    def show(self, values: Mapping[str, float]) -> str:
        """Move the picture to these values and return what the update says; it may raise."""
        with DRAWING:
            reading = self._update(**values)
            self.redraw()
        return reading

    def tells_of_infinity(self, reading: str) -> bool:
        """Whether these words, or a line that moves, hold a value that is not finite: in a browser, where the
        computation itself raises no flags, nothing else tells of an accident. NaN in a line is only a gap.
        """
        lines = (artist for artist in self._moving if isinstance(artist, Line2D))
        return bool(NOT_FINITE.search(reading)) or any(np.isinf(line.get_xydata()).any() for line in lines)

    def redraw(self) -> None:
        """Draw the artists as they stand now."""
        canvas = self._figure.canvas
        with DRAWING:
            if self._background is None or self._figure.stale:
                self._draw_background()
                self._kept, self._known = self._background, 0
            unchanged = next((i for i, artist in enumerate(self._moving) if artist.stale), len(self._moving))
            if unchanged < self._known:
                self._kept, self._known = self._background, 0
            canvas.restore_region(self._kept)
            self._draw_moving(self._known, unchanged)
            if unchanged > self._known:
                self._kept, self._known = canvas.copy_from_bbox(self._figure.bbox), unchanged
            self._draw_moving(unchanged, None)
            for part in (*self._figure.axes, self._figure):
                part.stale = False  # a legend calls itself changed whenever it is drawn

    def _draw_moving(self, first: int, end: int | None) -> None:
        renderer = self._figure.canvas.get_renderer()
        for artist in self._moving[first:end]:
            artist.draw(renderer)

    def _draw_background(self) -> None:
        """What stands still: all of it, or the one of the axes that changes over what the others show."""
        canvas, changed = self._figure.canvas, self._changed_axes()
        images = [artist for artist in self._moving if isinstance(artist, AxesImage) and artist.get_visible()]
        for image in images:
            image.set_visible(False)  # Matplotlib 3.10 draws images that move among what stands still
        if changed is None:
            canvas.draw()
        else:
            if changed is not self._changing:
                self._others = self._without(changed)
            canvas.restore_region(self._others)
            with look():
                changed.draw(canvas.get_renderer())
        for image in images:
            image.set_visible(True)
        self._changing = changed
        self._background = canvas.copy_from_bbox(self._figure.bbox)

    def _without(self, axes: Axes):
        """The pixels of all the rest."""
        axes.set_visible(False)
        try:
            self._figure.canvas.draw()
        finally:
            axes.set_visible(True)
        return self._figure.canvas.copy_from_bbox(self._figure.bbox)

    def _changed_axes(self) -> Axes | None:
        """The axes outside which nothing has changed, if there are such and none overlap them."""
        if self._background is None:
            return None
        changed = [part for part in self._figure.get_children() if part.stale and not part.get_animated()]
        if len(changed) != 1 or changed[0] not in self._figure.axes:
            return None
        rest = (ax.bbox for ax in self._figure.axes if ax is not changed[0])
        return None if any(map(changed[0].bbox.overlaps, rest)) else changed[0]

    @property
    def pixels(self) -> np.ndarray:
        """What it shows now: RGBA, (height, width, 4), a view that the next picture overwrites."""
        return np.asarray(self._figure.canvas.buffer_rgba())

    def place_of(self, axes: int) -> dict[str, float]:
        """Where these axes lie, as parts of the picture, from its upper left corner."""
        (left, low), (right, high) = self._figure.axes[axes].get_position().get_points()
        return {"left": left, "top": 1.0 - high, "width": right - left, "height": high - low}

    def data_at(self, axes: int, x: float, y: float) -> tuple[float, float]:
        """The place in these axes' coordinates at parts x, y of the picture, from its upper left corner."""
        width, height = self._figure.bbox.size
        return tuple(map(float, self._figure.axes[axes].transData.inverted().transform((x * width, (1 - y) * height))))

    def text_at(self, x: float, y: float) -> str:
        """What the nearest point of a line within a few pixels of that place says; nothing where there is none."""
        width, height = self._figure.bbox.size
        here, scale = np.array([x * width, (1 - y) * height]), self._figure.dpi / 100
        found = [
            (*_nearest(line, here), line)
            for ax in self._figure.axes
            if ax.get_visible() and ax.bbox.contains(*here) and not hasattr(ax, "get_zlim")
            for line in ax.lines
            if line.get_visible() and line.get_transform() == ax.transData and len(line.get_xdata())
        ]
        distance, point, line = min(found, key=lambda entry: entry[0], default=(np.inf, None, None))
        return _said(line, *point) if distance <= NEAR * scale else ""


def _nearest(line, here) -> tuple[float, tuple[float, float]]:
    """How many pixels the nearest point of a line is away, and what it is."""
    data = np.column_stack([np.asarray(line.get_xdata(), float), np.asarray(line.get_ydata(), float)])
    with np.errstate(all="ignore"):
        away = np.linalg.norm(line.get_transform().transform(data) - here, axis=1)
    if not np.isfinite(away).any():
        return np.inf, (np.nan, np.nan)
    return float(np.nanmin(away)), tuple(data[np.nanargmin(away)])


def _said(line, x: float, y: float) -> str:
    """A point of a line in words."""
    ax, label = line.axes, str(line.get_label())
    name = (ax.get_ylabel() or "y") if label.startswith("_") else label
    return f"{ax.get_xlabel() or 'x'} {x:.4g}, {name} {y:.4g}"
