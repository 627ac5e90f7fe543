"""Steered runs: gradient descent a step at a time, with a step size that may change on the way.

What a live view needs beyond `descend`: the sharpness beside the loss, a governor that holds an overlong step
back, a way back to the last good state, and a past that takes no more memory however long the run grows.
"""

from __future__ import annotations

import copy
from numbers import Real

import numpy as np

from eos.potentials import Potential, one_point
from eos.sharpness_path import WarmStart
from eos.validation import generator, positive, shown, whole

CAP = 1.5
"""The governor's limit: a step is at most this many times 2 / sharpness."""
_ESCAPE = 1e6
_KEPT = "step", "x", "loss", "sharpness", "eta", "held", "eta_used"
"""What makes a state, beside the memory of the eigenvectors and the past."""


class History:
    """The past of a run in a fixed number of cells, each with the lowest and the highest of what fell into it.

    `low`, `high` have shape `(channels, cells)`; a cell holds `stride` steps. When the cells are full, they are
    merged in pairs and the stride doubles.
    """

    def __init__(self, channels: int, cells: int = 300, stride: int = 8):
        self.stride = stride
        self.low, self.high = np.full((2, channels, cells), np.nan)

    @property
    def span(self) -> int:
        """The number of steps for which there is room before the next merger."""
        return self.stride * self.low.shape[1]

    def add(self, step: int, values: np.ndarray):
        """Take the values of one step, one a channel; NaN for none."""
        while step >= self.span:
            self._merge()
        cell = step // self.stride
        self.low[:, cell] = np.fmin(self.low[:, cell], values)
        self.high[:, cell] = np.fmax(self.high[:, cell], values)

    def line(self, channel: int) -> tuple[np.ndarray, np.ndarray]:
        """Steps and values of one channel, to be drawn as a line: low and high of each cell in turn."""
        cells = self.low.shape[1]
        steps = np.repeat(self.stride * (np.arange(cells) + 0.5), 2)
        return steps, np.stack([self.low[channel], self.high[channel]], axis=1).ravel()

    def _merge(self):
        for cells, pick in ((self.low, np.fmin), (self.high, np.fmax)):
            merged = pick(cells[:, ::2], cells[:, 1::2])
            cells[:, : merged.shape[1]], cells[:, merged.shape[1] :] = merged, np.nan
        self.stride *= 2


class SteeredRun:
    """Gradient descent x <- x - eta_used grad f(x), one step at a time; `eta` and `held` may be set between steps.

    step, x, loss  where it is: the number of steps taken, the point, the loss there
    sharpness      the two largest Hessian eigenvalues at x, shape `(2,)`, to a relative 1e-3, the second NaN where
                   there is one only; renewed at least every second step, and at every one while the loss rises
    eta_used       the last step size: min(eta, 1.5 times 2 / sharpness) while `held`, eta otherwise
    escaped_at     the step at which a parameter grew beyond 1e6 in size or the loss was no number, or None
    moves          what was set, and after how many steps: {(step, "eta" or "held"): value}
    history        channels: loss, first and second eigenvalue, 2 / eta, 2 / eta_used where that is another line

    Raises ValueError when x0 is not one finite point, eta not positive or held neither true nor false.
    """

    @np.errstate(all="ignore")
    def __init__(self, potential: Potential, x0, eta: float, held: bool = True, seed: int = 0):
        x0 = one_point(potential, x0, "x0")
        self.potential, self.x, self.eta, self.held = potential, x0, positive("eta", eta), _flag("held", held)
        self.step, self.escaped_at = 0, None
        self.moves = {}
        self._local = potential.at(x0)
        self._estimate = WarmStart(potential.dim, min(2, potential.dim), 1e-3, generator(seed))
        self.loss, self.sharpness = float(self._local.value), self._measured()
        self._begin()

    @property
    def edge(self) -> float:
        """2 / eta."""
        return 2.0 / self.eta

    def set(self, name: str, value):
        """Set `eta` or `held` from the next step on; before the first step, as if it had been so from the start."""
        if name == "eta":
            self.eta = positive("eta", value)
        elif name == "held":
            self.held = _flag("held", value)
        else:
            raise ValueError(f"name must be 'eta' or 'held', got {shown(name)}")
        self.moves[self.step, name] = value
        if self.step == 0:
            self._begin()

    def advance(self, steps: int) -> int:
        """Take up to `steps` steps, fewer when the run escapes; returns how many."""
        whole("steps", steps, 0)
        with np.errstate(all="ignore"):
            for taken in range(steps):
                if self.escaped_at is not None:
                    return taken
                self._advance()
        return steps

    def go_back(self) -> int:
        """Return to the last state kept, one at or below its edge; what came after is forgotten. Returns its step."""
        state, memory = self._good
        for name, value in state.items():
            setattr(self, name, value)
        self._estimate, self.history = copy.deepcopy(memory)
        self.escaped_at, self._local = None, self.potential.at(self.x)
        self.moves = {move: value for move, value in self.moves.items() if move[0] < self.step}
        self.moves |= {(self.step, "eta"): self.eta, (self.step, "held"): self.held}
        return self.step

    def _begin(self):
        """The past and the way back of a run that has not taken a step."""
        self.moves |= {(0, "eta"): self.eta, (0, "held"): self.held}
        self.eta_used, self.history = self.eta, History(5)
        self._record()
        self._keep()

    def _advance(self):
        top = self.sharpness[0]
        self.eta_used = min(self.eta, CAP * 2.0 / top) if self.held and top > 0 else self.eta
        self.x = self.x - self.eta_used * self._local.gradient
        self.step += 1
        before, self._local = self.loss, self._local.move_to(self.x)
        self.loss = float(self._local.value)
        if not (np.abs(self.x).max() <= _ESCAPE and np.isfinite(self.loss)):
            self.escaped_at = self.step
            return
        if self.step % 2 == 0 or self.loss > before:
            self.sharpness = self._measured()
        self._record()
        if self.step % 25 == 0 and self.eta * self.sharpness[0] <= 2.0:
            self._keep()

    def _measured(self) -> np.ndarray:
        values = self._estimate(self._local.hvp)[0][:2]
        return values if len(values) == 2 else np.append(values, np.nan)

    def _record(self):
        used = 2.0 / self.eta_used if self.eta_used < self.eta else np.nan
        self.history.add(self.step, np.array([self.loss, *self.sharpness, 2.0 / self.eta, used]))

    def _keep(self):
        memory = copy.deepcopy((self._estimate, self.history))
        self._good = {name: getattr(self, name) for name in _KEPT}, memory


def _flag(name: str, value) -> bool:
    if not isinstance(value, Real | np.bool_) or value not in (0, 1):
        raise ValueError(f"{name} must be true or false, got {shown(value)}")
    return bool(value)
