"""The Lanczos recurrence (1950), apart from the question when to stop: that is for those who use it."""

import math
from collections.abc import Callable

import numpy as np


class Recurrence:
    """An orthonormal basis of a Krylov space, grown by one product at a time, fully re-orthogonalised.

    It begins with the unit vector `start` and stays outside the rows of `beside`, to which `start` is orthogonal. In
    this basis the Hessian is a tridiagonal matrix, whose eigenvalues (Ritz values) approach the Hessian's. A
    space that holds nothing new goes on with a random vector.
    """

    def __init__(self, hvp: Callable, start: np.ndarray, rng, beside=None):
        self.hvp, self.rng, self.kept_out = hvp, rng, 0 if beside is None else len(beside)
        self.basis, self.matrix = np.empty((self.kept_out + 16, len(start))), np.zeros((17, 17))
        if self.kept_out:
            self.basis[: self.kept_out] = beside
        self.products, self.largest = 0, 0.0
        self._next, self._size = start, 1.0

    @property
    def most(self) -> int:
        """The products after which the whole space is known."""
        return self.basis.shape[1] - self.kept_out

    def grow(self) -> bool:
        """Take one product more; whether its numbers are finite, without which it ends."""
        j, m, n = self.products, self.kept_out, self.basis.shape[1]
        if m + j == len(self.basis):
            self.basis, self.matrix = np.resize(self.basis, (m + 2 * j + 2, n)), np.pad(self.matrix, (0, j + 2))
        self.basis[m + j] = self._next / self._size
        seen = self.basis[: m + j + 1]
        w = self.hvp(self.basis[m + j])
        self.products, self.largest = j + 1, max(self.largest, math.sqrt(w.dot(w)))
        w, self.matrix[j, j] = _outside(seen, w)
        coupling = size = math.sqrt(w.dot(w))
        if not size < math.inf:
            return False
        if size <= 1e-13 * self.largest and m + j + 1 < n:  # nothing new: go on outside
            w, coupling = project_out(seen, self.rng.standard_normal(n)), 0.0
            size = math.sqrt(w.dot(w))
        self.matrix[j + 1, j] = self.matrix[j, j + 1] = self._coupling = coupling
        self.largest, self._next, self._size = max(self.largest, coupling), w, size
        return True

    def ritz(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Ritz values, the largest first, their weights on the basis, one a row, and their residuals."""
        values, weights = np.linalg.eigh(self.matrix[: self.products, : self.products])
        values, weights = values[::-1], weights.T[::-1]
        return values, weights, np.abs(self._coupling * weights[:, -1])

    def vectors(self, weights: np.ndarray) -> np.ndarray:
        """The vectors with these weights."""
        return weights @ self.basis[self.kept_out : self.kept_out + self.products]


def _outside(seen: np.ndarray, w: np.ndarray) -> tuple[np.ndarray, float]:
    """w without its parts along the rows of `seen`, and its part along the last of them."""
    first = seen.dot(w)
    w = w - first.dot(seen)
    again = seen.dot(w)
    return w - again.dot(seen), first[-1] + again[-1]


def project_out(found: np.ndarray, v: np.ndarray) -> np.ndarray:
    """v without its parts along the rows of `found`."""
    for _ in range(2):
        v = v - (found @ v) @ found
    return v


def unit(v: np.ndarray) -> np.ndarray:
    """v at length 1."""
    return v / math.sqrt(v @ v)


def blend(vectors: np.ndarray, rng) -> np.ndarray:
    """One unit start vector from several: each a bit smaller than the last, and 1 % noise to reach the rest."""
    noise = rng.standard_normal(vectors.shape[1])
    return unit(0.7 ** np.arange(len(vectors)) @ vectors + 0.01 * noise / np.sqrt(noise @ noise))
