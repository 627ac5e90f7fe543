"""Later: what need not keep up with a hand that drags waits until the hand rests."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

from eos.explorers.background import running_loop

REST = 0.6
"""Seconds without a call that count as rest."""


class Later:
    """Calls `act` once, as soon as it has not been called itself for a moment; where there is no event loop, at once.

    Make it in a cell: that is where the event loop is found. It may be called from any thread.
    """

    def __init__(self, act: Callable[[], None]):
        self._act, self._loop = act, running_loop()
        self._due, self._waiting = 0.0, False

    def __call__(self) -> None:
        if self._loop is None:
            return self._act()
        self._due = perf_counter() + REST
        if not self._waiting:
            self._waiting = True
            self._loop.call_soon_threadsafe(self._wait)

    def _wait(self) -> None:
        left = self._due - perf_counter()
        if left > 0:
            self._loop.call_later(left, self._wait)
        else:
            self._waiting = False
            self._act()
