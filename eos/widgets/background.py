"""Background: work that goes on while the notebook stays alive, on the kernel's own event loop.

No threads, so that it runs in a browser too. Between slices of about 22 ms the loop is free for sliders and cells.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from time import perf_counter

from eos.pictures.style import DRAWING

SLICE = 0.022
"""Seconds of work between two breaths, at most."""
FRAME = 1 / 25
"""Seconds from picture to picture, where nothing else is said."""
BREATH = 0.005 if sys.platform == "emscripten" else 0.001
"""A sleep of no length would starve the threads that carry messages; in a browser, one of two milliseconds still does,
for Pyodide takes it for none."""
_working: dict[str, Background] = {}
"""What is at work now, by name: one for the whole kernel, whatever cell made it."""


class Background:
    """Repeats `work(seconds)`, which does about that much and says whether there is more; calls `frame()` now and then.

    A picture comes every `frame_seconds`, which may be set. `ended(error)` is called when all is done, after
    `stop()`, or with the exception that one of them raised. Only one of each `name` works at a time. Make it in a
    cell: that is where the event loop is found.
    """

    def __init__(self, name: str, work: Callable, frame: Callable, ended: Callable):
        self.name, self.on, self.frame_seconds = name, False, FRAME
        self._work, self._frame, self._ended = work, frame, ended
        self._loop, self._task = running_loop(), None
        if name in _working:
            _working[name].stop()

    def start(self) -> None:
        """Begin, unless it is at work already; where there is no event loop, end with an error."""
        if self.on:
            return
        self._loop = self._loop or running_loop()
        if self._loop is None:
            return self._ended(RuntimeError("no event loop here: live views play in Jupyter"))
        if self.name in _working:
            _working[self.name].stop()
        self.on, _working[self.name] = True, self
        self._loop.call_soon_threadsafe(self._launch)

    @property
    def loop(self):
        """The event loop that it works on; None where there is none."""
        return self._loop

    def stop(self) -> None:
        """No slice begins after this."""
        self.on = False

    def _launch(self):
        if self._task is None or self._task.done():
            self._task = self._loop.create_task(self._run())

    async def _run(self):
        error, shown = None, perf_counter()
        try:
            while self.on:
                begun = perf_counter()
                with DRAWING:
                    if not self.on:  # stopped by who had the lock until now
                        break
                    self.on = self._work(min(SLICE, max(BREATH, shown + self.frame_seconds - begun))) and self.on
                now = perf_counter()
                due = shown + self.frame_seconds - now
                if due <= BREATH:
                    self._frame()
                    shown, due = now, BREATH
                await asyncio.sleep(BREATH if now - begun > SLICE / 4 else max(BREATH, due))
        except Exception as problem:  # shown by `ended`: a task's own exceptions surface in some later cell, or never
            error = problem
        self.on = False
        if _working.get(self.name) is self:
            del _working[self.name]
        self._ended(error)


def running_loop():
    """The event loop of the cell that runs now; None outside Jupyter."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None
