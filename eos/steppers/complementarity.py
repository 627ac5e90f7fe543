"""The small semidefinite complementarity problem: which bounce holds several eigenvalues at the edge.

For a symmetric k x k matrix A and a linear map B of such matrices find X with

    X >= 0,    A + B[X] >= 0,    <X, A + B[X]> = 0,

where >= 0 says that no eigenvalue is negative. Where <X, B[X]> is never negative these are the conditions for the
least <X, B[X]> / 2 + <A, X> over X >= 0.
"""

import numpy as np

from eos.validation import numbers, positive

__all__ = ["complementarity", "complementarity_errors"]

ROUNDS, PUSHES, NEWTON = 40, 20, 20
"""So often are tried so many steps of the multiplier method, and then so many of Newton's."""
WEIGHTS = 0.1, 0.01, 0.001, 1.0
"""Of the quadratic term of the multiplier method, taken by turns: one that suits B makes it quick."""


@np.errstate(all="ignore")
def complementarity(a, b, tol: float = 1e-10) -> np.ndarray:
    """X, shape `(k, k)`, for A of shape `(k, k)` and B of shape `(k, k, k, k)`: B[X]_ij = sum of B_ijpq X_pq.

    Closed form for k = 1, and wherever X = 0 or X = -B^-1 A does it. Otherwise Newton's method for
    X = (X - A - B[X])_+, where ()_+ drops negative eigenvalues, from what the alternating direction method of
    multipliers (Boyd and co-authors, 2011) has found; until the three `complementarity_errors` are at most `tol`. NaN
    where that is not reached, as where no X solves it: B = 0, and A has a negative eigenvalue. ValueError for other
    shapes.
    """
    basis, q, r, unit = _scaled(a, b)
    positive("tol", tol)
    if not np.isfinite(r).all() or not np.isfinite(q).all():
        return np.full(unit.shape, np.nan)
    if _lowest(np.tensordot(q, basis, 1)) >= 0:
        return np.zeros(unit.shape)
    y = _solve(basis, q, r, tol) if r.any() else np.full(len(q), np.nan)
    return unit * np.tensordot(y, basis, 1)


@np.errstate(all="ignore")
def complementarity_errors(a, b, x) -> tuple[float, float, float]:
    """By how much X misses: the negative parts of X and of A + B[X], and |<X, A + B[X]>|, all without units.

    Coordinates are first stretched so that all B_iiii = 1, which changes none of the three conditions. Then A counts
    in parts of |A|, and X in parts of |A| / |B|, or of itself where it is larger; |B| is the largest eigenvalue of B.
    NaN where X is.
    """
    basis, q, r, unit = _scaled(a, b)
    if (x := numbers("x", x)).shape != unit.shape:
        raise ValueError(f"x must have the shape of a, {unit.shape}, got {x.shape}")
    if not np.isfinite(x).all():
        return (np.nan,) * 3
    return _errors(basis, q, r, np.tensordot(basis, x / unit, 2))


def _scaled(a, b):
    """An orthonormal basis of the symmetric matrices, A and B in it at size 1, and what X is measured in."""
    a, b = numbers("a", a), numbers("b", b)
    k = len(a) if a.ndim == 2 else 0
    if k == 0 or a.shape != (k, k) or b.shape != (k, k, k, k):
        raise ValueError(f"a and b must have shapes (k, k) and (k, k, k, k), got {a.shape} and {b.shape}")
    basis = _symmetric_basis(k)
    own = np.einsum("iiii->i", b)
    stretch = np.where(own > 0, own, 1.0) ** -0.25
    pairs = np.outer(stretch, stretch)
    flat = basis.reshape(len(basis), -1)
    q, r = flat @ (pairs * a).ravel(), flat @ (pairs[..., None, None] * b * pairs).reshape(k * k, -1) @ flat.T
    size = np.sqrt(q @ q) or 1.0
    largest = (np.linalg.eigvalsh(r)[-1] if np.isfinite(r).all() else np.nan) or 1.0
    return basis, q / size, r / largest, pairs * size / largest


def _symmetric_basis(k: int) -> np.ndarray:
    """An orthonormal basis of the symmetric k x k matrices, shape `(k (k + 1) / 2, k, k)`."""
    rows, columns = np.triu_indices(k)
    basis, places = np.zeros((len(rows), k, k)), np.arange(len(rows))
    entries = np.where(rows == columns, 1.0, np.sqrt(0.5))
    basis[places, rows, columns] = basis[places, columns, rows] = entries
    return basis


def _solve(basis, q, r, tol) -> np.ndarray:
    """The coordinates of X, where A and B are of size 1."""
    values, turn = np.linalg.eigh(r)
    y = -np.linalg.lstsq(r, q, rcond=1e-13)[0]
    z = _above(basis, y)
    for trial in range(ROUNDS):
        if max(_errors(basis, q, r, y)) <= tol:
            return y
        rho = WEIGHTS[trial % len(WEIGHTS)]
        inverse, held = turn / (np.maximum(values, 0.0) + rho) @ turn.T, -(q + r @ z) / rho
        for _ in range(PUSHES):
            x = inverse @ (rho * (z - held) - q)
            z = _above(basis, x + held)
            held = held + x - z
        y = _newton(basis, q, r, z, 1.0 / rho)
    return np.full_like(q, np.nan)


def _newton(basis, q, r, y, tau) -> np.ndarray:
    """Newton's method for y = (y - tau (q + r y))_+, which is not smooth but nearly everywhere."""
    best, least = y, np.inf
    for _ in range(NEWTON):
        place = y - tau * (q + r @ y)
        values, vectors = np.linalg.eigh(np.tensordot(place, basis, 1))
        turned = vectors.T @ basis @ vectors
        kept = np.maximum(values, 0.0)
        missed = y - turned.diagonal(axis1=1, axis2=2) @ kept
        if (error := np.abs(missed).max()) < least:
            best, least = y, error
        if not 1e-15 < error < np.inf:
            break
        gaps = values[:, None] - values
        share = np.where(gaps == 0, values[:, None] > 0, (kept[:, None] - kept) / np.where(gaps == 0, 1.0, gaps))
        slope = np.einsum("mij,ij,nij->mn", turned, share, turned)
        y = y - np.linalg.lstsq(np.eye(len(q)) - slope @ (np.eye(len(q)) - tau * r), missed, rcond=None)[0]
    return _above(basis, best)


def _above(basis, y) -> np.ndarray:
    """The nearest matrix without negative eigenvalues."""
    values, vectors = np.linalg.eigh(np.tensordot(y, basis, 1))
    return np.einsum("mij,ik,k,jk->m", basis, vectors, np.maximum(values, 0.0), vectors)


def _errors(basis, q, r, y) -> tuple[float, float, float]:
    slack, size = q + r @ y, max(1.0, np.sqrt(y @ y))
    negative = [max(0.0, -_lowest(np.tensordot(part, basis, 1))) for part in (y, slack)]
    return negative[0] / size, negative[1], abs(float(y @ slack)) / size


def _lowest(matrix) -> float:
    return float(np.linalg.eigvalsh(matrix)[0])
