"""Later: words need not keep up with a hand that drags. They follow a few times a second, and come to rest with it."""

from collections.abc import Callable
from math import inf
from time import perf_counter

from eos.widgets.background import running_loop

PAUSE = 0.4
"""Seconds from one time to the next, at least."""


class Later:
    """Calls `act` at once, or, when the last time was less than a PAUSE ago, as soon as it is over.

    Where there is no event loop, always at once. Make it in a cell: that is where the event loop is found. It may be
    called from any thread.
    """

    def __init__(self, act: Callable[[], None]):
        self._act, self._loop = act, running_loop()
        self._last, self._waiting = -inf, False

    def __call__(self) -> None:
        left = self._last + PAUSE - perf_counter()
        if self._loop is None or left <= 0:
            self._do()
        elif not self._waiting:
            self._waiting = True
            self._loop.call_soon_threadsafe(self._loop.call_later, left, self._do)

    def _do(self) -> None:
        self._waiting = False
        self._last = perf_counter()
        self._act()
