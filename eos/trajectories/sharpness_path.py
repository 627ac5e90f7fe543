"""Sharpness along a run: `sharpness_along` and the `SharpnessPath` that it returns."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from eos.curvature.estimators import DENSE_WARM, eigh
from eos.curvature.tracker import Tracker
from eos.potentials import Potential
from eos.trajectories.trajectory import Trajectory, finish
from eos.validation import generator, instance, positive, room, whole

__all__ = ["SharpnessPath", "sharpness_along"]


SIDE_BY_SIDE, NUMBERS = 24, 2**14
"""Stretches that are tracked at once: so many, as long as what they work with stays near the processor."""
STRETCH = 128
"""Records of a stretch, at least: each begins cold, for the price of a few records more."""


@dataclass(frozen=True, eq=False, repr=False)
class SharpnessPath:
    """The Hessian's largest eigenvalues along a run, NaN where the run has escaped or the Hessian is not finite.

    steps    shape `(m,)`, the step numbers
    values   shape `(m, ..., k)`, the largest first; the dots are the run's batch
    vectors  shape `(m, ..., k, n)`, unit eigenvectors, each with the sign that follows the one before
    """

    steps: np.ndarray
    values: np.ndarray
    vectors: np.ndarray

    def __repr__(self):
        return f"SharpnessPath({len(self.steps)} records, values of shape {self.values.shape})"

    @property
    def top(self) -> np.ndarray:
        """The sharpness, shape `(m, ...)`."""
        return self.values[..., 0]


def sharpness_along(
    trajectory: Trajectory, k: int = 1, every: int = 1, *, preconditioned: bool = False, tol: float = 1e-6, seed=0
) -> SharpnessPath:
    """The k largest Hessian eigenvalues at every `every`-th record of a run, or of a batch of runs.

    With `preconditioned`, those of H / P, with P the preconditioner that the run has kept, by which the step after the
    record divides: the *preconditioned* sharpness, that the thresholds of RMSProp and Adam are about. The vectors are
    then those of P^(-1/2) H P^(-1/2), which has the same eigenvalues. ValueError for a run that has kept none.

    A `Tracker` follows them, from one vector more than asked for: from one alone it would miss the moment when two
    eigenvalues change places. `tol` bounds the estimated errors, in parts of the largest magnitude. That estimate can
    be fooled, by an eigenvalue of which nothing was seen before: where the top four change places in one step, the
    sharpness has been seen 1e-6 off for a record; and of eigenvalues that are exactly equal, which k > 1 would ask
    for, one may be missed. For 16 coordinates or fewer the whole Hessian is used, and all this is exact. It keeps k
    vectors a record and a run, of 8 n bytes each, and raises ValueError where they would not fit.
    """
    return finish(going_along(trajectory, k, every, tol, seed, preconditioned))


def going_along(
    trajectory: Trajectory, k: int = 1, every: int = 1, tol: float = 1e-6, seed=0, preconditioned: bool = False
) -> Iterator[float]:
    """`sharpness_along` as work in pieces: yields the share that is done, returns the path."""
    potential = instance("trajectory", trajectory, Trajectory, "what descend returns").potential
    dim = potential.dim
    whole("k", k, 1, dim)
    whole("every", every, 1)
    positive("tol", tol)
    generator(seed)
    x = trajectory.x[::every]
    room(f"every is {every}: too many eigenvectors to keep, with k={k}", k, x.size)
    values, vectors = np.full((*x.shape[:-1], k), np.nan), np.full((*x.shape[:-1], k, dim), np.nan)
    if instance("preconditioned", preconditioned, bool, "True or False"):
        potential, x = _Divided(potential), np.concatenate([x, _scale(trajectory)[::every]], axis=-1)
    runs = (a.reshape(len(x), -1, *a.shape[x.ndim - 1 :]) for a in (x, values, vectors))
    with np.errstate(all="ignore"):
        dense = dim <= DENSE_WARM or dim < 2 * k + 6
        yield from _dense(potential, *runs) if dense else _tracked(potential, *runs, tol, seed)
        return SharpnessPath(trajectory.steps[::every], values, _follow(vectors))


def _scale(trajectory: Trajectory) -> np.ndarray:
    """1 / sqrt(P) at each record."""
    if "preconditioner" not in trajectory.kept:
        raise ValueError(f"trajectory must have kept a preconditioner, as RMSProp's and Adam's do, got {trajectory!r}")
    return 1.0 / np.sqrt(trajectory.kept["preconditioner"])


@dataclass(frozen=True, eq=False)
class _Divided:
    """A potential in other units at every point: a point is x and the scale there, one behind the other."""

    potential: Potential

    @property
    def dim(self):
        return self.potential.dim

    @property
    def work(self):
        return self.potential.work

    def hessian(self, point):
        x, scale = np.split(point, 2, axis=-1)
        return scale[..., :, None] * self.potential.hessian(x) * scale[..., None, :]

    def at(self, point):
        x, scale = np.split(point, 2, axis=-1)
        return _DividedLocal(self.potential.at(x), scale)


@dataclass(frozen=True, eq=False)
class _DividedLocal:
    """The same, seen from one point."""

    local: object
    scale: np.ndarray

    def hvp(self, v):
        return self.scale * self.local.hvp(self.scale * v)

    def move_to(self, point):
        x, scale = np.split(point, 2, axis=-1)
        return _DividedLocal(self.local.move_to(x), scale)


def _dense(potential, x, values, vectors):
    """Values and vectors at each point from the whole Hessian, several points at a time."""
    size, k = max(1, 2**16 // (potential.dim**2 * x.shape[1])), values.shape[-1]
    for start in range(0, len(x), size):
        some = slice(start, start + size)
        found = eigh(potential.hessian(x[some]))
        values[some], vectors[some] = found[0][..., :k], found[1][..., :k, :]
        yield min(1.0, (start + size) / len(x))


def _tracked(potential, x, values, vectors, tol, seed):
    """Values and vectors at each point: long runs in stretches, side by side, each with a block of its own."""
    side, stretches = max(1, min(SIDE_BY_SIDE, NUMBERS // potential.work)), []
    for run in range(x.shape[1]):
        here = np.flatnonzero(np.isfinite(x[:, run]).all(-1))
        pieces = max(1, min(len(here) // STRETCH, side // x.shape[1]))
        stretches += [(part, np.full(len(part), run)) for part in np.array_split(here, pieces)]
    stretches.sort(key=lambda stretch: -len(stretch[0]))
    for first in range(0, len(stretches), side):
        some = stretches[first : first + side]
        estimate, view = Tracker(potential.dim, values.shape[-1], tol, np.random.default_rng(seed), len(some)), None
        for i in range(len(some[0][0])):
            at = tuple(np.array([places[i] for places in both if i < len(places)]) for both in zip(*some, strict=True))
            points = x[at][:, None] if len(at[0]) > 1 else x[at][0]
            if len(at[0]) < len(estimate.block):
                estimate, view = estimate.only(len(at[0])), None
            view = potential.at(points) if view is None else view.move_to(points)
            values[at], vectors[at] = estimate(view.hvp)
            if i % 16 == 0:
                yield (first + len(some) * i / len(some[0][0])) / len(stretches)


def _follow(vectors: np.ndarray) -> np.ndarray:
    """Eigenvectors have no sign: give each the one that agrees with the step before."""
    turns = np.where((vectors[1:] * vectors[:-1]).sum(-1) < 0, -1.0, 1.0)
    vectors[1:] *= np.cumprod(turns, axis=0)[..., None]
    return vectors
