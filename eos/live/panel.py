"""The panel of a network that trains while the reader changes its step size."""

import re
from collections.abc import Mapping
from functools import partial
from math import inf
from time import perf_counter
from types import MappingProxyType

from eos.live.session import Scene, Session, read_moves, replay, replaying
from eos.live.stage import stage
from eos.pictures.style import DRAWING
from eos.widgets.background import FRAME, Background
from eos.widgets.front import button
from eos.widgets.panel import Panel
from eos.widgets.recipe import read

PACES = {"slow motion": 10, "watch": 300, "fastest": inf}
"""Steps a second."""
FASTEST_FRAME = 1 / 22
"""Seconds from picture to picture at the fastest pace: what is not drawn is trained."""
MOST_DUE = 0.2
"""Seconds of steps that may be caught up after a pause of the kernel."""
TELL_EVERY = 0.5
"""Seconds between two texts while it plays: a screen reader reads each aloud."""
UNSEEN = 40.0
"""Seconds of play without a sign of life from a page that shows it, after which it stops."""
AT_ONCE = 2000
"""Steps that are replayed in one go; more have a progress bar."""
WAITS = "Pause stops it. The kernel's interrupt button does not."


class LivePanel(Panel):
    """Play, pause, single step, pace, edge test, the way back, and the governor's switch, around a session's stage.

    `start()` gives the session to begin with, and again at *Restart*; `scenes`, by name, are others to choose from.
    """

    alive = True

    def __init__(self, start, scenes: Mapping[str, Scene] = MappingProxyType({})):
        self._start, self.session, self.pace, self.scenes = start, start(), "watch", scenes
        self._background = Background(self.session.scene.name, self._work, self._frame, self._ended)
        self._replay = Background(f"{self.session.scene.name} again", self._replay_on, lambda: None, self._replayed)
        self._told = self._worked = self._due = self._unseen = 0.0
        self._pieces = self._coming = None
        super().__init__(stage(self.session))
        self._view_count = 0
        self.observe(self._left, "_view_count")

    @property
    def playing(self) -> bool:
        """Whether it trains now."""
        return self._background.on

    def go(self, **given: float) -> None:
        """Change the step size from the next step on; ValueError and no change if it cannot be."""
        with DRAWING:
            values = self.explorer.values(**{**self.values, **given})
            self.session.run.set("eta", values["eta"])
            super().go(**values)

    def bars(self):
        """Methods to choose from, what plays, at what pace, moves of the step size, the edge test, the ways back."""
        rates = {pace: f"{rate:g} steps a second" for pace, rate in PACES.items()} | {"fastest": "as fast as it goes"}
        hint = "train by this method, from the first step on"
        method = {
            name: button(name, hint, lambda s=scene: self._choose(Session(s, s.begin())))
            for name, scene in self.scenes.items()
        }
        training = {
            "play": button("▶ Play", f"train on. {WAITS}", self._toggle),
            "step": button("One step", "one step; hold to go on", self._one_step, repeats=True),
        }
        sizes = {
            "less": button("η ÷ 1.5", "a smaller step size", lambda: self._scale(1 / 1.5)),
            "more": button("η × 1.5", "a step size half as large again", lambda: self._scale(1.5)),
            "held": button("η held back", "no step longer than 1.5 times what the edge allows", self._hold_or_not),
        }
        test = button("Edge test: η × 1.1", "train two copies on, one with a step size a tenth larger", self._test)
        session = {
            "back": button("Go back", "to the last state below the edge", self._go_back),
            "Restart": button("Restart", "from the first step on", lambda: self._show(self._start())),
            "cancel": button("Cancel", "stop replaying", self._replay.stop),
        }
        return {
            **({"method": method} if method else {}),
            "training": training,
            "pace": {pace: button(pace, rate, partial(self._set_pace, pace)) for pace, rate in rates.items()},
            "step size": sizes,
            "edge": {"test": test},
            "session": session,
        }

    def tools(self):
        """*Go back* takes the place of undo."""
        return {"lecture": super().tools()["lecture"]}

    def written(self) -> str:
        """The recipe of the session."""
        return self.session.recipe()

    def restore(self, recipe: str) -> None:
        """Replay what a recipe says: at once, or, where it is long, with a progress bar."""
        now = self.session.scene
        scene = next((s for s in self.scenes.values() if re.search(rf"\b{s.name}\s*\(", recipe)), now)
        steps, moves = read_moves(read(recipe, scene.name, self.written()), scene)
        if steps <= AT_ONCE or self._replay.loop is None:
            return self._show(replay(scene, steps, moves))
        self._pause()
        self._pieces, self._coming, self.share = replaying(scene, steps, moves), None, 0.0
        self.show_buttons()
        self._replay.start()

    def redraw(self) -> None:
        """Draw at once when it stands; when it plays, the next frame will."""
        if self.playing:
            self.show_rows()
            self.show_buttons()
        else:
            super().redraw()

    def show_buttons(self) -> None:
        """Let only those buttons be pressed that do something, and say what is on."""
        run, on, busy = self.session.run, self.playing, self.share is not None
        gone = run.escaped_at is not None or busy
        self.mark("play", text="❚❚ Pause" if on else "▶ Play", pressed=on, disabled=gone or self.session.at_end)
        for id in ("step", "test", "held", "more", "less"):
            self.mark(id, disabled=gone)
        self.mark("held", text=f"η held back: {'on' if run.held else 'off'}", pressed=run.held)
        for pace in PACES:
            self.mark(pace, pressed=pace == self.pace, disabled=gone)
        self.mark("back", disabled=busy or not (on or run.can_go_back))
        self.mark("Restart", disabled=busy)
        for name, scene in self.scenes.items():
            self.mark(name, pressed=scene is self.session.scene, disabled=busy)
        self.mark("cancel", disabled=not busy)
        self.mark("lecture", pressed=self.lecture)
        self.frozen = gone

    def hear_here(self, _) -> None:
        """A page shows it."""
        self._unseen = 0.0

    def hear_rest(self, scale: float) -> None:
        """While it plays, pictures come as they are."""
        if not self.playing:
            super().hear_rest(scale)

    def _scale(self, factor: float) -> None:
        low, _, high = self.session.scene.eta
        self.turn("eta", min(max(float(f"{factor * self.values['eta']:.3g}"), low), high))

    def _set_pace(self, pace: str) -> None:
        self.pace = pace
        self.show_buttons()

    def _one_step(self) -> None:
        self._pause()
        self.session.run.advance(1)
        self._follow()

    def _go_back(self) -> None:
        self._pause()
        self.session.run.go_back()
        self._follow()

    def _hold_or_not(self) -> None:
        self.session.run.set("held", not self.session.run.held)
        self._follow()

    def _test(self) -> None:
        self.session.test_edge()
        self._follow()

    def _show(self, session: Session) -> None:
        """Put another session in this one's place, and pause."""
        self._pause()
        if session.scene is not self.session.scene:
            return self._choose(session)
        self.session.run, self.session.tests = session.run, session.tests
        self._follow()

    def _choose(self, session: Session) -> None:
        """Another scene, with a stage of its own, and Restart leads back to its start."""
        self._pause()
        scene = session.scene
        self.session, self.values = session, {"eta": session.run.eta}
        self._start = lambda: Session(scene, scene.begin())
        self.show_anew(explorer=stage(session))

    def _follow(self) -> None:
        """Bring slider, switch and picture to where the run is."""
        self.values = {"eta": self.session.run.eta}
        self.redraw()

    def _toggle(self) -> None:
        if self.playing:
            self._pause()
            return self._follow()
        self._worked, self._due, self._unseen = perf_counter(), 0.0, 0.0
        self.complain("")
        self._background.start()
        self.show_buttons()

    def _pause(self) -> None:
        self._background.stop()

    def _left(self, change) -> None:
        """Nobody looks any more: the cell was run again, or its output cleared."""
        if change["old"] and not change["new"]:
            self._pause()

    def _work(self, seconds: float) -> bool:
        """Take the steps that are due, for no longer than that; whether there are more to come."""
        run, pace, now = self.session.run, PACES[self.pace], perf_counter()
        self._background.frame_seconds = FASTEST_FRAME if pace == inf else FRAME
        self._due = min(self._due + pace * (now - self._worked), MOST_DUE * pace)
        self._unseen += min(now - self._worked, 1.0)  # signs of life wait while another cell runs
        self._worked = now
        while self._due >= 1 and perf_counter() - now < seconds and run.escaped_at is None:
            self._due -= run.advance(int(min(self._due, 4)))
        return run.escaped_at is None and not self.session.at_end and self._unseen < UNSEEN

    def _frame(self) -> None:
        """The next picture; its text, for a screen reader, now and then."""
        with DRAWING, self.hold_sync():
            self.show_picture()
            if perf_counter() - self._told > TELL_EVERY:
                self._told = perf_counter()
                self.say(reading=self.reading, alt=self.reading)

    def _ended(self, error: Exception | None) -> None:
        with DRAWING, self.hold_sync():
            self.redraw()
            if error is not None:
                self.complain(f"Training stopped. {type(error).__name__}: {error}")
            elif self._unseen >= UNSEEN:
                self.complain("It paused, for no page showed it.")

    def _replay_on(self, seconds: float) -> bool:
        try:
            self.share = next(self._pieces)
        except StopIteration as end:
            self._coming = end.value
        return self._coming is None

    def _replayed(self, error: Exception | None) -> None:
        with DRAWING, self.hold_sync():
            self.share = None
            if self._coming is not None:
                self._show(self._coming)
            self._follow()
            if error is not None:
                self.complain(f"{type(error).__name__}: {error}")
