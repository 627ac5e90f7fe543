"""Panel: an explorer brought to life with ipywidgets.

Every change redraws once, in the callback itself: the front end keeps only the latest value
while a callback runs, so a slider never lags behind the hand.
"""

from collections.abc import Callable, Iterable
from html import escape
from pathlib import Path

import ipywidgets as widgets
import numpy as np

from eos.pictures.style import DRAWING, EDGE, ITERATES, image_html, small_png
from eos.widgets.later import Later
from eos.widgets.row import Row
from eos.widgets.screen import Screen, fast_png

COLOURS = f".eos-panel {{ --eos-edge-colour: {EDGE}; --eos-handle-colour: {ITERATES}; }}"
CSS = f"<style>{COLOURS}\n{Path(__file__).with_name('panel.css').read_text(encoding='utf-8')}</style>"
AUTO = {"width": "auto"}


def row(parts: Iterable[widgets.Widget], name: str) -> widgets.HBox:
    """Parts side by side, to which the style sheet gives this name."""
    box = widgets.HBox(list(parts))
    box.add_class(f"eos-{name}")
    return box


class Panel(widgets.VBox):
    """Picture, reading, sliders, buttons and recipe of one explorer.

    `values` are those shown, `reading` is what the picture says. What the explorer's update raises
    is raised when the panel is made; later it is shown in the reading. Panels of another kind give other `acts`, an
    `arrangement` of their own, or a recipe that they write (`written`) and `restore`.
    """

    def __init__(self, explorer):
        self.explorer, self.values = explorer, explorer.values()
        self._screen = Screen(explorer.setup, explorer.size, told=explorer.told)
        self.image, self.text, self.fault = widgets.Image(format="png"), widgets.HTML(), widgets.HTML()
        self.lecture = widgets.ToggleButton(description="Lecture size")
        self.tell = widgets.ToggleButton(explorer.told, description="Names and edges", layout=AUTO)
        self.recipe = widgets.Text(description="recipe", continuous_update=False, style={"description_width": "auto"})
        title = widgets.HTML(f'{CSS}<span class="eos-title">{escape(explorer.title)}</span>')
        tells = [self.tell] if explorer.presets or explorer.edges else []
        self.head = row([title, *tells, self.lecture], "head")
        self.buttons = {name: self._button(name, act) for name, act in self.acts().items()}
        self.foot = row([*self.buttons.values(), self.recipe, self.fault], "foot")
        self.recipe.add_class("eos-recipe")
        self.fault.add_class("eos-fault")
        self._say = Later(self._show_words)
        self._make_rows()
        self._draw()
        self._tell()
        super().__init__(self.arrangement())
        self.add_class("eos-panel")
        if not explorer.edges:
            self.add_class("eos-edgeless")
        self.lecture.observe(lambda _: self._resize(), "value")
        self.tell.observe(lambda _: self._resize(), "value")
        self.recipe.observe(self._pasted, "value")

    def acts(self) -> dict[str, Callable[[], None]]:
        """What the buttons beside the recipe do, by name: presets and Reset, each from the start values."""
        presets = {**self.explorer.presets, "Reset": {}}
        return {name: lambda p=preset: self.go(**self.explorer.values(**p)) for name, preset in presets.items()}

    def arrangement(self) -> list[widgets.Widget]:
        """Everything from top to bottom."""
        return [self.head, self.image, self.text, *self.rows.values(), self.foot]

    def written(self) -> str:
        """The recipe of what is shown."""
        return self.explorer.recipe(**self.values)

    def restore(self, recipe: str) -> None:
        """Show what a recipe says; ValueError and no change if it cannot be."""
        self.go(**self.explorer.parse(recipe))

    def go(self, **given: float) -> None:
        """Change these values and redraw once; ValueError and no change if one cannot be."""
        with DRAWING:
            self.values = self.explorer.values(**{**self.values, **given})
            self.redraw()

    def redraw(self) -> None:
        """Show the values; what goes wrong is put into words, not raised at a slider."""
        try:
            self._draw()
        except Exception as error:
            self.reading = f"This cannot be drawn, so the last picture stays. {type(error).__name__}: {error}"
            self._edges = {}
        self._tell()

    def show_explorer(self, explorer) -> None:
        """Put another explorer of the same kind in this one's place, at the values shown."""
        self.explorer = explorer
        self._make_rows()
        self._resize()
        self.children = self.arrangement()

    def show_rows(self) -> None:
        """Put every slider and every mark of the edge where it belongs."""
        for name, slider in self.rows.items():
            slider.show(self.values[name], self._edges.get(name))

    def show_picture(self) -> None:
        """Draw, and note what the picture says and where the edges are."""
        self.reading = self._screen.show(self.values)
        self.image.value = fast_png(self._screen.pixels)

    def show_names(self) -> None:
        """Call the presets by what happens there, or, until that is told, by numbers."""
        for number, name in enumerate(self.explorer.presets, start=1):
            self.buttons[name].description = name if self.tell.value else str(number)

    def show_reading(self) -> None:
        """Let the reading be read."""
        self.text.value = f'<p class="eos-reading" role="status" aria-live="polite">{escape(self.reading)}</p>'

    def complain(self, problem: str) -> None:
        """Say beside the recipe what cannot be; nothing, where there is no problem."""
        self.fault.value = f'<span role="alert">{escape(problem)}</span>' if problem else ""

    def _button(self, name: str, act: Callable[[], None]) -> widgets.Button:
        button = widgets.Button(description=name, layout=AUTO, icon="undo" if name == "Reset" else "")
        button.on_click(lambda _: act())
        return button

    def _make_rows(self) -> None:
        width = max(len(slider.text) for slider in self.explorer.sliders) + 1
        turned = lambda name, value: self.go(**{name: value})  # noqa: E731
        self.rows = {slider.name: Row(slider, turned, width) for slider in self.explorer.sliders}

    def _pasted(self, change) -> None:
        with DRAWING:
            try:
                if change["new"] != self.written():
                    self.restore(change["new"])
                self.complain("")
            except ValueError as error:
                self.complain(str(error))

    def _resize(self) -> None:
        with DRAWING:
            self._screen = Screen(self.explorer.setup, self.explorer.size, self.lecture.value, self.tell.value)
            (self.add_class if self.lecture.value else self.remove_class)("eos-lecture")
            self.redraw()

    def _draw(self) -> None:
        notes = set()
        tell = {"divide": "call", "over": "call", "invalid": "call"}
        with np.errstate(**tell, call=lambda kind, _: notes.add(kind)):
            self._edges = self.explorer.edge_values(**self.values) if self.tell.value else {}
            self.show_picture()
        if notes:
            self.reading += f" (Note from the computation: {', '.join(sorted(notes))}.)"

    def _tell(self) -> None:
        """Bring everything but the picture up to date."""
        self.show_rows()
        self.show_names()
        self._say()
        self.complain("")

    def _show_words(self) -> None:
        with DRAWING:
            self.show_reading()
            self.recipe.value = self.written()

    def __repr__(self):
        return f"{self.written()}\n{self.reading}"

    def _repr_mimebundle_(self, **kwargs):
        bundle = super()._repr_mimebundle_(**kwargs)
        picture = image_html(small_png(self._screen.pixels), self.reading)
        return {**bundle, "text/html": picture, "text/plain": repr(self)}
