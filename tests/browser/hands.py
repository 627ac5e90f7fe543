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
        self.handle, self.track = row.locator(".noUi-handle"), row.locator(".noUi-target")
        self.box = row.locator("input")

    @property
    def value(self) -> float:
        """What the number box says."""
        return float(self.box.input_value())

    @property
    def place(self) -> int:
        """Which of its positions the handle is at."""
        return int(float(self.handle.get_attribute("aria-valuenow")))

    @property
    def places(self) -> tuple[int, int]:
        """The first and the last position of the handle."""
        return tuple(int(float(self.handle.get_attribute(f"aria-value{end}"))) for end in ("min", "max"))

    def at(self, end: str) -> bool:
        """Whether it stands at its "min" or "max"."""
        return self.value == float(self.box.get_attribute(end))

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

    def drag(self, *parts: float, steps: int = 8):
        """The handle to these parts of its track in turn, beyond the end for parts outside 0 to 1."""
        self.row.scroll_into_view_if_needed()
        handle, track = self.handle.bounding_box(), self.track.bounding_box()
        middle = handle["y"] + handle["height"] / 2
        self.page.mouse.move(handle["x"] + handle["width"] / 2, middle)
        self.page.mouse.down()
        for part in parts:
            self.page.mouse.move(track["x"] + part * track["width"], middle, steps=steps)
        self.page.mouse.up()
