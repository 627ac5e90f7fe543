"""The panel of a sweep: the explorer of its step sizes, and more of them on request, with a progress bar."""

from __future__ import annotations

from html import escape

import ipywidgets as widgets

from eos.explorers.background import Background
from eos.explorers.screen import Screen
from eos.explorers.step_sizes import step_sizes
from eos.explorers.sweep import Sweep, merge, train
from eos.explorers.widget import Panel
from eos.figures import DRAWING

MOST = 400
"""Step sizes."""


class Progress(widgets.FloatProgress):
    """A progress bar that a cell shows while it computes; a saved notebook keeps its text."""

    def __init__(self, text: str):
        super().__init__(0.0, min=0.0, max=1.0, description=text, style={"description_width": "auto"})
        self.text = text
        self.layout.width = "auto"

    def show(self, share: float) -> None:
        """Move the bar; it appears with the first share."""
        if self.value == 0.0:
            from IPython.display import display

            display(self)
        self.value = share

    def _repr_mimebundle_(self, **kwargs):
        return {**super()._repr_mimebundle_(**kwargs), "text/plain": f"training: {self.text}"}


class SweepPanel(Panel):
    """Picture, sliders, and a button that trains as many step sizes again, between those that there are."""

    def __init__(self, sweep: Sweep):
        self.sweep = sweep
        self.finer = widgets.Button(description="Finer", icon="plus", tooltip="train step sizes in between")
        self.cancel = widgets.Button(description="Cancel", icon="times", disabled=True)
        self.bar = widgets.FloatProgress(0.0, min=0.0, max=1.0, layout={"visibility": "hidden"})
        self._background = Background("step_sizes", self._work, lambda: None, self._ended)
        super().__init__(step_sizes(sweep.runs, sweep.paths, eta=sweep.eta))
        self.finer.on_click(lambda _: self._begin())
        self.cancel.on_click(lambda _: self._background.stop())

    def _parts(self):
        more = widgets.HBox([self.finer, self.cancel, self.bar])
        more.add_class("eos-foot")
        *parts, foot = super()._parts()
        return [*parts, more, foot]

    def _begin(self) -> None:
        etas, runs = self.sweep.between(), self.sweep.runs
        if len(etas) == 0 or len(etas) + len(self.sweep.etas) > MOST:
            self.fault.value = f'<span role="alert">{len(self.sweep.etas)} step sizes are enough.</span>'
            return
        self._pieces = train(runs.potential, runs.x[0, 0], etas, int(runs.steps[-1]), runs.every)
        self._result = None
        self._busy(True)
        self._background.start()

    def _busy(self, busy: bool) -> None:
        self.finer.disabled, self.cancel.disabled, self.bar.value = busy, not busy, 0.0
        self.bar.layout.visibility = "visible" if busy else "hidden"

    def _work(self, seconds: float) -> bool:
        try:
            self.bar.value = next(self._pieces)
        except StopIteration as end:
            self._result = end.value
        return self._result is None

    def _ended(self, error: Exception | None) -> None:
        with DRAWING:
            self._busy(False)
            if error is not None:
                self.fault.value = f'<span role="alert">{escape(f"{type(error).__name__}: {error}")}</span>'
            elif self._result is not None:
                self._replace(merge(self.sweep, *self._result))

    def _replace(self, sweep: Sweep) -> None:
        """Go on with a finer sweep, at the values shown."""
        self.sweep = sweep
        self.explorer = step_sizes(sweep.runs, sweep.paths, **self.values)
        self._screen = Screen(self.explorer.setup, self.explorer.size, lecture=self.lecture.value)
        self.rows = self._make_rows()
        self._redraw()
        self.children = self._parts()
