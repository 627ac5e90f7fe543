"""Panel: an explorer brought to life with ipywidgets.

Every change redraws once, in the callback itself: the front end keeps only the latest value
while a callback runs, so a slider never lags behind the hand.
"""

from __future__ import annotations

from html import escape

import ipywidgets as widgets
import numpy as np

from eos.explorers.frame import Explorer
from eos.explorers.later import Later
from eos.explorers.row import Row
from eos.explorers.screen import Screen, fast_png
from eos.figures import DRAWING, EDGE, ITERATES, image_html, small_png

CSS = f"""<style>
.eos-panel {{ max-width: 100%; overflow: hidden; }}
.eos-panel .jupyter-widgets {{ font-size: var(--jp-widgets-font-size); }}
.eos-panel .widget-html-content {{ font-size: inherit; line-height: 1.4; }}
.eos-panel img.widget-image {{ max-width: 100%; max-height: 65vh; width: auto; height: auto;
  align-self: flex-start; }}
.eos-head {{ justify-content: space-between; align-items: center; }}
.eos-title {{ font-size: 1.15em; font-weight: 600; }}
.eos-reading {{ min-height: 2.8em; margin: 0; }}
.eos-row, .eos-foot {{ align-items: center; }}
.eos-row > * {{ flex: 0 0 auto; }}
.eos-row > .eos-track {{ flex: 1 1 8em; position: relative; min-width: 6em; overflow: visible; }}
.eos-track > .widget-hslider {{ flex: 1 1 auto; width: auto; min-width: 0; }}
.eos-track > .eos-edge {{ position: absolute; inset: 0 calc(var(--jp-widgets-slider-handle-size) / 2);
  width: auto; height: auto; margin: 0; pointer-events: none; }}
.eos-edge i {{ position: absolute; top: 10%; bottom: 10%; margin-left: -1.5px; border-left: 3px solid {EDGE}; }}
.eos-edge b {{ position: absolute; left: calc(100% + var(--jp-widgets-slider-handle-size) / 2 + 3em);
  color: {EDGE}; white-space: nowrap; line-height: var(--jp-widgets-inline-height); }}
.eos-row {{ padding-right: 8em; }}
.eos-edgeless .eos-row {{ padding-right: 0; }}
.eos-row .noUi-handle {{ background: {ITERATES}; border-color: {ITERATES}; }}
.eos-row .noUi-handle:focus-visible {{ outline: 3px solid {EDGE}; outline-offset: 2px; }}
.eos-step {{ width: 2.4em; padding: 0; font-weight: 700; }}
.eos-foot {{ flex-flow: row wrap; }}
.eos-recipe {{ flex: 1 1 24em; width: auto; }}
.eos-fault {{ color: {EDGE}; }}
.eos-lecture {{ --jp-widgets-font-size: 20px; --jp-widgets-inline-height: 36px;
  --jp-widgets-slider-handle-size: 26px; --jp-widgets-slider-track-thickness: 8px; }}
</style>"""
READING = '<p class="eos-reading" role="status" aria-live="polite">{}</p>'


class Panel(widgets.VBox):
    """Picture, reading, sliders, presets and recipe of one explorer.

    `values` are those shown, `reading` is what the picture says. What the explorer's update raises
    is raised when the panel is made; later it is shown in the reading.
    """

    def __init__(self, explorer: Explorer):
        self.explorer, self.values = explorer, explorer.values()
        self._screen = Screen(explorer.setup, explorer.size)
        self.image = widgets.Image(format="png")
        self.text = widgets.HTML()
        self.rows = self._make_rows()
        self.lecture = widgets.ToggleButton(description="Lecture size")
        self.recipe = widgets.Text(
            description="recipe", continuous_update=False, style={"description_width": "auto"}
        )
        self.fault = widgets.HTML()
        self.buttons = self._make_buttons()
        self._say = Later(self._show_words)
        self._draw()
        self._tell()
        super().__init__(self._parts())
        self.add_class("eos-panel")
        if not explorer.edges:
            self.add_class("eos-edgeless")
        self.lecture.observe(self._resize, "value")
        self.recipe.observe(self._pasted, "value")

    def go(self, **given: float) -> None:
        """Change these values and redraw once; ValueError and no change if one cannot be."""
        with DRAWING:
            self.values = self.explorer.values(**{**self.values, **given})
            self._redraw()

    def _make_rows(self) -> dict[str, Row]:
        label_width = max(len(slider.text) for slider in self.explorer.sliders) + 1
        return {slider.name: Row(slider, self._turned, label_width) for slider in self.explorer.sliders}

    def _make_buttons(self) -> dict[str, widgets.Button]:
        """One for each preset, by name, and Reset; each starts from the start values."""
        buttons = {}
        for name, preset in {**self.explorer.presets, "Reset": {}}.items():
            button = buttons[name] = widgets.Button(description=name, layout={"width": "auto"})
            button.on_click(lambda _, preset=preset: self.go(**self.explorer.values(**preset)))
        buttons["Reset"].icon = "undo"
        return buttons

    def _parts(self) -> list[widgets.Widget]:
        """Everything from top to bottom."""
        title = widgets.HTML(f'{CSS}<span class="eos-title">{escape(self.explorer.title)}</span>')
        head = widgets.HBox([title, self.lecture])
        foot = widgets.HBox([*self.buttons.values(), self.recipe, self.fault])
        named = {"head": head, "foot": foot, "recipe": self.recipe, "fault": self.fault}
        for name, part in named.items():
            part.add_class(f"eos-{name}")
        return [head, self.image, self.text, *self.rows.values(), foot]

    def _turned(self, name: str, value: float) -> None:
        self.go(**{name: value})

    def _pasted(self, change) -> None:
        with DRAWING:
            if change["new"] == self._recipe():
                return
            try:
                self._restore(change["new"])
            except ValueError as error:
                self.fault.value = f'<span role="alert">{escape(str(error))}</span>'

    def _recipe(self) -> str:
        """The line that says what is shown."""
        return self.explorer.recipe(**self.values)

    def _restore(self, recipe: str) -> None:
        """Show what a recipe says; ValueError and no change if it cannot be."""
        self.go(**self.explorer.parse(recipe))

    def _resize(self, change) -> None:
        with DRAWING:
            self._screen = Screen(self.explorer.setup, self.explorer.size, lecture=change["new"])
            (self.add_class if change["new"] else self.remove_class)("eos-lecture")
            self._redraw()

    def _redraw(self) -> None:
        """Show the values; what goes wrong is put into words, not raised at a slider."""
        try:
            self._draw()
        except Exception as error:
            problem = f"{type(error).__name__}: {error}"
            self.reading = f"This cannot be drawn, so the last picture stays. {problem}"
            self._edges = {}
        self._tell()

    def _draw(self) -> None:
        """Show the values in the picture, and note what it says."""
        notes = set()
        tell = {"divide": "call", "over": "call", "invalid": "call"}
        with np.errstate(**tell, call=lambda kind, _: notes.add(kind)):
            self.reading = self._screen.show(self.values)
            self._edges = self.explorer.edge_values(**self.values)
        if notes:
            self.reading += f" (Note from the computation: {', '.join(sorted(notes))}.)"
        self.image.value = fast_png(self._screen.pixels)

    def _tell(self) -> None:
        """Bring everything but the picture up to date."""
        for name, row in self.rows.items():
            row.show(self.values[name], self._edges.get(name))
        self._say()
        self.fault.value = ""

    def _show_words(self) -> None:
        with DRAWING:
            self.text.value = READING.format(escape(self.reading))
            self.recipe.value = self._recipe()

    def __repr__(self):
        return f"{self._recipe()}\n{self.reading}"

    def _repr_mimebundle_(self, **kwargs):
        bundle = super()._repr_mimebundle_(**kwargs)
        picture = image_html(small_png(self._screen.pixels), self.reading)
        return {**bundle, "text/html": picture, "text/plain": repr(self)}
