"""Curvature: sharpness, the estimators of the Hessian's top eigenvalues, and the secant curvature.

Sharpness is the algebraically largest eigenvalue of the Hessian, never the one of largest magnitude. Estimators
share one signature and return `Eigenpairs`, which say how far they can be trusted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from eos.potentials import Potential
from eos.validation import finite, points, positive, whole

_DENSE = 64
"""Up to this many coordinates the whole Hessian is as quick as an iteration."""


@dataclass(frozen=True, eq=False)
class Eigenpairs:
    """Approximate eigenvalues of a Hessian, the algebraically largest first.

    values     shape `(k,)`
    vectors    shape `(k, n)`: unit vectors, one a row, a block that `hvp` takes
    residuals  shape `(k,)`: |H v - value v|; an eigenvalue of H lies within this distance of the value
    matvecs    Hessian-vector products used
    converged  whether the tolerance was met
    """

    values: np.ndarray
    vectors: np.ndarray
    residuals: np.ndarray
    matvecs: int
    converged: bool


def exact(potential: Potential, x, k: int = 1) -> Eigenpairs:
    """The k largest eigenvalues from the whole Hessian: n products and an n x n decomposition."""
    x, k = _single(potential, x, k)
    hessian = potential.hessian(x)
    values, vectors = np.linalg.eigh(hessian)
    values, vectors = values[::-1][:k], vectors.T[::-1][:k]
    residuals = np.linalg.norm(vectors @ hessian - values[:, None] * vectors, axis=1)
    return Eigenpairs(values, vectors, residuals, potential.dim, True)


def power_iteration(
    potential: Potential, x, k: int = 1, *, v0=None, tol: float = 1e-6, max_matvecs: int = 20_000, seed=0
) -> Eigenpairs:
    """The k largest eigenvalues by v <- (H + c) v / |(H + c) v|, found vectors projected out.

    The shift c, an estimate of the largest magnitude, makes the algebraically largest eigenvalue dominate; without
    it (and it takes ten more products) power iteration finds the largest magnitude. Stops when each residual is at most `tol` times that magnitude.
    """
    x, k = _single(potential, x, k)
    positive("tol", tol)
    whole("max_matvecs", max_matvecs, 1)
    starts = _start_vectors(potential.dim, k, v0, seed)
    hvp = potential.at(x).hvp
    shift, used = _magnitude(hvp, starts[0])
    found, values, residuals = np.empty((0, potential.dim)), [], []
    for i, v in enumerate(starts):
        limit = tol * shift * max(0.3 ** (k - 1 - i), 1e-3)  # tighter for the first, whose error leaks into the others
        while True:
            v = _unit(project_out(found, v))
            hv = hvp(v)
            used += 1
            value = float(v @ hv)
            residual = float(np.linalg.norm(hv - value * v))
            if residual <= limit or used >= max_matvecs:
                break
            v = hv + shift * v
        found = np.vstack([found, v])
        values, residuals = [*values, value], [*residuals, residual]
    order = np.argsort(values)[::-1]
    residuals = np.array(residuals)[order]
    return Eigenpairs(
        np.array(values)[order], found[order], residuals, used, bool((residuals <= tol * shift).all())
    )


def lanczos(
    potential: Potential, x, k: int = 1, *, v0=None, tol: float = 1e-6, max_matvecs: int | None = None, seed=0
) -> Eigenpairs:
    """The k largest eigenvalues by the Lanczos iteration (1950), fully re-orthogonalised.

    v0, shape `(n,)` or `(m, n)`, are directions to start from; random ones otherwise. Stops when the residuals of
    the first k + 1 eigenvalues are at most `tol` times the largest magnitude seen: one more than asked for,
    because the last that has converged may be the wrong one. At most `max_matvecs` products (default n).
    """
    x, k = _single(potential, x, k)
    positive("tol", tol)
    most = potential.dim if max_matvecs is None else whole("max_matvecs", max_matvecs, 1)
    start = blend(
        _start_vectors(potential.dim, 1, v0, seed) if v0 is None else _rows(v0, potential.dim), seed
    )

    def small(values, residuals, k):
        return max(residuals[:k]) <= tol * max(map(abs, values))

    hvp, rng = potential.at(x).hvp, np.random.default_rng(seed)
    rng.standard_normal(potential.dim)  # the start's own numbers: what follows must not lie along it
    pairs = krylov(hvp, start, k + 1, small, most, rng)
    return _first(k, pairs) if k == 1 else _with_twins(hvp, pairs, k, small, max_matvecs or most * (k + 1), rng)


def _first(k: int, pairs: Eigenpairs) -> Eigenpairs:
    return replace(pairs, values=pairs.values[:k], vectors=pairs.vectors[:k], residuals=pairs.residuals[:k])


def _with_twins(hvp: Callable, pairs: Eigenpairs, k: int, good: Callable, most: int, rng) -> Eigenpairs:
    """One Krylov space holds an eigenvalue once, however often it occurs: look again beside what was found."""
    while pairs.converged and pairs.matvecs < most and len(pairs.vectors) < len(pairs.vectors[0]):
        found, low = pairs.vectors, 3.0 * max(np.abs(pairs.values).max(), 1e-300)
        start = _unit(project_out(found, rng.standard_normal(found.shape[1])))
        beside = krylov(lambda v, found=found, low=low: hvp(v) - low * (found @ v) @ found, start, 2, good, most, rng)
        values = np.append(pairs.values, beside.values[0])
        order = np.argsort(-values, kind="stable")
        merged = Eigenpairs(
            values[order], np.vstack([found, beside.vectors[:1]])[order],
            np.append(pairs.residuals, beside.residuals[0])[order],
            pairs.matvecs + beside.matvecs, beside.converged,
        )  # fmt: skip
        if order[-1] == len(values) - 1:
            return _first(k, replace(pairs, matvecs=merged.matvecs))
        pairs = _first(k, merged)
    return _first(k, pairs)


def sharpness(potential: Potential, x) -> float | np.ndarray:
    """The algebraically largest eigenvalue of the Hessian at x: a number, or an array for a batch of points.

    From the whole Hessian when n is small, by `lanczos` to a relative 1e-9 otherwise.
    """
    x = finite("x", points("x", x, potential.dim))
    if potential.dim <= _DENSE:
        top = np.linalg.eigvalsh(potential.hessian(x))[..., -1]
    else:
        top = np.empty(x.shape[:-1])
        for i in np.ndindex(top.shape):
            top[i] = lanczos(potential, x[i], tol=1e-9).values[0]
    return float(top) if np.ndim(top) == 0 else top


def secant_curvature(potential: Potential, a, b) -> float | np.ndarray:
    """The mean curvature of f along the segment from a to b, shape `(...)`.

    (grad f(b) - grad f(a)) . (b - a) / |b - a|^2, the average of the second derivative along the way. One step of
    gradient descent multiplies the last step by exactly 1 - eta times it in one dimension. NaN where a = b.
    """
    a, b = points("a", a, potential.dim), points("b", b, potential.dim)
    with np.errstate(all="ignore"):
        rise = potential.gradient(b) - potential.gradient(a)
        mean = (rise * (b - a)).sum(-1) / np.square(b - a).sum(-1)
    return float(mean) if np.ndim(mean) == 0 else mean


def krylov(
    hvp: Callable, start: np.ndarray, k: int, good: Callable, most: int, rng: np.random.Generator
) -> Eigenpairs:
    """Lanczos from the unit vector `start` until `good(values, residuals, k)` holds for its Ritz pairs."""
    n = len(start)
    k, most = min(k, n), min(most, n)
    basis, t = np.empty((min(most, 16), n)), np.zeros((most + 1, most + 1) if most < 16 else (17, 17))
    w, size = start, 1.0
    for j in range(1, most + 1):
        if j > len(basis):
            basis, t = np.resize(basis, (2 * j, n)), np.pad(t, (0, 2 * j))
        basis[j - 1] = w / size
        seen = basis[:j]
        w = hvp(basis[j - 1])
        for _ in range(2):
            overlap = seen @ w
            w = w - overlap @ seen
            t[j - 1, j - 1] += overlap[-1]
        coupling = size = np.sqrt(w @ w)
        if size <= 1e-13 * np.abs(t[:j, :j]).max() and j < n:  # an invariant subspace: go on outside it
            w, coupling = project_out(seen, rng.standard_normal(n)), 0.0
            size = np.sqrt(w @ w)
        t[j, j - 1] = t[j - 1, j] = coupling
        if j <= k and j < most:
            continue
        values, weights = np.linalg.eigh(t[:j, :j])
        values, weights = values[::-1], weights.T[::-1]
        residuals = np.abs(coupling * weights[:, -1])
        done = good(values.tolist(), residuals.tolist(), k)
        if done:
            break
    return Eigenpairs(values[:k], weights[:k] @ seen, residuals[:k], j, done)


def _magnitude(hvp: Callable, v: np.ndarray) -> tuple[float, int]:
    """A number a little above the largest magnitude of an eigenvalue, and the products it took."""
    largest = 0.0
    for _ in range(10):
        v = hvp(_unit(v))
        largest = max(largest, float(np.linalg.norm(v)))
        if largest == 0.0:
            return 1.0, 1
    return 1.2 * largest, 10


def blend(vectors: np.ndarray, rng) -> np.ndarray:
    """One unit start vector from several: each a bit smaller than the last, and 1 % noise to reach the rest."""
    rng = np.random.default_rng(rng)
    noise = rng.standard_normal(vectors.shape[1])
    return _unit(0.7 ** np.arange(len(vectors)) @ vectors + 0.01 * noise / np.sqrt(noise @ noise))


def project_out(found: np.ndarray, v: np.ndarray) -> np.ndarray:
    for _ in range(2):
        v = v - (found @ v) @ found
    return v


def _unit(v: np.ndarray) -> np.ndarray:
    return v / np.sqrt(v @ v)


def _rows(v0, n: int) -> np.ndarray:
    vectors = np.atleast_2d(points("v0", v0, n))
    if vectors.ndim > 2 or not np.isfinite(vectors).all() or not np.square(vectors).sum(-1).all():
        raise ValueError("v0 must be one or several finite, non-zero vectors, shape (n,) or (m, n)")
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def _start_vectors(n: int, k: int, v0, seed) -> np.ndarray:
    """k start vectors: those of v0 first, with 1 % noise to reach the rest, then random ones."""
    noise = np.random.default_rng(seed).standard_normal((k, n)) / np.sqrt(n)
    given = np.empty((0, n)) if v0 is None else _rows(v0, n)[:k]
    return np.vstack([given + 0.01 * noise[: len(given)], noise[len(given) :]])


def _single(potential: Potential, x, k: int) -> tuple[np.ndarray, int]:
    x = finite("x", points("x", x, potential.dim))
    if x.ndim > 1:
        raise ValueError(f"x must be one point of shape ({potential.dim},), got a batch of shape {x.shape}")
    return x, whole("k", k, 1, potential.dim)
