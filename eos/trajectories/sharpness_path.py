"""Sharpness along a run: `sharpness_along` and the `SharpnessPath` that it returns."""

from dataclasses import dataclass

import numpy as np

from eos.curvature.estimators import DENSE_WARM, WarmStart, eigh
from eos.potentials import Potential
from eos.trajectories.trajectory import Trajectory
from eos.validation import generator, instance, positive, whole

__all__ = ["SharpnessPath", "sharpness_along"]


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
    trajectory: Trajectory, k: int = 1, every: int = 1, *, preconditioned: bool = False, tol: float = 1e-6, seed=0
) -> SharpnessPath:
    """The k largest Hessian eigenvalues at every `every`-th record of a run, or of a batch of runs.

    With `preconditioned`, those of H / P, with P the preconditioner that the run has kept, by which the step after the
    record divides: the *preconditioned* sharpness, that the thresholds of RMSProp and Adam are about. The vectors are
    then those of P^(-1/2) H P^(-1/2), which has the same eigenvalues. ValueError for a run that has kept none.

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
    if preconditioned:
        potential, x = _Divided(potential), np.concatenate([x, _scale(trajectory)[::every]], axis=-1)
    batch = x.shape[1:-1]
    values, vectors = np.full((len(x), *batch, k), np.nan), np.full((len(x), *batch, k, dim), np.nan)
    track = _dense if dim <= DENSE_WARM else _lanczos
    for run in np.ndindex(batch):
        points = x[(slice(None), *run)]
        here = np.flatnonzero(np.isfinite(points).all(-1))
        for i, pairs in zip(here, track(potential, points[here], k, tol, seed), strict=True):
            values[(i, *run)], vectors[(i, *run)] = pairs
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


def _dense(potential, points, k, tol, seed):
    """Values and vectors at each point from the whole Hessian, several points at a time."""
    size = max(1, 2**16 // potential.dim**2)
    for start in range(0, len(points), size):
        values, vectors = eigh(potential.hessian(points[start : start + size]))
        yield from zip(values[:, :k], vectors[:, :k], strict=True)


def _lanczos(potential, points, k, tol, seed):
    """Values and vectors at each point, each Lanczos iteration warm-started from the last."""
    estimate, local = WarmStart(potential.dim, k, tol, seed), None
    for x in points:
        local = potential.at(x) if local is None else local.move_to(x)
        values, vectors = estimate(local.hvp)
        yield values[:k], vectors[:k]


def _follow(vectors: np.ndarray) -> np.ndarray:
    """Eigenvectors have no sign: give each the one that agrees with the step before."""
    turns = np.where((vectors[1:] * vectors[:-1]).sum(-1) < 0, -1.0, 1.0)
    vectors[1:] *= np.cumprod(turns, axis=0)[..., None]
    return vectors
