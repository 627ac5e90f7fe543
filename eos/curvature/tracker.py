"""The largest eigenvalues at one point after another, each estimate started from what the last one found.

A moving block: LOBPCG (Knyazev, 2001) on a matrix that moves. From one step of a run to the next the top eigenvectors
turn little, and at the edge they come back every second step: so nearly all of the new ones is in the span of the last
ones, of the one before, and of the last residual. One product with this block and the eigenvalues of a small matrix
(Rayleigh and Ritz) are mostly the whole estimate. Where its error is too large, the block grows by the residual that
stands in the way, again and again, as a Krylov space would.
"""

from collections.abc import Callable

import numpy as np

from eos.curvature.estimators import DENSE_WARM, eigh

WIDEST = 40
"""Vectors beyond k to which a block grows; it then goes on from the better half of them."""
NOISE = 0.01
"""The share of noise in the last vector of a block, which is for what the others have no part of."""
COLD = 1e-3
"""The first estimate, which starts from noise, has to be so much better than the tolerance."""


class Tracker:
    """The k largest eigenvalues along `runs` runs side by side, each to a relative `tol`.

    An estimate stands when each value, by its residual r and the gap to its neighbours, errs by at most `tol` times
    the largest magnitude (r or r^2 / gap), and neither of the next two, its residual added, reaches the last of them:
    so a change of places is noticed. What the block has no part of, noise must bring. It keeps k + 3 vectors a run, 8 n
    bytes each, and room for at most twice k + 40. Of few coordinates it takes the whole Hessian.
    """

    def __init__(self, dim: int, k: int, tol: float, rng, runs: int = 1):
        self.k, self.tol, self.begun = k, tol, False
        start = np.eye(dim) if dim <= max(DENSE_WARM, k + 3) else rng.standard_normal((runs, dim, k + 3))
        self.block = np.broadcast_to(np.linalg.qr(start)[0].swapaxes(-1, -2), (runs, start.shape[-1], dim))
        self.space = Subspace(runs, dim, start.shape[-1] + 5, rng)

    def __call__(self, hvp: Callable) -> tuple[np.ndarray, np.ndarray]:
        """Values `(runs, k)` and vectors `(runs, k, n)` for the Hessians of now; NaN where one is not finite.

        `hvp` multiplies blocks of shape `(runs, m, n)` by them.
        """
        k, space, tol = self.k, self.space, self.tol if self.begun else COLD * self.tol
        space.start(self.block, hvp)
        if space.m == self.block.shape[-1]:  # the whole space
            return space.values[:, :k], space.weights[:, :k] @ self.block
        needs, left = self._needs(tol), self.block.shape[-1] - space.m
        while needs.max() > 1.0 and left > 0:
            if space.m == k + WIDEST:
                space.shrink(k + WIDEST // 2)
            space.grow(needs.argmax(-1), hvp)
            needs, left = self._needs(tol), left - 1
        lost, block = np.isnan(space.values[:, 0]), self._next_block()
        block[lost], self.block, self.begun = self.block[lost], block, True
        vectors = block[:, :k]
        return space.values[:, :k], np.where(lost[:, None, None], np.nan, vectors) if lost.any() else vectors

    def only(self, count: int):
        """The same for the first runs alone."""
        self.block, self.space = self.block[:count], Subspace(count, self.block.shape[-1], self.k + 8, self.space.rng)
        return self

    def _needs(self, tol: float) -> np.ndarray:
        """How far pairs are from what they must be, the k looked for and the two after them: up to 1 is enough."""
        k, values, r = self.k, self.space.values, self.space.residuals(self.k + 3)
        limit = np.maximum(tol * np.maximum(values[:, :1], -values[:, -1:]), 1e-300)
        gaps = np.maximum(values[:, :k] - values[:, 1 : k + 1], limit)
        near = gaps if k == 1 else np.hstack([gaps[:, :1], np.minimum(gaps[:, 1:], gaps[:, :-1])])
        errors = r[:, :k] * np.minimum(r[:, :k] / near, 1.0) / limit
        below = np.maximum(values[:, k - 1, None] - values[:, k : k + 2], limit)
        return np.concatenate([errors, (1.0 if self.begun else 100.0) * r[:, k : k + 2] / below], axis=1)

    def _next_block(self) -> np.ndarray:
        """k + 1 Ritz vectors; what the first of them was last time or, where it hardly turned, one Ritz vector more;
        and a residual: of the first or, where all is well, of that one more, so that the next in line is known, and
        where that is known too, a scout, yet another Ritz vector, which climbs by its residual.
        """
        k, space, best = self.k, self.space, self.space.weights[:, : self.k + 1]
        before = -(best[:, None, :, 0] @ best)
        before[..., 0] += 1.0
        turn = _lengths(before)[..., None]
        turns = (turn > 0.1 * np.sqrt(self.tol)) & self.begun
        before = np.where(turns, _beside(best, before / np.maximum(turn, 1e-300)), space.weights[:, k + 1, None])
        rests = ~turns[:, 0, 0]
        last = space.outside(np.where(rests, k + 1, 0), NOISE)
        known = rests & (space.sizes[:, k + 1] < 0.01 * np.abs(space.values[:, 0]))
        if known.any():
            last = np.where(known[:, None, None], space.climbing(k + 2, NOISE), last)
        return np.concatenate([np.concatenate([best, before], axis=1) @ space.basis, last], axis=1)


class Subspace:
    """An orthonormal basis of m vectors for each of some runs, and what Rayleigh and Ritz see of a Hessian in it.

    basis, products    shape `(runs, m, n)`: the vectors, and the Hessian times them
    values, weights    `(runs, m)` and `(runs, m, m)`: Ritz values, the largest first; a Ritz vector's parts are a row
    """

    def __init__(self, runs: int, n: int, most: int, rng):
        self.rng, self.every = rng, np.arange(runs)
        self.m, self.room, self.matrix = 0, np.empty((2, runs, most, n)), np.zeros((runs, most, most))

    @property
    def basis(self) -> np.ndarray:
        return self.room[0, :, : self.m]

    @property
    def products(self) -> np.ndarray:
        return self.room[1, :, : self.m]

    def start(self, block: np.ndarray, hvp: Callable):
        """Begin anew with these orthonormal vectors."""
        self.m = 0
        self._add(block, hvp(block))

    def grow(self, worst: np.ndarray, hvp: Callable):
        """One vector more for each run: the residual of the Ritz pair of this number."""
        new = self.outside(worst, 0.0)
        self._add(new, hvp(new))

    def outside(self, pair: int | np.ndarray, noise: float) -> np.ndarray:
        """A unit vector outside the basis, shape `(runs, 1, n)`: a residual, with a share of noise in it.

        Where the residual is all rounding, the noise is most of it.
        """
        runs, _, n = self.basis.shape
        rest, size = self.rest[self.every, pair], self.sizes[self.every, pair]
        least = 1e-12 * np.abs(self.values[:, 0]) + 1e-300
        if noise or (size < least).any():
            share = np.sqrt(12.0 / n) * np.maximum(noise * size, least)
            rest += share[:, None] * (self.rng.random((runs, n)) - 0.5)
        return _beside(self.basis, rest[:, None])

    def climbing(self, pair: int, noise: float) -> np.ndarray:
        """A Ritz vector after a step of power iteration, orthogonal to the others."""
        vectors = np.abs(self.values[:, :1, None]) * (self.weights[:, pair, None] @ self.basis)
        vectors += self.sizes[:, pair, None, None] * self.outside(pair, noise)
        return vectors / np.maximum(_lengths(vectors), 1e-300)[..., None]

    def shrink(self, m: int):
        """Go on with the first m Ritz vectors."""
        first = self.weights[:, :m]
        basis, products, self.m = first @ self.basis, first @ self.products, 0
        self._add(basis, products)

    def residuals(self, count: int) -> np.ndarray:
        """|H v - value v| of the first Ritz pairs, shape `(runs, count)`; the vectors are kept as `rest`."""
        first = self.weights[:, :count]
        self.rest = first @ self.products
        self.rest -= (self.values[:, :count, None] * first) @ self.basis
        self.sizes = _lengths(self.rest)
        return self.sizes

    def _add(self, vectors: np.ndarray, products: np.ndarray):
        old, self.m = self.m, self.m + vectors.shape[1]
        if self.m > self.room.shape[2]:
            self.room = np.concatenate([self.room, np.empty_like(self.room)], axis=2)
            self.matrix = np.pad(self.matrix, ((0, 0), *((0, self.matrix.shape[1]),) * 2))
        self.room[0, :, old : self.m], self.room[1, :, old : self.m] = vectors, products
        self.matrix[:, old : self.m, : self.m] = products @ self.basis.swapaxes(-1, -2)  # the lower triangle
        self.values, self.weights = eigh(self.matrix[:, : self.m, : self.m])


def _lengths(vectors: np.ndarray) -> np.ndarray:
    return np.sqrt(np.vecdot(vectors, vectors))


def _beside(basis: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    """Unit vectors that are nearly outside the basis, without what they have in it."""
    vectors = vectors - (vectors @ basis.swapaxes(-1, -2)) @ basis
    vectors /= np.maximum(_lengths(vectors), 1e-300)[..., None]
    return vectors
