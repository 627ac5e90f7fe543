"""A figure as a reader sees it, for contracts that say what must be drawn.

A contract asks each panel for its titles, lines, notes and legend; what nobody asked for is told by `rest`, so that a
line that is new, or drawn where it should not be, has no place to hide.
"""

import numpy as np
from matplotlib.colors import same_color
from matplotlib.lines import Line2D
from matplotlib.text import Text


class Picture:
    """All panels of a figure, in the order in which they were made."""

    def __init__(self, figure):
        self.figure, self.known = figure, set()

    def panels(self) -> list["Panel"]:
        """Those that are to be seen."""
        return [Panel(ax, self.known) for ax in self.figure.axes if ax.get_visible()]

    def legend(self, looks: dict) -> None:
        """The one legend beside the panels."""
        (legend,) = self.figure.legends
        _explains(legend, looks)

    def rest(self) -> list[str]:
        """What is drawn and was not asked for."""
        found = []
        for ax in self.figure.axes:
            if ax.get_visible():
                found += [f"{heading(ax)!r}: {said(part)}" for part in parts(ax) if id(part) not in self.known]
        return found + [f"figure: {text.get_text()!r}" for text in self.figure.texts if id(text) not in self.known]


class Panel:
    """One of the axes. Whatever a method finds is known from then on."""

    def __init__(self, ax, known):
        self.ax, self._known = ax, known

    def named(self, title: str = "", x: str = "", y: str = "") -> "Panel":
        """Title and axis titles are these."""
        assert (heading(self.ax), self.ax.get_xlabel(), self.ax.get_ylabel()) == (title, x, y)
        return self

    def frame(self, x=None, y=None) -> "Panel":
        """It shows this part of the plane."""
        for limits, right in ((self.ax.get_xlim(), x), (self.ax.get_ylim(), y)):
            assert right is None or np.allclose(limits, right, rtol=1e-9), f"{limits} should be {right}"
        return self

    def line(self, color, x, y, marker="None", style="-", label=None, rel=1e-9, tiny=1e-12):
        """There is one line of this look that holds these data; `style` "None" has no strokes. None for no data."""
        x, y = np.asarray(x, float).ravel(), np.asarray(y, float).ravel()
        if not (np.isfinite(x) & np.isfinite(y)).any():
            return None
        alike = [
            line for line in self._lines() if looks(line) == (marker, style) and same_color(line.get_color(), color)
        ]
        for line in alike:
            if holds(line, x, y, rel, tiny) and (label is None or line.get_label() == label):
                self._known.add(id(line))
                return line
        told = "\n".join(map(said, alike or self._lines()))
        looked_for = f"{color} {marker} {style} {label or ''}: {len(x)} places, {x[:2]} {y[:2]} to {x[-1:]} {y[-1:]}"
        raise AssertionError(f"{heading(self.ax)!r} has no {looked_for}, but\n{told}")

    def level(self, color, height, style="--", label=None):
        """There is a line over the whole width at this height."""
        line = self.line(color, [0, 1], [height, height], style=style, label=label)
        assert line.get_transform() == self.ax.get_yaxis_transform(which="grid")
        return line

    def upright(self, color, place, style="--"):
        """There is a line over the whole height at this place."""
        line = self.line(color, [place, place], [0, 1], style=style)
        assert line.get_transform() == self.ax.get_xaxis_transform(which="grid")
        return line

    def note(self, text: str, color=None, at=None) -> Text | None:
        """These words stand there, once, at this place; none, where the text is empty."""
        if not text:
            return None
        texts = [part for part in parts(self.ax) if isinstance(part, Text) and id(part) not in self._known]
        found = [part for part in texts if part.get_text().strip() == text]
        found = [part for part in found if color is None or same_color(part.get_color(), color)]
        found = [part for part in found if at is None or np.allclose(part.get_position(), at, rtol=1e-6, atol=1e-9)]
        told = [(part.get_text(), part.get_color(), part.get_position()) for part in texts]
        assert found, f"{text!r} in {color} at {at} is not among {told}"
        self._known.add(id(found[0]))
        return found[0]

    def edge(self, symbol: str, height: float, ceiling: float = 0.93) -> None:
        """The dashed line at the edge, and its value beside it, or at the ceiling where it is above the picture."""
        from eos.pictures import EDGE

        self.level(EDGE, height)
        low, high = self.ax.get_ylim()
        place = min(height + 0.015 * (high - low), low + ceiling * (high - low))
        self.note(f"{symbol} = {height:.4g}" + " ↑" * bool(height > high), EDGE, (0.985, place))

    def escape(self, step, **more) -> None:
        """Says at which step the run escaped, or nothing."""
        from eos.pictures import EDGE

        self.note("" if step is None else f"escaped at step {step}", EDGE, **more)

    def legend(self, looks: dict) -> None:
        """These words explain lines that look like these; where a line is None, what is not one is explained."""
        _explains(self.ax.get_legend(), looks)

    def others(self, kind) -> list:
        """What is neither line nor text: collections, patches, images of this kind."""
        found = [part for part in parts(self.ax) if isinstance(part, kind) and id(part) not in self._known]
        self._known.update(map(id, found))
        return found

    def _lines(self):
        return [part for part in parts(self.ax) if isinstance(part, Line2D) and id(part) not in self._known]


def heading(ax) -> str:
    """The title, wherever it stands."""
    return "".join(ax.get_title(place) for place in ("left", "center", "right"))


def parts(ax) -> list:
    """Whatever a reader sees inside the axes."""
    kept = [*ax.lines, *ax.texts, *ax.artists, *ax.collections, *ax.patches, *ax.images]
    return [part for part in dict.fromkeys(kept) if part.get_visible() and not _empty(part)]


def _empty(part) -> bool:
    if isinstance(part, Text):
        return not part.get_text().strip()
    return isinstance(part, Line2D) and not np.isfinite(data(part)).all(-1).any()


def data(line) -> np.ndarray:
    """Its places, one a row."""
    xyz = getattr(line, "get_data_3d", line.get_data)()
    return np.stack(np.broadcast_arrays(*(np.ma.filled(np.ma.asarray(part, float), np.nan) for part in xyz)), -1)


def holds(line, x, y, rel=1e-9, tiny=1e-12) -> bool:
    """Whether a line holds these data, gaps where they have gaps."""
    here, there = data(line)[..., :2], np.stack([x, y], -1) if len(x) == len(y) else np.empty((0, 2))
    return here.shape == there.shape and np.allclose(here, there, rtol=rel, atol=tiny, equal_nan=True)


def looks(line) -> tuple[str, str]:
    """Marker and stroke; none, where it has no width."""
    stroke = line.get_linestyle() if line.get_linewidth() > 0 else "None"
    return str(line.get_marker()).replace("none", "None"), stroke


def said(part) -> str:
    """A part of a picture in one line, for messages."""
    if isinstance(part, Line2D):
        xy = data(part)
        ends = f"{len(xy)} places, {xy[:2].tolist()} to {xy[-1:].tolist()}"
        return f"{part.get_color()} {looks(part)} {part.get_label()}: {ends}"
    return f"{part.get_text()!r}" if isinstance(part, Text) else repr(part)


def _explains(legend, right: dict) -> None:
    texts = [text.get_text() for text in legend.get_texts()]
    assert texts == list(right), f"{texts} should be {list(right)}"
    for handle, line in zip(legend.legend_handles, right.values(), strict=True):
        if line is not None:
            assert same_color(handle.get_color(), line.get_color()) and looks(handle) == looks(line), said(line)
