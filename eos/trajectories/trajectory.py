"""Trajectories: `descend` takes the steps, and `Trajectory` keeps the iterates."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np

from eos.potentials import Potential, a_potential
from eos.steppers import Stepper
from eos.validation import broadcast, finite, instance, numbers, points, positive, room, shown, whole

__all__ = ["Trajectory", "descend", "resume"]

ESCAPE = 1e6
"""A run with a coordinate larger than this has escaped, where nothing else is said."""
_CHUNK_FLOATS = 2**18
"""Iterates are checked for escape, and evaluated, in chunks of about 2 MB."""


class End(NamedTuple):
    """Where a run stands after its last step: from here `resume` goes on.

    Of a batch with one axis, `x` and `state` hold the runs that have not escaped, `rows` their numbers.
    """

    step: int
    x: np.ndarray
    state: object
    escape: float
    rows: np.ndarray | None


@dataclass(frozen=True, eq=False, repr=False)
class Trajectory:
    """What `descend` returns.

    x            the iterates, shape `(records, ..., n)`: every `every`-th one, from x0 on; NaN after an escape
    escaped_at   the first step beyond the bound, or None; for a batch an integer array, -1 where none escaped
    kept         what the stepper asks to keep at each record, by name, shaped like x: its "velocity", say
    """

    potential: Potential
    stepper: Stepper
    x: np.ndarray
    every: int
    escaped_at: int | None | np.ndarray
    kept: dict[str, np.ndarray] = field(default_factory=dict)
    end: End | None = None

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
        size = max(1, _CHUNK_FLOATS // (4 * max(1, self.x[0].size // self.potential.dim) * self.potential.work))
        with np.errstate(all="ignore"):
            for start in range(0, len(out), size):
                out[start : start + size] = function(self.x[start : start + size])
        return out

    def select(self, index: int | tuple[int, ...]) -> Trajectory:
        """One run of a batch, by its index: to be looked at, not to be resumed. ValueError where there is none."""
        batch, place = self.x.shape[1:-1], np.index_exp[:] + np.index_exp[index]
        try:
            eta, escaped = float(np.broadcast_to(self.stepper.eta, batch)[index]), _step_or_none(self.escaped_at[index])
        except (IndexError, TypeError, ValueError):
            raise ValueError(f"index must be of one run of a batch of shape {batch}, got {shown(index)}") from None
        kept = {name: array[place] for name, array in self.kept.items()}
        return Trajectory(self.potential, replace(self.stepper, eta=eta), self.x[place], self.every, escaped, kept)


def descend(
    potential: Potential, stepper: Stepper, x0, steps: int, *, every: int = 1, escape: float = ESCAPE, state=None
) -> Trajectory:
    """Take `steps` steps from x0 and keep every `every`-th iterate.

    x0 has shape `(..., n)` (a plain number for n = 1); its leading axes, broadcast with the shape of the stepper's
    eta, are a batch of independent runs. A run escapes at the first step at which a coordinate is not finite or
    exceeds `escape` in size; its iterates are NaN from there on. `state` is what the stepper remembers, from another
    run, where it does not begin anew. What is kept is one point a record, and as much for each thing that the stepper
    keeps: 8 n bytes times records and runs. Raises ValueError for bad input, and where this would not fit.
    """
    a_potential(potential)
    instance("stepper", stepper, Stepper, "a stepper such as GradientDescent(0.1)")
    whole("steps", steps, 0)
    whole("every", every, 1)
    escape = positive("escape", escape)
    x = _start(potential, stepper, x0)
    if np.abs(x).max() > escape:
        raise ValueError(f"x0 must lie within the bound escape={escape:g}, but has a coordinate {np.abs(x).max():g}")
    if state is None:
        with np.errstate(all="ignore"):
            state = stepper.init(potential, x)
    kept = {name: numbers(f"{name} in state", array) for name, array in stepper.keep(state).items()}
    first = {name: np.broadcast_to(array, x.shape)[None] for name, array in kept.items()}
    rows = np.arange(len(x)) if x.ndim == 2 else None
    end = End(0, x, state, escape, rows)
    return resume(Trajectory(potential, stepper, x[None], every, np.full(x.shape[:-1], -1), first, end), steps)


def resume(run: Trajectory, steps: int, stepper: Stepper | None = None) -> Trajectory:
    """The same run, `steps` steps longer: what `descend` would have returned for the sum of both.

    `stepper`, one of the same kind, takes the further steps where it is given: with another step size, say.
    """
    return finish(going_on(run, steps, stepper))


def going_on(run: Trajectory, steps: int, stepper: Stepper | None = None) -> Iterator[float]:
    """`resume` as work in pieces: yields the share that is done, returns the run."""
    if not isinstance(run, Trajectory) or run.end is None:
        raise ValueError(f"run must be what descend returns, one run or all of a batch, got {shown(run)}")
    whole("steps", steps, 0)
    potential, kind = run.potential, type(run.stepper)
    stepper = run.stepper if stepper is None else instance("stepper", stepper, kind, f"a {kind.__name__}")
    (done, x, state, escape, rows), every = run.end, run.every
    last, escaped = done + steps, np.array(-1 if run.escaped_at is None else run.escaped_at)
    kept, records = {"x": run.x, **run.kept}, last // every + 1
    room(f"steps is {shown(steps)}: too many to keep with every={shown(every)}", len(kept), records, run.x[0].size)
    kept = {name: _longer(array, records) for name, array in kept.items()}
    size = max(1, min(64, steps, _CHUNK_FLOATS // max(x.size, 1)))
    while done < last and (escaped < 0).any():
        count = min(size, last - done)
        here, where = (stepper, ()) if rows is None else (_only(stepper, rows, len(escaped)), (rows,))
        part = {name: np.empty((count, *x.shape)) for name in kept}
        with np.errstate(all="ignore"):
            x, state = _advance(potential, here, x, state, part)
        left = np.array(escaped[where])
        _mark_escapes(part, escape, left, done)
        escaped[where] = left
        first = every - 1 - done % every
        for name, array in part.items():
            kept[name][(slice((done + first + 1) // every, (done + count) // every + 1), *where)] = array[first::every]
        if rows is not None and (left >= 0).any():
            x, state, rows = x[left < 0], _pick(state, left < 0), rows[left < 0]
        done += count
        yield 1.0 - (last - done) / steps
    x_kept, escaped = kept.pop("x"), escaped if escaped.ndim else _step_or_none(escaped)
    return Trajectory(potential, stepper, x_kept, every, escaped, kept, End(last, x, state, escape, rows))


def finish(work: Iterator[float], report: Callable[[float], None] = lambda share: None):
    """Do all the work, report the share that is done, and return what it returns."""
    while True:
        try:
            report(next(work))
        except StopIteration as end:
            return end.value


def _only(stepper: Stepper, rows: np.ndarray, count: int) -> Stepper:
    """The stepper with the step sizes of some of so many runs."""
    alike = len(rows) == count or np.ndim(stepper.eta) == 0
    return stepper if alike else replace(stepper, eta=np.broadcast_to(stepper.eta, count)[rows])


def _pick(state, chosen: np.ndarray):
    """Those runs of a state, whose arrays have the runs along their first axis."""
    if isinstance(state, tuple):
        return tuple(_pick(part, chosen) for part in state)
    return state[chosen] if np.shape(state)[:1] == chosen.shape else state


def _longer(array: np.ndarray, records: int) -> np.ndarray:
    """The array with room for so many records, NaN in the new ones."""
    longer = np.full((records, *array.shape[1:]), np.nan)
    longer[: len(array)] = array
    return longer


def _advance(potential, stepper, x, state, out):
    """Fill `out` with the next iterates, and with what the stepper keeps beside them."""
    step, others, iterates = stepper.step, out.keys() - {"x"}, out["x"]
    for i in range(len(iterates)):
        new, state = step(potential, x, state)
        if new.shape != x.shape:
            raise ValueError(f"{stepper!r} turned a point of shape {x.shape} into one of shape {new.shape}")
        iterates[i] = x = new
        for name in others:
            out[name][i] = stepper.keep(state)[name]
    return x, state


def _mark_escapes(chunk, bound, escaped, done):
    """Note each run's first step beyond the bound, and blank all that is kept of it from there on."""
    beyond = ~(np.abs(chunk["x"]).max(-1) <= bound)
    if beyond.any():
        first = np.where(beyond.any(0), beyond.argmax(0) + done + 1, -1)
        escaped[...] = np.where(escaped >= 0, escaped, first)
    if (escaped >= 0).any():
        step = np.arange(done + 1, done + 1 + len(beyond)).reshape(-1, *(1,) * escaped.ndim)
        for array in chunk.values():
            array[(step >= escaped) & (escaped >= 0)] = np.nan


def _start(potential, stepper, x0) -> np.ndarray:
    """x0 as points, broadcast with the stepper's eta."""
    x = finite("x0", points("x0", x0, potential.dim))
    batch = broadcast("the batch of x0", x.shape[:-1], "eta", np.shape(stepper.eta))
    if 0 in batch:
        raise ValueError(f"x0 must hold at least one point, got shape {x.shape}")
    return np.array(np.broadcast_to(x, (*batch, potential.dim)))


def _step_or_none(escaped) -> int | None:
    return None if escaped < 0 else int(escaped)
