"""Live: the panel of a network that trains while the reader changes its step size."""

from __future__ import annotations

from html import escape
from math import inf
from time import perf_counter

import ipywidgets as widgets

from eos.explorers.background import FRAME, Background
from eos.explorers.frame import read_recipe
from eos.explorers.moves import read_moves, recipe
from eos.explorers.screen import fast_png
from eos.explorers.stage import stage
from eos.explorers.training import Session, Training, replay
from eos.explorers.widget import READING, Panel
from eos.figures import DRAWING

PACES = {"slow motion": 10, "watch": 300, "fastest": inf}
"""Steps a second."""
FASTEST_FRAME = 1 / 22
"""Seconds from picture to picture at the fastest pace: what is not drawn is trained."""
MOST_STEPS = 2_000_000
"""Playing stops after this many steps: a closed tab cannot stop it."""
MOST_DUE = 0.2
"""Seconds of steps that may be caught up after a pause of the kernel."""
TELL_EVERY = 0.5
"""Seconds between two texts while it plays: a screen reader reads each aloud."""
HINT = "Pause stops it. The kernel's interrupt button does not."


class LivePanel(Panel):
    """The panel of a `Training`: play, pause, single step, pace, edge test, the way back, and the governor's switch."""

    def __init__(self, training: Training):
        self.training, self.session = training, training.session()
        self.play = widgets.ToggleButton(description="Play", icon="play")
        self.step = widgets.Button(description="One step", tooltip="one step; Space repeats it")
        self.pace = widgets.ToggleButtons(options=PACES, value=PACES["watch"], style={"button_width": "auto"})
        self.held = widgets.ToggleButton(
            self.session.run.held, description="η held back", icon="check", layout={"width": "auto"}
        )
        self.test = widgets.Button(description="Edge test: η × 1.1", layout={"width": "auto"})
        self.back = widgets.Button(description="Go back", icon="undo")
        self._background = Background(training.scene.name, self._work, self._frame, self._ended)
        self._told = self._worked = self._due = 0.0
        super().__init__(stage(self.session))
        self.play.observe(self._played, "value")
        self.held.observe(lambda change: self._hold(change["new"]), "value")
        self.step.on_click(lambda _: self._advance_once())
        self.test.on_click(lambda _: self._test())
        self.back.on_click(lambda _: self._go_back())
        self.image._view_count = 0
        self.image.observe(self._left, "_view_count")

    def go(self, **given: float) -> None:
        """Change the step size from the next step on; ValueError and no change if it cannot be."""
        with DRAWING:
            values = self.explorer.values(**{**self.values, **given})
            self.session.run.set("eta", values["eta"])
            super().go(**values)

    def _make_buttons(self):
        acts = {
            "Flatten: η × 1.5": lambda: self._scale(1.5),
            "Sharpen: η ÷ 1.5": lambda: self._scale(1 / 1.5),
            "Restart": lambda: self._show(self.training.session()),
        }
        buttons = {}
        for name, act in acts.items():
            button = buttons[name] = widgets.Button(description=name, layout={"width": "auto"})
            button.on_click(lambda _, act=act: act())
        return buttons

    def _scale(self, factor: float) -> None:
        low, _, high = self.session.scene.eta
        self.go(eta=min(max(float(f"{factor * self.values['eta']:.3g}"), low), high))

    def _parts(self):
        head, image, text, row, foot = super()._parts()
        plays = widgets.HBox([self.play, self.step, self.pace])
        asks = widgets.HBox([self.held, self.test, self.back, widgets.HTML(HINT)])
        for part in (plays, asks):
            part.add_class("eos-foot")
        return [head, image, row, plays, text, asks, foot]

    def _recipe(self) -> str:
        return recipe(self.session)

    def _restore(self, text: str) -> None:
        steps, moves = read_moves(read_recipe(text, self.explorer.name, self._recipe()), self.session.scene)
        self._show(replay(self.session.scene, steps, moves))

    def _show(self, session: Session) -> None:
        """Put another session in this one's place, and pause."""
        with DRAWING:
            self.play.value = False
            self.session.run, self.session.tests = session.run, session.tests
            self.held.value = session.run.held
            self.values = {"eta": session.run.eta}
            self._redraw()

    def _hold(self, held: bool) -> None:
        with DRAWING:
            if held != self.session.run.held:
                self.session.run.set("held", held)
                self._redraw()

    def _advance_once(self) -> None:
        with DRAWING:
            self.play.value = False
            self.session.run.advance(1)
            self._redraw()

    def _test(self) -> None:
        with DRAWING:
            if self.session.run.escaped_at is None:
                self.session.test_edge()
            self._redraw()

    def _go_back(self) -> None:
        with DRAWING:
            self.session.run.go_back()
            self._show(self.session)

    def _redraw(self) -> None:
        """Draw at once when it stands; when it plays, the next frame will."""
        if self._background.on:
            self.rows["eta"].show(self.values["eta"], self._edges.get("eta"))
        else:
            super()._redraw()

    def _played(self, change) -> None:
        on = change["new"]
        self.play.description, self.play.icon = ("Pause", "pause") if on else ("Play", "play")
        if on:
            self._worked, self._due, self._end = perf_counter(), 0.0, self.session.run.step + MOST_STEPS
            self._background.start()
        else:
            self._background.stop()

    def _left(self, change) -> None:
        """Nobody looks any more: the cell was run again, or its output cleared."""
        if change["old"] and not change["new"]:
            self.play.value = False

    def _work(self, seconds: float) -> bool:
        """Take the steps that are due, for no longer than that; whether there are more to come."""
        run, pace, now = self.session.run, self.pace.value, perf_counter()
        self._background.frame_seconds = FASTEST_FRAME if pace == inf else FRAME
        self._due = min(self._due + pace * (now - self._worked), MOST_DUE * pace)
        self._worked = now
        while self._due >= 1 and perf_counter() - now < seconds and run.escaped_at is None:
            self._due -= run.advance(int(min(self._due, 4)))
        return run.escaped_at is None and run.step < self._end

    def _frame(self) -> None:
        """The next picture; its text, for a screen reader, now and then."""
        with DRAWING:
            self.reading = self._screen.show(self.values)
            self.image.value = fast_png(self._screen.pixels)
            if perf_counter() - self._told > TELL_EVERY:
                self._told = perf_counter()
                self.text.value = READING.format(escape(self.reading))
                self._edges = self.explorer.edge_values(**self.values)
                self.rows["eta"].show(self.values["eta"], self._edges.get("eta"))

    def _ended(self, error: Exception | None) -> None:
        with DRAWING:
            self.play.value = False
            self._redraw()
            if error is not None:
                problem = escape(f"Training stopped. {type(error).__name__}: {error}")
                self.fault.value = f'<span role="alert">{problem}</span>'
