"""The panel of a network that trains while the reader changes its step size."""

from math import inf
from time import perf_counter

import ipywidgets as widgets

from eos.live.session import Session, read_moves, replay
from eos.live.stage import stage
from eos.pictures.style import DRAWING
from eos.widgets.background import FRAME, Background
from eos.widgets.panel import AUTO, Panel, row
from eos.widgets.recipe import read

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
    """Play, pause, single step, pace, edge test, the way back, and the governor's switch, around a session's stage.

    `start()` gives the session to begin with, and again at *Restart*.
    """

    def __init__(self, start):
        self._start, self.session = start, start()
        self.play = widgets.ToggleButton(description="Play", icon="play")
        self.step = widgets.Button(description="One step", tooltip="one step; Space repeats it")
        self.pace = widgets.ToggleButtons(options=PACES, value=PACES["watch"], style={"button_width": "auto"})
        self.held = widgets.ToggleButton(self.session.run.held, description="η held back", layout=AUTO)
        self.test = widgets.Button(description="Edge test: η × 1.1", layout=AUTO)
        self.back = widgets.Button(description="Go back", icon="undo")
        self._background = Background(self.session.scene.name, self._work, self._frame, self._ended)
        self._told = self._worked = self._due = 0.0
        super().__init__(stage(self.session))
        self.play.observe(self._played, "value")
        self.held.observe(lambda change: self._hold(change["new"]), "value")
        self.step.on_click(lambda _: self._act(lambda: self.session.run.advance(1), pause=True))
        self.test.on_click(lambda _: self._act(self.session.test_edge))
        self.back.on_click(lambda _: self._act(self.session.run.go_back, pause=True))
        self.image._view_count = 0
        self.image.observe(self._left, "_view_count")
        self.show_ways()

    def go(self, **given: float) -> None:
        """Change the step size from the next step on; ValueError and no change if it cannot be."""
        with DRAWING:
            values = self.explorer.values(**{**self.values, **given})
            self.session.run.set("eta", values["eta"])
            super().go(**values)

    def acts(self):
        """Two moves of the step size, and a new start."""
        return {
            "η × 1.5": lambda: self._scale(1.5),
            "η ÷ 1.5": lambda: self._scale(1 / 1.5),
            "Restart": lambda: self._show(self._start()),
        }

    def arrangement(self):
        """With what plays between slider and reading, and what asks below."""
        plays = row([self.play, self.step, self.pace], "foot")
        asks = row([self.held, self.test, self.back, widgets.HTML(HINT)], "foot")
        return [self.head, self.image, *self.rows.values(), plays, self.text, asks, self.foot]

    def written(self) -> str:
        """The recipe of the session."""
        return self.session.recipe()

    def restore(self, recipe: str) -> None:
        """Replay what a recipe says."""
        scene = self.session.scene
        self._show(replay(scene, *read_moves(read(recipe, scene.name, self.written()), scene)))

    def redraw(self) -> None:
        """Draw at once when it stands; when it plays, the next frame will."""
        if self._background.on:
            self.show_rows()
        else:
            super().redraw()
        self.show_ways()

    def show_ways(self) -> None:
        """Let only those buttons be pressed that do something, and tick the governor's switch where it is on."""
        run = self.session.run
        self.held.icon = "check" if run.held else ""
        for way in (self.play, self.step, self.test):
            way.disabled = run.escaped_at is not None
        self.back.disabled = not (self._background.on or run.can_go_back)

    def _scale(self, factor: float) -> None:
        low, _, high = self.session.scene.eta
        self.go(eta=min(max(float(f"{factor * self.values['eta']:.3g}"), low), high))

    def _act(self, act, pause: bool = False) -> None:
        """Do it, and show the session as it is then."""
        with DRAWING:
            if pause:
                self.play.value = False
            act()
            self._follow()

    def _show(self, session: Session) -> None:
        """Put another session in this one's place, and pause."""
        with DRAWING:
            self.play.value = False
            self.session.run, self.session.tests = session.run, session.tests
            self._follow()

    def _follow(self) -> None:
        """Bring slider, switch and picture to where the run is."""
        self.values = {"eta": self.session.run.eta}
        self.held.value = self.session.run.held
        self.redraw()

    def _hold(self, held: bool) -> None:
        if held != self.session.run.held:
            self._act(lambda: self.session.run.set("held", held))

    def _played(self, change) -> None:
        on = change["new"]
        self.play.description, self.play.icon = ("Pause", "pause") if on else ("Play", "play")
        if on:
            self._worked, self._due, self._end = perf_counter(), 0.0, self.session.run.step + MOST_STEPS
            self.back.disabled = False
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
            self.show_picture()
            if perf_counter() - self._told > TELL_EVERY:
                self._told = perf_counter()
                self.show_reading()

    def _ended(self, error: Exception | None) -> None:
        with DRAWING:
            self.play.value = False
            self.redraw()
            if error is not None:
                self.complain(f"Training stopped. {type(error).__name__}: {error}")
