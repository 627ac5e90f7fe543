"""Curvature: sharpness, the estimators of the Hessian's top eigenvalues, and the secant curvature.

Sharpness is the algebraically largest eigenvalue of the Hessian, never the one of largest magnitude. Estimators
share one signature and return `Eigenpairs`, which say how far they can be trusted. Where the Hessian is not finite
all answers are NaN, without a warning. The iterations square its numbers: they want sizes from 1e-150 to 1e150.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from eos.potentials import Potential, a_potential, one_point
from eos.validation import broadcast, finite, generator, points, positive, shown, whole

_DENSE = 64
"""Up to this many coordinates the whole Hessian is as quick as an iteration."""


@dataclass(frozen=True, eq=False, repr=False)
class Eigenpairs:
    """Approximate eigenvalues of a Hessian, the algebraically largest first.

    values     shape `(k,)`
    vectors    shape `(k, n)`: unit vectors, one a row, a block that `hvp` takes
    residuals  shape `(k,)`: |H v - value v|; an eigenvalue of H lies within this distance of the value
    matvecs    Hessian-vector products used
    converged  whether the tolerance was met; never where the Hessian is not finite, and all the numbers are NaN
    """

    values: np.ndarray
    vectors: np.ndarray
    residuals: np.ndarray
    matvecs: int
    converged: bool

    def __repr__(self):
        values = ", ".join(f"{value:.6g}" for value in self.values[:3]) + ", ..." * (len(self.values) > 3)
        state = "converged" if self.converged else "not converged"
        return f"Eigenpairs({values}; residuals up to {self.residuals.max():.1e}, {self.matvecs} products, {state})"


@np.errstate(all="ignore")
def exact(potential: Potential, x, k: int = 1) -> Eigenpairs:
    """The k largest eigenvalues from the whole Hessian: n products and an n x n decomposition."""
    x, k = one_point(potential, x), whole("k", k, 1, potential.dim)
    hessian = potential.hessian(x)
    values, vectors = (part[:k] for part in eigh(hessian))
    residuals = np.linalg.norm(vectors @ hessian - values[:, None] * vectors, axis=1)
    return Eigenpairs(values, vectors, residuals, potential.dim, bool(np.isfinite(values).all()))


@np.errstate(all="ignore")
def power_iteration(
    potential: Potential, x, k: int = 1, *, v0=None, tol: float = 1e-6, max_matvecs: int = 20_000, seed=0
) -> Eigenpairs:
    """The k largest eigenvalues by V <- (H + c) V, k vectors at once, made orthonormal in every round.

    The eigenvalues of V H V^T are the values, its eigenvectors turn V to the vectors (Rayleigh and Ritz); for k = 1
    this is v <- (H + c) v / |(H + c) v|. The shift c, a little above the largest magnitude, makes the algebraically
    largest eigenvalue dominate; without it (and it takes ten more products) power iteration finds the largest
    magnitude. A round takes k products. Stops when each residual is at most `tol` c, or before it would use more
    than `max_matvecs` products, which must be k + 1 or more.
    """
    x, k = one_point(potential, x), whole("k", k, 1, potential.dim)
    positive("tol", tol)
    whole("max_matvecs", max_matvecs, k + 1)
    hvp, vectors = potential.at(x).hvp, _start_vectors(potential.dim, k, v0, generator(seed))
    shift, used = _magnitude(hvp, vectors[0], min(10, max_matvecs - k))
    while True:
        vectors, products, values, residuals = _ritz(hvp, vectors)
        used += k
        done = bool((residuals <= tol * shift).all() and shift < np.inf)
        if done or used + k > max_matvecs or not np.isfinite(residuals).all():
            return Eigenpairs(values, vectors, residuals, used, done)
        vectors = products + shift * vectors


@np.errstate(all="ignore")
def lanczos(
    potential: Potential, x, k: int = 1, *, v0=None, tol: float = 1e-6, max_matvecs: int | None = None, seed=0
) -> Eigenpairs:
    """The k largest eigenvalues by the Lanczos iteration (1950), fully re-orthogonalised.

    v0, shape `(n,)` or `(m, n)`, are directions to start from; random ones otherwise. Stops when the residuals of
    the first k + 1 eigenvalues are at most `tol` times the largest magnitude seen: one more than asked for,
    because the last that has converged may be the wrong one. For k > 1 it then looks whether an eigenvalue found
    occurs again. At most `max_matvecs` products, which must be k or more (default (k + 1) n); where they do not
    suffice for all of this, it has not converged.
    """
    x, k = one_point(potential, x), whole("k", k, 1, potential.dim)
    positive("tol", tol)
    most = (k + 1) * potential.dim if max_matvecs is None else whole("max_matvecs", max_matvecs, k)
    rng = generator(seed)
    start = blend(rng.standard_normal((1, potential.dim)) if v0 is None else _rows(v0, potential.dim), rng)

    largest = 0.0

    def small(values, residuals, count):
        nonlocal largest
        largest = max(largest, values[0], -values[-1])
        return max(residuals[:count]) <= tol / np.sqrt(k) * largest  # for _with_twins may mix k of them

    hvp = potential.at(x).hvp
    pairs = krylov(hvp, start, k + 1, small, most, rng)
    parts = (part[:k] for part in (pairs.values, pairs.vectors, pairs.residuals))
    pairs = Eigenpairs(*parts, pairs.matvecs, pairs.converged)
    return pairs if k == 1 else _with_twins(hvp, pairs, small, most, rng)


def _with_twins(hvp: Callable, pairs: Eigenpairs, good: Callable, most: int, rng) -> Eigenpairs:
    """One Krylov space holds an eigenvalue once, however often it occurs: look again beside what was found."""
    vectors, values, used, sound = pairs.vectors, pairs.values, pairs.matvecs, pairs.converged
    k, n = vectors.shape
    for _ in range(k if k < n else 0):
        sound = sound and used + k < most  # the last k products are for the residuals
        if not sound:
            break
        start = _unit(project_out(vectors, rng.standard_normal(n)))
        beside = krylov(hvp, start, 2, good, most - k - used, rng, vectors)
        used, sound = used + beside.matvecs, beside.converged
        if beside.values[0] <= values[-1]:
            break
        order = np.argsort(-np.append(values, beside.values[0]), kind="stable")[:k]
        vectors, values = np.vstack([vectors, beside.vectors[:1]])[order], np.append(values, beside.values[0])[order]
    if vectors is pairs.vectors:
        return replace(pairs, matvecs=used, converged=sound)
    vectors, _, values, residuals = _ritz(hvp, vectors)
    sound = sound and good(values.tolist(), (residuals / np.sqrt(k)).tolist(), k)
    return Eigenpairs(values, vectors, residuals, used + k, sound)


@np.errstate(all="ignore")
def sharpness(potential: Potential, x) -> float | np.ndarray:
    """The algebraically largest eigenvalue of the Hessian at x: a number, or an array for a batch of points.

    From the whole Hessian when n is small, by `lanczos` to a relative 1e-9 otherwise. NaN where the Hessian is not
    finite; a ValueError where x is not.
    """
    x = finite("x", points("x", x, a_potential(potential).dim))
    if potential.dim <= _DENSE:
        top = eigh(potential.hessian(x))[0][..., 0]
    else:
        top = np.empty(x.shape[:-1])
        for i in np.ndindex(top.shape):
            top[i] = lanczos(potential, x[i], tol=1e-9).values[0]
    return float(top) if np.ndim(top) == 0 else top


@np.errstate(all="ignore")
def secant_curvature(potential: Potential, a, b) -> float | np.ndarray:
    """The mean curvature of f along the segment from a to b, shape `(...)`.

    (grad f(b) - grad f(a)) . (b - a) / |b - a|^2, the average of the second derivative along the way. One step of
    gradient descent multiplies the last step by exactly 1 - eta times it in one dimension. NaN where a = b, and
    where a or b is NaN, as after an escape.
    """
    a, b = (points(name, x, a_potential(potential).dim) for name, x in (("a", a), ("b", b)))
    broadcast("a", a.shape, "b", b.shape)
    rise = potential.gradient(b) - potential.gradient(a)
    mean = (rise * (b - a)).sum(-1) / np.square(b - a).sum(-1)
    return float(mean) if np.ndim(mean) == 0 else mean


def eigh(hessian: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Eigenvalues, the largest first, and eigenvectors as rows; NaN where a matrix is not finite."""
    lost = ~np.isfinite(hessian).all((-2, -1))
    values, vectors = np.linalg.eigh(np.where(lost[..., None, None], 0.0, hessian))
    values, vectors = values[..., ::-1], vectors.swapaxes(-1, -2)[..., ::-1, :]
    values[lost], vectors[lost] = np.nan, np.nan
    return values, vectors


def _ritz(hvp: Callable, vectors: np.ndarray):
    """What the span of some vectors knows: orthonormal Ritz vectors, H times them, Ritz values, residuals."""
    vectors = np.linalg.qr(vectors.T)[0].T
    products = hvp(vectors)
    values, turn = eigh(products @ vectors.T)
    vectors, products = turn @ vectors, turn @ products
    return vectors, products, values, np.linalg.norm(products - values[:, None] * vectors, axis=1)


def krylov(
    hvp: Callable, start: np.ndarray, k: int, good: Callable, most: int, rng, beside=None, least: int = 0
) -> Eigenpairs:
    """Lanczos from the unit vector `start` until `good(values, residuals, k)` holds for its Ritz pairs.

    `beside`, rows to which `start` is orthogonal: what to keep out of. `least`, the products before it first looks.
    There is a vector more than values: the next iteration may start from it too.
    """
    n, m = len(start), 0 if beside is None else len(beside)
    k, most = min(k, n - m), min(most, n - m)
    basis, t = np.empty((m + min(most, 16), n)), np.zeros((min(most, 16) + 1,) * 2)
    if m:
        basis[:m] = beside
    w, size, largest = start, 1.0, 0.0
    for j in range(1, most + 1):
        if m + j > len(basis):
            basis, t = np.resize(basis, (m + 2 * j, n)), np.pad(t, (0, 2 * j))
        basis[m + j - 1] = w / size
        seen = basis[: m + j]
        w = hvp(basis[m + j - 1])
        largest = max(largest, math.sqrt(w.dot(w)))
        w, t[j - 1, j - 1] = _outside(seen, w)
        coupling = size = math.sqrt(w.dot(w))
        if not size < math.inf:
            return Eigenpairs(*(np.full(shape, np.nan) for shape in (k, (k, n), k)), j, False)
        if size <= 1e-13 * largest and m + j < n:  # nothing new: go on outside
            w, coupling = project_out(seen, rng.standard_normal(n)), 0.0
            size = math.sqrt(w.dot(w))
        t[j, j - 1] = t[j - 1, j] = coupling
        largest = max(largest, coupling)
        if j < max(k + 1, least) and j < most:
            continue
        values, weights = np.linalg.eigh(t[:j, :j])
        values, weights = values[::-1], weights.T[::-1]
        residuals = np.abs(coupling * weights[:, -1])
        done = j >= k and good(values.tolist(), residuals.tolist(), k)
        if done:
            break
    return Eigenpairs(values[:k], weights[: k + 1] @ seen[m:], residuals[:k], j, done)


def _outside(seen: np.ndarray, w: np.ndarray) -> tuple[np.ndarray, float]:
    """w without its parts along the rows of `seen`, and its part along the last of them."""
    first = seen.dot(w)
    w = w - first.dot(seen)
    again = seen.dot(w)
    return w - again.dot(seen), first[-1] + again[-1]


def _magnitude(hvp: Callable, v: np.ndarray, most: int) -> tuple[float, int]:
    """A number a little above the largest magnitude of an eigenvalue, and the products it took."""
    sizes = []
    while len(sizes) < most and v.any():
        v = hvp(_unit(v))
        sizes.append(float(np.linalg.norm(v)))
    return 1.2 * max(sizes) or 1.0, len(sizes)


def blend(vectors: np.ndarray, rng) -> np.ndarray:
    """One unit start vector from several: each a bit smaller than the last, and 1 % noise to reach the rest."""
    noise = rng.standard_normal(vectors.shape[1])
    return _unit(0.7 ** np.arange(len(vectors)) @ vectors + 0.01 * noise / np.sqrt(noise @ noise))


def project_out(found: np.ndarray, v: np.ndarray) -> np.ndarray:
    """v without its parts along the rows of `found`."""
    for _ in range(2):
        v = v - (found @ v) @ found
    return v


def _unit(v: np.ndarray) -> np.ndarray:
    return v / math.sqrt(v @ v)


def _rows(v0, n: int) -> np.ndarray:
    vectors = np.atleast_2d(points("v0", v0, n))
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    if vectors.ndim > 2 or vectors.size == 0 or not (np.isfinite(lengths) & (lengths > 0)).all():
        right = f"one or several finite, non-zero vectors, shape ({n},) or (m, {n})"
        raise ValueError(f"v0 must be {right}, got shape {np.shape(v0)}: {shown(v0)}")
    return vectors / lengths


def _start_vectors(n: int, k: int, v0, rng) -> np.ndarray:
    """k start vectors: those of v0 first, with 1 % noise to reach the rest, then random ones."""
    noise = rng.standard_normal((k, n)) / np.sqrt(n)
    given = np.empty((0, n)) if v0 is None else _rows(v0, n)[:k]
    return np.vstack([given + 0.01 * noise[: len(given)], noise[len(given) :]])
