"""Row: one slider, with all that a hand, a keyboard or a screen reader needs to turn it."""

import math
from collections.abc import Callable
from itertools import pairwise

import ipywidgets as widgets
import traitlets

from eos.pictures.style import DRAWING
from eos.widgets.slider import Slider

MARK = '<i style="left: {percent:.2f}%"></i>'
"""Lies over the track. A style sheet of its own would make the browser style the whole page at each change, and a
widget of its own would be one message more."""


class Handle(widgets.IntSlider):
    """A slider whose values the kernel does not send back: that is a message at every move, and only a second browser
    window on the same kernel would read it.
    """

    value = traitlets.CInt(0).tag(sync=True, echo_update=False)


class Row(widgets.HBox):
    """Label and number box, two step buttons around a handle, and the place of the edge.

    `turned(name, value)` is called when the reader changes the value, and only then. The handle
    counts positions, so it stops at round numbers; the box takes any number in the range.
    """

    def __init__(self, slider: Slider, turned: Callable[[str, float], None], label_width: int):
        self.slider, self.value = slider, slider.start
        self._turned = turned
        # a screen reader says the handle's number: let it be the value where that is possible
        self._first = slider.low if slider.integer and _gapless(slider.values) else 0
        self.box = self._make_box(label_width)
        last = self._first + len(slider.values) - 1
        self.handle = Handle(self._place(), self._first, last, readout=False)
        self.less, self.more = self._make_button("−", False), self._make_button("+", True)
        self.edge = widgets.HTML()
        track = widgets.Box([self.handle, self.edge])
        self.box.observe(self._typed, "value")
        self.handle.observe(self._dragged, "value")
        super().__init__([self.box, self.less, track, self.more])
        for part, name in {self: "row", track: "track", self.edge: "edge"}.items():
            part.add_class(f"eos-{name}")

    def show(self, value: float, edge: float | None = None) -> None:
        """Put every part at this value, and the mark at this edge, without calling `turned`."""
        self.value = value
        self.handle.value = self._place()
        self.box.value = value
        self.edge.value = "" if edge is None else self._edge_html(edge)

    def _make_box(self, label_width: int):
        slider = self.slider
        kind = widgets.BoundedIntText if slider.integer else widgets.BoundedFloatText
        finest = min(b - a for a, b in pairwise(slider.values))
        return kind(
            value=slider.start,
            min=slider.low,
            max=slider.high,
            step=finest if slider.integer else float(f"{finest:.3g}"),
            description=slider.text,
            tooltip=f"{slider.text}: {slider.low:g} to {slider.high:g}",
            style={"description_width": f"{label_width}ch"},
            layout={"width": f"calc({label_width}ch + 7em)"},
        )

    def _make_button(self, sign: str, up: bool) -> widgets.Button:
        hint = f"{'more' if up else 'less'}: {self.slider.text}"
        button = widgets.Button(description=sign, tooltip=hint)
        button.add_class("eos-step")
        button.on_click(lambda _: self._turn(self.slider.neighbour(self.value, up)))
        return button

    def _place(self) -> int:
        """The handle's number for the position nearest to the value."""
        return self._first + round(self.slider.position(self.value))

    def _dragged(self, change) -> None:
        with DRAWING:
            if change["new"] != self._place():
                self._turn(self.slider.values[change["new"] - self._first])

    def _typed(self, change) -> None:
        self._turn(change["new"])

    def _turn(self, value: float) -> None:
        """Tell of a new value; nothing to tell when `show` has put it there."""
        with DRAWING:
            if value != self.value:
                self._turned(self.slider.name, value)

    def _edge_html(self, edge: float) -> str:
        """The edge as a text, and a mark on the handle's track where it lies on it."""
        if not math.isfinite(edge):
            return "<b>no edge</b>"
        text = f"edge at {f'{edge:#.3g}'.rstrip('.')}"
        if edge > self.slider.high:
            return f"<b>{text} →</b>"
        if edge < self.slider.low:
            return f"<b>← {text}</b>"
        return MARK.format(percent=100 * self.slider.position(edge) / (len(self.slider.values) - 1)) + f"<b>{text}</b>"


def _gapless(values: tuple[float, ...]) -> bool:
    """Whether these whole numbers follow each other one by one."""
    return len(values) == values[-1] - values[0] + 1
