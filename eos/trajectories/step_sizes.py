"""Many step sizes: one start, trained as a batch with its sharpness, piece by piece, so that progress can be shown."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from eos.potentials import Potential
from eos.steppers import Stepper
from eos.trajectories.sharpness_path import SharpnessPath, going_along
from eos.trajectories.trajectory import Trajectory, descend, going_on

TRAINING = 0.7
"""The share of the time that training takes; the rest is for the sharpness."""


def in_pieces(potential: Potential, stepper: Stepper, x0, steps: int, every: int) -> Iterator[float]:
    """`descend`, then `sharpness_along` at every second record, for step sizes of shape `(m,)`.

    Where the stepper has a preconditioner, it is the preconditioned sharpness.
    Yields the share that is done; returns (run, path).
    """
    run = yield from _between(0.0, TRAINING, going_on(descend(potential, stepper, x0, 0, every=every), steps))
    path = going_along(run, every=2, preconditioned="preconditioner" in run.kept)
    return run, (yield from _between(TRAINING, 1.0, path))


def _between(first: float, last: float, work: Iterator[float]) -> Iterator[float]:
    """The same work as the part of a larger one from one share to another."""
    try:
        while True:
            yield first + (last - first) * next(work)
    except StopIteration as end:
        return end.value


def merged(run: Trajectory, path: SharpnessPath, more: Trajectory, more_path: SharpnessPath):
    """(run, path) with further step sizes of the same start put in their places."""
    etas = np.concatenate([run.stepper.eta, more.stepper.eta])
    order = np.argsort(etas)

    def both(first, second, axis=1):
        return np.concatenate([first, second], axis=axis).take(order, axis=axis)

    kept = {name: both(array, more.kept[name]) for name, array in run.kept.items()}
    stepper, escaped = replace(run.stepper, eta=etas[order]), both(run.escaped_at, more.escaped_at, axis=0)
    both_runs = Trajectory(run.potential, stepper, both(run.x, more.x), run.every, escaped, kept)
    values, vectors = both(path.values, more_path.values), both(path.vectors, more_path.vectors)
    return both_runs, replace(path, values=values, vectors=vectors)
