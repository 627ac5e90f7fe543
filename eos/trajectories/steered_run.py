"""Steered runs: any stepper, a step at a time, with a step size that may change on the way.

What a live view needs beyond `descend`: the sharpness beside the loss, a governor that holds an overlong step
back, a way back to the last good state, and a past that takes no more memory however long the run grows.
"""

import copy
from dataclasses import fields, replace
from numbers import Real

import numpy as np

from eos.curvature import Tracker
from eos.potentials import Potential, Seen, one_point
from eos.steppers import Stepper
from eos.trajectories.trajectory import ESCAPE
from eos.validation import generator, instance, positive, shown, whole

__all__ = ["SteeredRun"]

CAP = 1.5
"""The governor's limit: a step is at most this many times as long as the edge allows."""
RECENT = 240
"""As many of the last steps are kept one by one."""
_KEPT = "step", "x", "state", "loss", "sharpness", "stepper", "held", "eta_used"
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
    """A run whose stepper may be set otherwise at any step: its `eta`, say, or the `beta` of a HeavyBall.

    step, x, loss  where it is: the number of steps taken, the point, the loss there
    sharpness      the two largest Hessian eigenvalues at x, shape `(2,)`, to 1e-3 of the larger, the second NaN where
                   there is one only; renewed at least every second step, and at every one while the loss rises; where
                   the stepper divides the gradient by a preconditioner P, those of H / P
    edge           the stepper's threshold: 2 / eta for gradient descent
    eta_used       the last step size: while `held`, at most the one whose threshold is sharpness / 1.5, `eta` otherwise
    escaped_at     the step at which a parameter grew beyond 1e6 in size or the loss was no number, or None
    moves          what was set, and after how many steps: {(step, "eta" or another setting or "held"): value}
    history        channels: loss, first and second eigenvalue, edge, threshold of eta_used where that is another line
    recent         the same channels for the last 240 steps one by one, shape `(5, 240)`, NaN before the start

    Raises ValueError when x0 is not one finite point, the stepper not one of one step size or held neither true nor
    false.
    """

    def __init__(self, potential: Potential, stepper: Stepper, x0, held: bool = True, seed=0):
        instance("stepper", stepper, Stepper, "a stepper such as GradientDescent(0.1)")
        positive("eta", stepper.eta)
        self.potential, self.x, self.stepper = potential, one_point(potential, x0, "x0"), stepper
        self.held, self.step, self.escaped_at, self.moves = _flag("held", held), 0, None, {}
        self._rng = generator(seed)
        self._begin()

    @property
    def eta(self) -> float:
        """The step size that is set."""
        return self.stepper.eta

    @property
    def edge(self) -> float:
        """The stepper's threshold."""
        return self.stepper.threshold

    @property
    def preconditioned(self) -> bool:
        """Whether `sharpness` is that of H / P."""
        return self.stepper.preconditioner(self.state) is not None

    @property
    def settings(self) -> dict[str, float]:
        """What may be set, by name: the numbers among the stepper's fields, and `held`."""
        values = {f.name: getattr(self.stepper, f.name) for f in fields(self.stepper)}
        return {name: value for name, value in values.items() if isinstance(value, Real)} | {"held": self.held}

    def set(self, name: str, value):
        """Set one of the `settings` from the next step on; before the first step, as if it had been so from the start.
        """
        if not isinstance(name, str) or name not in self.settings:
            raise ValueError(f"name must be one of {', '.join(self.settings)}, got {shown(name)}")
        if name == "held":
            self.held = _flag("held", value)
        else:
            self.stepper = replace(self.stepper, **{name: positive(name, value) if name == "eta" else value})
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

    @property
    def can_go_back(self) -> bool:
        """Whether `go_back` would change anything."""
        return self.step > self._good[0]["step"]

    def go_back(self) -> int:
        """Return to the last state kept, at or below its edge or the start, and forget the rest. Returns its step."""
        state, memory = self._good
        for name, value in state.items():
            setattr(self, name, value)
        self._estimate, self.history, self.recent = copy.deepcopy(memory)
        self.escaped_at, self._local = None, self.potential.at(self.x)
        self.moves = {move: value for move, value in self.moves.items() if move[0] < self.step}
        self.moves |= {(self.step, name): value for name, value in self.settings.items()}
        return self.step

    @np.errstate(all="ignore")
    def _begin(self):
        """The past and the way back of a run that has not taken a step."""
        self.moves |= {(0, name): value for name, value in self.settings.items()}
        self._estimate = Tracker(self.potential.dim, min(2, self.potential.dim), 1e-3, copy.deepcopy(self._rng))
        self.state, self.eta_used = self.stepper.init(self.potential, self.x), self.eta
        self._local = self.potential.at(self.x)
        self.loss, self.sharpness, self.history = float(self._local.value), self._measured(), History(5)
        self.recent = np.full((5, RECENT), np.nan)
        self._record()
        self._keep()

    def _advance(self):
        stepper = self._governed()
        self.eta_used = stepper.eta
        self.x, self.state = stepper.step(Seen(self.potential, self._local, self.x), self.x, self.state)
        self.step += 1
        before, self._local = self.loss, self._local.move_to(self.x)
        self.loss = float(self._local.value)
        if not (np.abs(self.x).max() <= ESCAPE and np.isfinite(self.loss)):
            self.escaped_at = self.step
            return
        if self.step % 2 == 0 or self.loss > before:
            self.sharpness = self._measured()
        self._record()
        if self.step % 25 == 0 and self.sharpness[0] <= self.edge:
            self._keep()

    def _governed(self) -> Stepper:
        """The stepper as it is set, or with as long a step as the governor allows."""
        top = self.sharpness[0]
        longest = self.stepper.critical_eta(top / CAP) if self.held and top > 0 else self.eta
        return replace(self.stepper, eta=longest) if longest < self.eta else self.stepper

    def _measured(self) -> np.ndarray:
        plain, divisor = self._local.hvp, self.stepper.preconditioner(self.state)
        scale = None if divisor is None else 1.0 / np.sqrt(divisor)
        hvp = plain if scale is None else lambda v: scale * plain(scale * v)
        values = self._estimate(hvp)[0][0]
        return values if len(values) == 2 else np.append(values, np.nan)

    def _record(self):
        held_to = replace(self.stepper, eta=self.eta_used).threshold if self.eta_used < self.eta else np.nan
        now = np.array([self.loss, *self.sharpness, self.edge, held_to])
        self.history.add(self.step, now)
        self.recent[:, :-1] = self.recent[:, 1:]
        self.recent[:, -1] = now

    def _keep(self):
        memory = copy.deepcopy((self._estimate, self.history, self.recent))
        self._good = {name: getattr(self, name) for name in _KEPT}, memory


def _flag(name: str, value) -> bool:
    if not isinstance(value, Real | np.bool_) or value not in (0, 1):
        raise ValueError(f"{name} must be true or false, got {shown(value)}")
    return bool(value)
