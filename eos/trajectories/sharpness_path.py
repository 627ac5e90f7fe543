"""Sharpness along a run: `sharpness_along` and the `SharpnessPath` that it returns."""

from dataclasses import dataclass

import numpy as np

from eos.curvature.estimators import DENSE_WARM, eigh
from eos.curvature.tracker import Tracker
from eos.trajectories.trajectory import Trajectory
from eos.validation import generator, instance, positive, whole

__all__ = ["SharpnessPath", "sharpness_along"]


SIDE_BY_SIDE, STRETCH, NUMBERS = 8, 100, 2**15

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


@np.errstate(all="ignore")
def sharpness_along(
    trajectory: Trajectory, k: int = 1, every: int = 1, *, tol: float = 1e-6, seed=0
) -> SharpnessPath:
    """The k largest Hessian eigenvalues at every `every`-th record of a run, or of a batch of runs.

    Each Lanczos iteration starts from the last k + 2 eigenvectors: from one alone it would miss the moment when two
    eigenvalues change places. `tol` bounds the estimated errors, in parts of the largest magnitude. That estimate
    can be fooled: where the top three change places in one step, the sharpness has been seen 2e-5 off for a record,
    where four do, 1e-3; and of eigenvalues that are exactly equal, which k > 1 would ask for, one may be missed. For
    16 coordinates or fewer the whole Hessian is used, and all this is exact.
    """
    potential = instance("trajectory", trajectory, Trajectory, "what descend returns").potential
    dim = potential.dim
    whole("k", k, 1, dim)
    whole("every", every, 1)
    positive("tol", tol)
    generator(seed)
    x = trajectory.x[::every]
    values, vectors = np.full((*x.shape[:-1], k), np.nan), np.full((*x.shape[:-1], k, dim), np.nan)
    track = _dense if dim <= DENSE_WARM or 2 * (k + 3) > dim else _tracked
    track(potential, x.reshape(len(x), -1, dim), values.reshape(len(x), -1, k), vectors.reshape(len(x), -1, k, dim), tol, seed)
    return SharpnessPath(trajectory.steps[::every], values, _follow(vectors))


def _dense(potential, x, values, vectors, tol, seed):
    """Values and vectors at each point from the whole Hessian, several points at a time."""
    size, k = max(1, 2**16 // potential.dim**2), values.shape[-1]
    for start in range(0, len(x), size):
        some = slice(start, start + size)
        found = eigh(potential.hessian(x[some]))
        values[some], vectors[some] = found[0][..., :k], found[1][..., :k, :]


def _tracked(potential, x, values, vectors, tol, seed):
    """Values and vectors at each point: a long run in stretches, and these side by side, each a `Tracker`'s own."""
    stretches, side = [], max(1, min(SIDE_BY_SIDE, NUMBERS // potential.work))
    for run in range(x.shape[1]):
        here = np.flatnonzero(np.isfinite(x[:, run]).all(-1))
        pieces = max(1, min(len(here) // STRETCH, side // x.shape[1]))
        stretches += [(run, part) for part in np.array_split(here, pieces)]
    stretches.sort(key=lambda stretch: -len(stretch[1]))
    for first in range(0, len(stretches), side):
        _side_by_side(potential, stretches[first : first + side], x, values, vectors, tol, seed)


def _side_by_side(potential, stretches, x, values, vectors, tol, seed):
    estimate = Tracker(potential.dim, values.shape[-1], tol, np.random.default_rng(seed), len(stretches))
    view, lengths = None, np.array([len(part) for _, part in stretches])
    for i in range(lengths[0]):
        count = int((lengths > i).sum())
        at = np.array([part[i] for _, part in stretches[:count]]), np.array([run for run, _ in stretches[:count]])
        points = x[at][:, None] if count > 1 else x[at][0]
        if count < len(estimate.block):
            estimate.only(count)
            view = None
        view = potential.at(points) if view is None else view.move_to(points)
        values[at], vectors[at] = estimate(view.hvp)


def _follow(vectors: np.ndarray) -> np.ndarray:
    """Eigenvectors have no sign: give each the one that agrees with the step before."""
    turns = np.where((vectors[1:] * vectors[:-1]).sum(-1) < 0, -1.0, 1.0)
    vectors[1:] *= np.cumprod(turns, axis=0)[..., None]
    return vectors
