"""All eigenvalues above a level, at one point after another that lie close together."""

import numpy as np

from eos.curvature.estimators import DENSE, eigh
from eos.potentials import Potential, a_potential
from eos.validation import broadcast, generator, numbers, points, positive

__all__ = ["eigenpairs_above"]

BLOCK, ROUGH = 6, 1e-4
"""As many vectors are handed from one point to the next; so well must the first value below the level be known."""


@np.errstate(all="ignore")
def eigenpairs_above(potential: Potential, x, level, *, start=None, tol: float = 1e-6, seed=0):
    """Every eigenvalue of the Hessian at x above `level`, for x of shape `(..., n)` and a level for all or for each.

    Returns the values `(..., k)`, the largest first, their vectors `(..., k, n)`, and a block `(..., m, n)`, what to
    give as `start` at points near by. Runs of a batch that have fewer than others are filled up with -inf and zeros; a
    Hessian that is not finite has one value, NaN.

    For 48 coordinates or fewer the whole Hessian is used, and the block is empty. Otherwise it is Rayleigh and Ritz in
    a space that begins with the block (random vectors at first) and takes in the residuals, as in Davidson's method
    (1975) without a preconditioner, until those of the values above the level are at most `tol` times the largest
    magnitude; of the next value 0.0001 times it, where that leaves it below the level. With 0.01 times it the second
    eigenvector, where it lies close below the level, may hide the first.
    """
    x = points("x", x, a_potential(potential).dim)
    levels, batch = numbers("level", level), x.shape[:-1]
    if broadcast("level", levels.shape, "the batch", batch) != batch:
        raise ValueError(f"level must be one number, or one a point, shape {batch}, got shape {levels.shape}")
    levels = np.broadcast_to(levels, batch)
    positive("tol", tol)
    if potential.dim <= DENSE:
        values, vectors = eigh(potential.hessian(x))
        kept = ~(values <= levels[..., None])
        kept[..., 1:] &= ~np.isnan(values[..., 1:])
        most = int(kept.sum(-1).max(initial=0))
        values, vectors, kept = values[..., :most], vectors[..., :most, :], kept[..., :most]
        block = np.empty((*batch, 0, potential.dim))
        return np.where(kept, values, -np.inf), np.where(kept[..., None], vectors, 0.0), block
    found = []
    for run in np.ndindex(batch):
        begun = start is not None and np.shape(start)[-2] > 0 and np.isfinite(start[run]).all()
        block = start[run] if begun else generator(seed).standard_normal((BLOCK, potential.dim))
        found.append(_davidson(potential.at(x[run]).hvp, np.linalg.qr(block.T)[0].T, levels[run], tol))
    most = max(len(values) for values, _, _ in found)
    parts = zip(*((_filled(v, most, -np.inf), _filled(u, most, 0.0), b) for v, u, b in found), strict=True)
    return tuple(np.stack(part).reshape(*batch, *part[0].shape) for part in parts)


def _davidson(hvp, basis, level, tol):
    """Values, vectors and the next block at one point."""
    products, n = hvp(basis), basis.shape[1]
    while np.isfinite(products).all():
        values, turn = eigh(basis @ products.T)
        vectors, count = turn @ basis, int((values > level).sum())
        wrong = (turn @ products - values[:, None] * vectors)[: count + 1]
        sizes, limit = np.linalg.norm(wrong, axis=1), tol * np.abs(values).max()
        left = sizes > limit
        left[count:] &= (sizes > ROUGH / tol * limit)[count:] | (values[: count + 1] + sizes > level)[count:]
        missing = n - len(basis)
        if missing == 0 or (len(values) > count and not left.any()):
            return values[:count], vectors[:count], vectors[:BLOCK]
        new = (wrong[left] / sizes[left, None] if left.any() else np.eye(1, n))[:missing]
        for _ in range(2):
            new = np.linalg.qr((new - new @ basis.T @ basis).T)[0].T
        basis, products = np.vstack([basis, new]), np.vstack([products, hvp(new)])
    return np.full(1, np.nan), np.full((1, n), np.nan), np.full((BLOCK, n), np.nan)


def _filled(array, most, value):
    """The array with so many rows."""
    return np.concatenate([array, np.full((most - len(array), *array.shape[1:]), value)])
