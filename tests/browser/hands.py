"""What a reader's hands do to one slider of an explorer."""

from __future__ import annotations

COUNT = """image => {  // from now on, how often the picture is replaced, in all and after the button is let go
    const count = window.pictures = {all: 0, late: 0, released: false};
    window.addEventListener('pointerup', () => count.released = true, {capture: true, once: true});
    new MutationObserver(() => { count.all += 1; count.late += count.released; })
        .observe(image, {attributeFilter: ['src']});
}"""


class Slider:
    """One row: a handle on its track, two buttons and a number box."""

    def __init__(self, row):
        self.row, self.page = row, row.page
        self.handle, self.box, self.edge = (row.locator(part) for part in (".eos-handle", ".eos-box", "b"))

    @property
    def value(self) -> float:
        """What the number box says."""
        return float(self.box.input_value())

    @property
    def place(self) -> int:
        """Which of its positions the handle is at."""
        return int(self.handle.input_value())

    @property
    def places(self) -> tuple[int, int]:
        """The first and the last position of the handle."""
        return 0, int(self.handle.get_attribute("max"))

    def at(self, end: str) -> bool:
        """Whether it stands at its "min" or "max"."""
        return self.place == self.places[end == "max"]

    def button(self, sign: str):
        """One of the two step buttons."""
        return self.row.get_by_text(sign, exact=True)

    def press(self, key: str):
        """A key while the handle has the focus."""
        self.handle.focus()
        self.page.keyboard.press(key)

    def type(self, text: str):
        """A number into the box, and Enter."""
        self.box.fill(text)
        self.page.keyboard.press("Enter")

    def middle(self, part: float | None = None) -> tuple[float, float]:
        """Where on the page the handle is, or where it is at this part of its track."""
        box, thumb = self.handle.bounding_box(), self.thumb
        part = self.place / self.places[1] if part is None else part
        return box["x"] + thumb / 2 + part * (box["width"] - thumb), box["y"] + box["height"] / 2

    @property
    def thumb(self) -> float:
        """How wide the handle is, in pixels."""
        return self.handle.evaluate("e => parseFloat(getComputedStyle(e).getPropertyValue('--thumb'))")

    def drag(self, *parts: float, steps: int = 8):
        """The handle to these parts of its track in turn, beyond the end for parts outside 0 to 1."""
        self.row.scroll_into_view_if_needed()
        self.page.mouse.move(*self.middle())
        self.page.mouse.down()
        for part in parts:
            self.page.mouse.move(*self.middle(part), steps=steps)
        self.page.mouse.up()
