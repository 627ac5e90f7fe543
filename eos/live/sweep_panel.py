"""The panel of a sweep: the explorer of its step sizes, and more of them on request, with a progress bar."""

import ipywidgets as widgets
from IPython import get_ipython
from IPython.display import display

from eos.pictures.style import DRAWING
from eos.widgets.background import Background
from eos.widgets.front import button
from eos.widgets.panel import Panel

MOST_SIZES = 400


class Progress(widgets.FloatProgress):
    """A progress bar that a cell shows while it computes; a saved notebook keeps its text."""

    def __init__(self, text: str):
        super().__init__(0.0, min=0.0, max=1.0, description=text, style={"description_width": "auto"})
        self.text = text
        self.layout.width = "auto"

    def show(self, share: float) -> None:
        """Move the bar; it appears with the first share, where there is a notebook."""
        if self.value == 0.0 and get_ipython() is not None:
            display(self)
        self.value = share

    def __repr__(self):
        return f"training: {self.text}"


class SweepPanel(Panel):
    """Picture, sliders, and a button that trains as many step sizes again, between those that there are.

    A `sweep` gives its `explorer(**values)`, the step sizes `between()`, and `finer()`, the work piece by piece that
    returns a finer sweep.
    """

    def __init__(self, sweep):
        self.sweep = sweep
        self._background = Background("step_sizes", self._work, lambda: None, self._ended)
        super().__init__(sweep.explorer())

    def bars(self):
        """With what grows finer."""
        finer = button("+ Finer", "train step sizes in between", self._begin)
        cancel = button("Cancel", "stop training", self._background.stop, disabled=True)
        return {**super().bars(), "more step sizes": {"finer": finer, "cancel": cancel}}

    def _begin(self) -> None:
        count, more = len(self.sweep.etas), len(self.sweep.between())
        if more == 0 or more + count > MOST_SIZES:
            return self.complain(f"{count} step sizes are enough.")
        self._pieces, self._result = self.sweep.finer(), None
        self._busy(0.0)
        self._background.start()

    def _busy(self, share: float | None) -> None:
        self.mark("finer", disabled=share is not None)
        self.mark("cancel", disabled=share is None)
        self.share = share

    def _work(self, seconds: float) -> bool:
        try:
            self.share = next(self._pieces)
        except StopIteration as end:
            self._result = end.value
        return self._result is None

    def _ended(self, error: Exception | None) -> None:
        with DRAWING:
            self._busy(None)
            if error is not None:
                self.complain(f"{type(error).__name__}: {error}")
            elif self._result is not None:
                self.sweep = self._result
                self.show_anew(explorer=self.sweep.explorer(**self.values))
