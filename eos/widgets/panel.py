"""Panel: an explorer brought to life. Every change redraws once, at once: the page sends only the newest value while
a picture is made, so a slider never lags behind the hand.
"""

from collections import deque
from functools import partial
from math import isfinite

import numpy as np

from eos.pictures.style import DRAWING, image_html, small_png
from eos.validation import shown
from eos.widgets.front import Front, button
from eos.widgets.later import Later
from eos.widgets.screen import Screen, fast_png, kept_screen
from eos.widgets.slider import Slider, number

SHARPEST = 3.0
"""The largest scale at which a picture is drawn for a page with fine pixels."""
INVITATION = "<p>Run this cell to drag.</p>"
"""Below the picture that a saved notebook keeps."""
STEPS = "steps"
"""The slider that can be played, where an explorer has it."""


class Panel(Front):
    """Picture, reading, sliders, buttons and recipe of one explorer.

    `values` are those shown, `reading` is what the picture says. What the explorer's update raises
    is raised when the panel is made; later it is shown in the reading. Panels of another kind give other `bars`
    and `tools`, or a recipe that they write (`written`) and `restore`.
    """

    def __init__(self, explorer):
        self.explorer, self.values, self.told = explorer, explorer.values(), explorer.told
        self.reading, self._edges, self._past, self._gesture = "", {}, deque(maxlen=100), None
        super().__init__()
        self._say = Later(self.show_words)
        self.equip(self.bars(), self.tools())
        self.acts |= {f"reset {slider.name}": partial(self._reset, slider.name) for slider in explorer.sliders}
        self._screens = {}
        self._draw()
        self._build()
        self._tell()

    def bars(self) -> dict[str, dict]:
        """The groups of buttons below: what plays, and presets and Reset, each from the start values."""
        settings = {
            _id(name): button(name, "a setting worth a visit", self._to(preset), pressed=False)
            for name, preset in self.explorer.presets.items()
        }
        settings[_id("Reset")] = button("Reset", "back to the start", self._to({}))
        if STEPS not in self.values:
            return {"settings": settings}
        play = {
            "play": button("Play", "add one step after the other", plays=STEPS),
            "step": button("One step", "add one step; hold to go on", self._step, repeats=True),
        }
        return {"play": play, "settings": settings}

    def tools(self) -> dict[str, tuple]:
        """The buttons beside the title."""
        made = {
            "undo": button("Undo", "take the last move back (Ctrl Z)", self.undo),
            "tell": button("Names and edges", "name the presets, and mark the edges", self._tell_or_hide),
            "lecture": button("Lecture size", "everything larger, for a room", self._enlarge),
        }
        if not (self.explorer.presets or self.explorer.edges):
            del made["tell"]
        return made

    def written(self) -> str:
        """The recipe of what is shown."""
        return self.explorer.recipe(**self.values)

    def restore(self, recipe: str) -> None:
        """Show what a recipe says; ValueError and no change if it cannot be."""
        self._leap(**self.explorer.parse(recipe))

    def go(self, **given: float) -> None:
        """Change these values and redraw once; ValueError and no change if one cannot be."""
        with DRAWING, self.hold_sync():
            self.values = self.explorer.values(**{**self.values, **given})
            self.redraw()

    def turn(self, name: str, value: float) -> None:
        """One slider to one value, as a hand does it: a move that can be taken back."""
        if value != self.values[name]:
            self._leap(**{name: value})

    def undo(self) -> None:
        """Take the last move back."""
        if self._past:
            self.go(**self._past.pop())
            self._gesture = None

    def redraw(self) -> None:
        """Show the values; what goes wrong is put into words, not raised at a slider."""
        try:
            self._draw()
        except Exception as error:
            self.reading = f"This cannot be drawn, so the last picture stays. {type(error).__name__}: {error}"
            self._edges = {}
        self._tell()

    def show_anew(self, **changed) -> None:
        """Draw all of it on new figures: `told` or not, in `lecture` size or not, or another `explorer` of its kind."""
        with DRAWING, self.hold_sync():
            for name, value in changed.items():
                setattr(self, name, value)
            self._screens.clear()
            self.redraw()
            self._build()

    def show_rows(self) -> None:
        """Put every slider and every mark of the edge where it belongs."""
        self.marks = {slider.name: self._mark(slider) for slider in self.explorer.sliders}

    def show_picture(self, scale: float = 1.0) -> None:
        """Draw, and note what the picture says."""
        screen = self._screen(scale)
        self.reading = screen.show(self.values)
        self.picture, self.scale = fast_png(screen.pixels), scale

    def show_buttons(self) -> None:
        """Call the presets by what happens there, or, until that is told, by numbers, and mark the one shown."""
        self.mark("undo", disabled=not self._past)
        self.mark("lecture", pressed=self.lecture)
        if "tell" in self.buttons:
            self.mark("tell", pressed=self.told)
        for place, (name, preset) in enumerate(self.explorer.presets.items(), start=1):
            here = self.values == self.explorer.values(**preset)
            self.mark(_id(name), text=name if self.told else str(place), pressed=here)

    def show_words(self) -> None:
        """Let the words be read."""
        with DRAWING:
            self.say(reading=self.reading, alt=self.reading, recipe=self.written())

    def complain(self, problem: str) -> None:
        """Say beside the recipe what cannot be; nothing, where there is no problem."""
        self.say(fault=problem)

    def hear_turn(self, turn: dict) -> None:
        """Sliders at positions, or with numbers typed beside them."""
        turned = {name: value for name, value in turn.items() if name != "gesture"}
        try:
            given = {name: self._slider(name).turned(value) for name, value in turned.items()}
            self._leap(turn.get("gesture"), **given)
        except ValueError as error:
            self.show_rows()
            self.marks = {name: {**mark, "again": self.seen} for name, mark in self.marks.items()}  # or none is sent
            self.complain(str(error))

    def hear_touch(self, touch: dict) -> None:
        """The start, dragged on the picture."""
        if touch["axes"] not in self.explorer.touch:
            raise ValueError(f"axes must be one of {[*self.explorer.touch]}, got {touch['axes']}")
        place = self._screen().data_at(touch["axes"], touch["x"], touch["y"])
        given = self.explorer.touch[touch["axes"]](*place)
        nearest = {name: self._slider(name).nearest(value) for name, value in given.items()}
        if any(self.values[name] != value for name, value in nearest.items()):
            self._leap(touch.get("gesture"), **nearest)

    def hear_hover(self, place: dict) -> None:
        """The pointer over the picture: say the value that it is on."""
        text = self._shown().text_at(place["x"], place["y"])
        self.tip = {**place, "text": text} if text else {}

    def hear_paste(self, recipe: str) -> None:
        """A recipe."""
        try:
            if recipe != self.written():
                self.restore(recipe)
            self.complain("")
        except ValueError as error:
            self.say(fault=str(error), recipe=recipe)

    def hear_rest(self, scale: float) -> None:
        """The hand rests: the picture once more, at the page's own pixels."""
        if scale > 0:
            self.show_picture(min(max(scale, 0.4), SHARPEST))

    def _step(self) -> None:
        self.turn(STEPS, self._slider(STEPS).neighbour(self.values[STEPS], up=True))

    def _tell_or_hide(self) -> None:
        self.show_anew(told=not self.told)

    def _enlarge(self) -> None:
        self.show_anew(lecture=not self.lecture)

    def _to(self, preset):
        """What leads to a preset, from the start values."""
        return lambda: self._leap(**self.explorer.values(**preset))

    def _reset(self, name: str) -> None:
        self._leap(**{name: self._slider(name).start})

    def _leap(self, gesture: int | None = None, **given: float) -> None:
        """A move that can be taken back; what one drag does is one move."""
        before = self.values
        with self.hold_sync():
            if gesture is None or gesture != self._gesture:
                self._past.append(before)
            try:
                self.go(**given)
            except ValueError:
                self._past.pop()
                raise
            self._gesture = gesture

    def _slider(self, name: str) -> Slider:
        found = [slider for slider in self.explorer.sliders if slider.name == name]
        if not found:
            raise ValueError(f"{self.explorer.name} has no {shown(name)}")
        return found[0]

    def _screen(self, scale: float = 1.0) -> Screen:
        """The screen of this scale: one as drawn, and one for a page with other pixels."""
        setup, size = self.explorer.setup, self.explorer.size
        return kept_screen(self._screens, scale, lambda: Screen(setup, size, self.lecture, self.told, scale))

    def _shown(self) -> Screen:
        """The one as drawn, showing what is shown: drawn once more where it was given up for other panels."""
        if 1.0 not in self._screens:
            self.show_picture()
        return self._screen()

    def _build(self) -> None:
        screen, sliders = self._screen(), self.explorer.sliders
        hints = {s.name: f"{s.text}: any number from {number(s.low)} to {number(s.high)}" for s in sliders}
        rows = [
            {"id": s.name, "label": s.text, "texts": [number(v) for v in s.values], "hint": hints[s.name]}
            for s in sliders
        ]
        hint = "drag: the start follows"
        touch = [{"axes": axes, "hint": hint, **screen.place_of(axes)} for axes in self.explorer.touch]
        height, width = screen.pixels.shape[:2]
        self.build(
            self.explorer.title, sliders=rows, touch=touch, picture=True, recipe=True, alive=self.alive,
            size=[width, height],
        )  # fmt: skip

    alive = False
    """Whether the page shall give signs of life."""

    def _mark(self, slider: Slider) -> dict:
        value, edge = self.values[slider.name], self._edges.get(slider.name)
        told = None if edge is None else edge_text(slider, self.explorer.edges[slider.name].says, edge)
        return {"place": slider.position(value), "text": number(value), "edge": told}

    def _draw(self) -> None:
        notes = set()
        tell = {"divide": "call", "over": "call", "invalid": "call"}
        with np.errstate(**tell, call=lambda kind, _: notes.add(kind)):
            self._edges = self.explorer.edge_values(**self.values) if self.told else {}
            self.show_picture()
        if not notes and self._screen().tells_of_infinity(self.reading):
            notes.add("a value that is not finite")
        if notes:
            self.reading += f" (Note from the computation: {', '.join(sorted(notes))}.)"

    def _tell(self) -> None:
        """Bring everything but the picture up to date."""
        self.show_rows()
        self.show_buttons()
        self._say()
        if self.words.get("fault"):
            self.complain("")

    def __repr__(self):
        return f"{self.written()}\n{self.reading}"

    def _repr_mimebundle_(self, **kwargs):
        bundle, *_ = super()._repr_mimebundle_(**kwargs)
        picture = image_html(small_png(self._shown().pixels), self.reading)
        return {**bundle, "text/html": picture + INVITATION, "text/plain": repr(self)}


def _id(preset: str) -> str:
    return f"preset {preset}"


def edge_text(slider: Slider, says: str, edge: float) -> dict:
    """What stands at a slider about its edge, and where on the track it is marked, as a part; None beyond its ends."""
    if not isfinite(edge):
        return {"text": "no edge", "part": None}
    text = f"{says} = {f'{edge:#.3g}'.rstrip('.')}"
    if edge > slider.high:
        return {"text": f"{text} →", "part": None}
    if edge < slider.low:
        return {"text": f"← {text}", "part": None}
    return {"text": text, "part": slider.position(edge) / (len(slider.values) - 1)}
