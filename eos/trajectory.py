"""Trajectories: `descend` takes the steps, and `Trajectory` keeps the iterates."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from eos.potentials import Potential, a_potential
from eos.steppers import Stepper
from eos.validation import broadcast, finite, instance, points, positive, shown, whole

_CHUNK_FLOATS = 2**18
"""Iterates are checked for escape, and evaluated, in chunks of about 2 MB."""


@dataclass(frozen=True, eq=False, repr=False)
class Trajectory:
    """What `descend` returns.

    x            the iterates, shape `(records, ..., n)`: every `every`-th one, from x0 on; NaN after an escape
    escaped_at   the first step beyond the bound, or None; for a batch an integer array, -1 where none escaped
    """

    potential: Potential
    stepper: Stepper
    x: np.ndarray
    every: int
    escaped_at: int | None | np.ndarray

    def __repr__(self):
        said = shown(self.potential), shown(self.stepper), f"{len(self.x)} records of shape {self.x.shape[1:]}"
        return f"Trajectory({', '.join(said)}, every={self.every}, escaped_at={shown(self.escaped_at)})"

    @property
    def steps(self) -> np.ndarray:
        """The step number of each record, shape `(records,)`."""
        return np.arange(len(self.x)) * self.every

    @cached_property
    def loss(self) -> np.ndarray:
        """f along the run, shape `(records, ...)`; NaN after an escape."""
        return self._along(self.potential.value)

    @cached_property
    def gradient_norm(self) -> np.ndarray:
        """|grad f| along the run, shape `(records, ...)`; NaN after an escape."""
        return self._along(lambda x: np.sqrt(np.square(self.potential.gradient(x)).sum(-1)))

    def _along(self, function) -> np.ndarray:
        out = np.empty(self.x.shape[:-1])
        size = max(1, _CHUNK_FLOATS // (16 * max(1, self.x[0].size)))
        with np.errstate(all="ignore"):
            for start in range(0, len(out), size):
                out[start : start + size] = function(self.x[start : start + size])
        return out


def descend(
    potential: Potential, stepper: Stepper, x0, steps: int, *, every: int = 1, escape: float = 1e6
) -> Trajectory:
    """Take `steps` steps from x0 and keep every `every`-th iterate.

    x0 has shape `(..., n)` (a plain number for n = 1); its leading axes, broadcast with the shape of the stepper's
    eta, are a batch of independent runs. A run escapes at the first step at which a coordinate is not finite or
    exceeds `escape` in size; its iterates are NaN from there on. Raises ValueError for bad input.
    """
    a_potential(potential)
    instance("stepper", stepper, Stepper, "a stepper such as GradientDescent(0.1)")
    whole("steps", steps, 0)
    whole("every", every, 1)
    positive("escape", escape)
    x = _start(potential, stepper, x0)
    if np.abs(x).max() > escape:
        raise ValueError(f"x0 must lie within the bound escape={escape:g}, but has a coordinate {np.abs(x).max():g}")
    try:
        kept = np.full((steps // every + 1, *x.shape), np.nan)
    except (MemoryError, ValueError) as error:
        raise ValueError(f"steps is {shown(steps)}: too many to keep with every={shown(every)}") from error
    kept[0] = x
    escaped = np.full(x.shape[:-1], -1)
    chunk = np.empty((max(1, min(64, steps, _CHUNK_FLOATS // x.size)), *x.shape))
    done = 0
    with np.errstate(all="ignore"):
        state = stepper.init(potential, x)
        while done < steps and (escaped < 0).any():
            count = min(len(chunk), steps - done)
            x, state = _advance(potential, stepper, x, state, chunk[:count])
            _mark_escapes(chunk[:count], escape, escaped, done)
            first = every - 1 - done % every
            kept[(done + first + 1) // every : (done + count) // every + 1] = chunk[first:count:every]
            done += count
    return Trajectory(potential, stepper, kept, every, escaped if escaped.ndim else _step_or_none(escaped))


def _advance(potential, stepper, x, state, out):
    """Fill `out` with the next iterates."""
    step = stepper.step
    for i in range(len(out)):
        new, state = step(potential, x, state)
        if new.shape != x.shape:
            raise ValueError(f"{stepper!r} turned a point of shape {x.shape} into one of shape {new.shape}")
        out[i] = x = new
    return x, state


def _mark_escapes(chunk, bound, escaped, done):
    """Note each run's first step beyond the bound, and blank its iterates from there on."""
    beyond = ~(np.abs(chunk).max(-1) <= bound)
    if beyond.any():
        first = np.where(beyond.any(0), beyond.argmax(0) + done + 1, -1)
        escaped[...] = np.where(escaped >= 0, escaped, first)
    if (escaped >= 0).any():
        step = np.arange(done + 1, done + 1 + len(chunk)).reshape(-1, *(1,) * escaped.ndim)
        chunk[(step >= escaped) & (escaped >= 0)] = np.nan


def _start(potential, stepper, x0) -> np.ndarray:
    """x0 as points, broadcast with the stepper's eta."""
    x = finite("x0", points("x0", x0, potential.dim))
    batch = broadcast("the batch of x0", x.shape[:-1], "eta", np.shape(stepper.eta))
    if 0 in batch:
        raise ValueError(f"x0 must hold at least one point, got shape {x.shape}")
    return np.array(np.broadcast_to(x, (*batch, potential.dim)))


def _step_or_none(escaped) -> int | None:
    return None if escaped < 0 else int(escaped)
