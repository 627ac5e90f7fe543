"""Sharpness, the secant curvature, and the estimators of the Hessian's top eigenvalues.

Sharpness is the algebraically largest eigenvalue of the Hessian, never the one of largest magnitude. Estimators
share one signature and return `Eigenpairs`, which say how far they can be trusted. Where the Hessian is not finite
all answers are NaN, without a warning. The iterations square its numbers: they want sizes from 1e-150 to 1e150.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from eos.curvature.recurrence import Recurrence, blend, project_out, unit
from eos.potentials import Potential, a_potential, one_point
from eos.validation import broadcast, finite, generator, points, positive, room, rows_that_fit, shown, whole

__all__ = ["Eigenpairs", "exact", "lanczos", "power_iteration", "secant_curvature", "sharpness"]

PROBES, MARGIN = 10, 1.2
"""Products that it takes to estimate the largest magnitude, and the factor by which power iteration is shifted more."""
KRYLOV = 500
"""Vectors that an iteration keeps by default: above as many coordinates no matrix of all of them."""
DENSE, DENSE_WARM = 48, 16
"""Up to so many coordinates the whole Hessian is as quick as an iteration from anew, and as one that starts warm."""


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
    shift, used = _magnitude(hvp, vectors[0], min(PROBES, max_matvecs - k))
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
    occurs again. At most `max_matvecs` products, which must be k or more; where they do not suffice for all of this, it
    has not converged. It keeps a vector a product, n at most, 16 n bytes each as it grows, and refuses to where this
    would not fit. By default it takes no more than it may keep, 500 or 4 k, and as many for each of k looks again.
    """
    x, k = one_point(potential, x), whole("k", k, 1, potential.dim)
    positive("tol", tol)
    n, longest = potential.dim, min(potential.dim, max(KRYLOV, 4 * k), rows_that_fit(2 * potential.dim))
    if max_matvecs is None:
        most = (k + 1) * longest
    else:
        longest = most = whole("max_matvecs", max_matvecs, k)
    room(f"max_matvecs is {most}: too many vectors to keep", 2, min(longest, n), n)
    rng = generator(seed)
    start = blend(rng.standard_normal((1, potential.dim)) if v0 is None else _rows(v0, potential.dim), rng)

    largest = 0.0

    def small(values, residuals, count):
        nonlocal largest
        largest = max(largest, values[0], -values[-1])
        return max(residuals[:count]) <= tol / np.sqrt(k) * largest  # for _with_twins may mix k of them

    hvp = potential.at(x).hvp
    pairs = search(Recurrence(hvp, start, rng), k + 1, small, longest)
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
        start = unit(project_out(vectors, rng.standard_normal(n)))
        beside = search(Recurrence(hvp, start, rng, vectors), 2, good, most - k - used)
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
    if potential.dim <= DENSE:
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
    lost = None if math.isfinite(hessian.sum()) else ~np.isfinite(hessian).all((-2, -1))
    if lost is not None:
        hessian = np.where(lost[..., None, None], 0.0, hessian)
    values, vectors = np.linalg.eigh(hessian)
    values, vectors = values[..., ::-1].copy(), vectors.swapaxes(-1, -2)[..., ::-1, :].copy()  # BLAS wants them so
    if lost is not None:
        values[lost], vectors[lost] = np.nan, np.nan
    return values, vectors


def _ritz(hvp: Callable, vectors: np.ndarray):
    """What the span of some vectors knows: orthonormal Ritz vectors, H times them, Ritz values, residuals."""
    vectors = np.linalg.qr(vectors.T)[0].T
    products = hvp(vectors)
    values, turn = eigh(products @ vectors.T)
    vectors, products = turn @ vectors, turn @ products
    return vectors, products, values, np.linalg.norm(products - values[:, None] * vectors, axis=1)


def search(space: Recurrence, k: int, good: Callable, most: int) -> Eigenpairs:
    """Grow the space, by `most` products at most, until `good(values, residuals, k)` holds for its first Ritz pairs."""
    k, most, done = min(k, space.most), min(most, space.most), False
    while not done and space.products < most:
        if not space.grow():
            n = space.basis.shape[1]
            return Eigenpairs(*(np.full(shape, np.nan) for shape in (k, (k, n), k)), space.products, False)
        if space.products > k or space.products == most:
            values, weights, residuals = space.ritz()
            done = space.products >= k and good(values.tolist(), residuals.tolist(), k)
    return Eigenpairs(values[:k], space.vectors(weights[:k]), residuals[:k], space.products, done)


def _magnitude(hvp: Callable, v: np.ndarray, most: int) -> tuple[float, int]:
    """A number a little above the largest magnitude of an eigenvalue, and the products it took."""
    sizes = []
    while len(sizes) < most and v.any():
        v = hvp(unit(v))
        sizes.append(float(np.linalg.norm(v)))
    return MARGIN * max(sizes) or 1.0, len(sizes)


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
