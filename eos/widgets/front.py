"""Front: the page's side of a panel. Python keeps all meaning; `front.js` shows it and reports hands and keys."""

from collections.abc import Callable, Mapping
from math import isfinite
from numbers import Real
from pathlib import Path
from types import MappingProxyType

import anywidget
import traitlets

from eos.pictures.style import DRAWING
from eos.validation import is_number, shown

HERE = Path(__file__).parent
MESSAGES = {
    "turn": {}, "touch": {"axes": int, "x": Real, "y": Real}, "hover": {"x": Real, "y": Real},
    "press": str, "paste": str, "rest": Real, "here": object,
}  # fmt: skip
"""What a page may say: a dictionary with these parts, or one thing."""
FAR = 1e6
"""No number of a page is larger."""


def button(text: str, title: str, act: Callable[[], None] | None = None, **more) -> tuple:
    """What a press does, and the looks: `pressed` for one that stays down, `disabled`, `repeats` while held.

    The page itself acts for one that `plays` a slider.
    """
    return act, {"text": text, "title": title, **more}


class Front(anywidget.AnyWidget):
    """Title, picture, text, sliders, buttons and recipe, as far as there are such; what they are is said in traits.

    `hear_<kind>` is called with what a hand does: turn, touch, hover, press, paste, rest, here; a press on button `id`
    calls `acts[id]`. All changes that one message causes go back in one.
    """

    _esm = HERE / "front.js"
    _css = HERE / "front.css"
    me = traitlets.Unicode().tag(sync=True)
    shape = traitlets.Dict().tag(sync=True)
    marks = traitlets.Dict().tag(sync=True)
    buttons = traitlets.Dict().tag(sync=True)
    words = traitlets.Dict().tag(sync=True)
    picture = traitlets.Bytes().tag(sync=True)
    scale = traitlets.Float(1.0).tag(sync=True)
    lecture = traitlets.Bool(False).tag(sync=True)
    frozen = traitlets.Bool(False).tag(sync=True)
    share = traitlets.Float(None, allow_none=True).tag(sync=True)
    tip = traitlets.Dict().tag(sync=True)
    seen = traitlets.Int(0).tag(sync=True)

    def __init__(self):
        super().__init__()
        self.me = self.model_id
        self.on_msg(self._heard)

    def equip(self, bars: Mapping[str, Mapping], tools: Mapping = MappingProxyType({})) -> None:
        """Put buttons, by id, beside the title and, by the name of their group, below."""
        every = {id: made for group in (tools, *bars.values()) for id, made in group.items()}
        self.acts = {id: act for id, (act, _) in every.items() if act}
        self.buttons = {id: looks for id, (_, looks) in every.items()}
        self._places = {"tools": [*tools], "bars": [[name, [*group]] for name, group in bars.items()]}

    def build(self, title: str = "", **more) -> None:
        """Say what there is."""
        empty = {"sliders": [], "touch": [], "picture": False, "recipe": False, "alive": False, "size": [0, 0]}
        self.shape = {**empty, "title": title, **self._places, **more}

    def mark(self, id: str, **changes) -> None:
        """Change what a button says: text, title, pressed, disabled."""
        if changes.items() - self.buttons[id].items():
            self.buttons = {**self.buttons, id: {**self.buttons[id], **changes}}

    def say(self, **words: str) -> None:
        """Change some of the words: reading, alt, recipe, fault."""
        self.words = {**self.words, **words}

    def hear_press(self, id: str) -> None:
        """A button."""
        if id not in self.acts:
            raise ValueError(f"there is no button {shown(id)}")
        if not self.buttons.get(id, {}).get("disabled"):
            self.acts[id]()

    def _heard(self, _, content, buffers) -> None:
        with DRAWING, self.hold_sync():
            number = content.get("n") if isinstance(content, dict) else None
            if not isinstance(number, int) or isinstance(number, bool):
                raise ValueError(f"a message must have a number n, got {shown(content)}")
            try:
                for kind, what in heard(content.get("ops")):
                    if not hasattr(self, f"hear_{kind}"):
                        raise ValueError(f"this panel does not hear {kind}")
                    getattr(self, f"hear_{kind}")(what)
            finally:
                self.seen = number


def heard(ops) -> list[tuple[str, object]]:
    """What a message says, one thing after the other; ValueError for what no page says."""
    if not (isinstance(ops, list) and all(isinstance(op, dict) for op in ops)):
        raise ValueError(f"ops must be a list of dictionaries, got {shown(ops)}")
    said = [item for op in ops for item in op.items()]
    for kind, what in said:
        right = MESSAGES.get(kind) if isinstance(kind, str) else ()
        if isinstance(right, dict):
            sound = isinstance(what, dict) and all(_is(what.get(name), part) for name, part in right.items())
        else:
            sound = _is(what, right or ())
        if not sound:
            raise ValueError(f"a message cannot say {shown(kind)}: {shown(what)}")
    return said


def _is(value, kind) -> bool:
    """Whether it is of this kind; a number must be finite, and none is true or false."""
    if kind in (int, Real):
        return isinstance(value, kind) and is_number(value) and isfinite(value) and abs(value) <= FAR
    return isinstance(value, kind)
