"""Potentials: the functions that gradient descent walks down.

A point has shape `(..., n)`: the last axis holds the n coordinates, leading axes are a batch. One-dimensional
potentials also take a plain number. Not-a-number goes in and comes out, as in NumPy, so that a run that has
escaped can still be drawn.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np

from eos.validation import finite, instance, points, room, sample_numbers

__all__ = ["Potential"]

_THIRD = float(np.cbrt(np.finfo(float).eps))
"""The best distance for a central difference, in parts of the size of what is looked at."""


class Potential(ABC):
    """A twice differentiable function f: R^n -> R, with its gradient and Hessian-vector products."""

    @classmethod
    def examples(cls) -> list[Potential]:
        """Instances that the tests try; to be given where `cls()` alone does not do."""
        return [cls()]

    @property
    @abstractmethod
    def dim(self) -> int:
        """n, the number of coordinates of a point."""

    @property
    def samples(self) -> int:
        """The number of samples over which f is a mean: 1 for a function that is none."""
        return 1

    def minibatch(self, rows) -> Potential:
        """The mean over some of the samples: `rows` are their numbers, shape (m,), from 0 on; ValueError for others."""
        sample_numbers(rows, self.samples)
        return self

    @property
    def work(self) -> int:
        """About how many numbers are at work for one point: what is done side by side is bounded by it."""
        return self.dim

    @abstractmethod
    def value(self, x) -> np.ndarray:
        """f(x), shape `(...)`."""

    @abstractmethod
    def gradient(self, x) -> np.ndarray:
        """The gradient of f at x, shape `(..., n)`.

        What every step takes is kept bare: an overflow warns, as in NumPy, where all else (and `descend`) is quiet.
        """

    @abstractmethod
    def hvp(self, x, v) -> np.ndarray:
        """The Hessian of f at x times v, shape `(..., n)`; the leading axes of x and v broadcast."""

    @np.errstate(all="ignore")
    def hessian(self, x) -> np.ndarray:
        """The matrix of second derivatives at x, shape `(..., n, n)`: one product with the identity."""
        return self.at(x).hessian

    @np.errstate(all="ignore")
    def third(self, x, u, v) -> np.ndarray:
        """The third derivative of f at x along u and v: the gradient of u.Hv, shape `(..., n)`; leading axes broadcast.

        As it stands a central difference of Hessian-vector products, h = 6e-6 (1 + max |x|) apart from x on either side
        along u: good to some 1e-9 of the size of H, where H changes over distances of about 1 + max |x|. A network's
        is exact.
        """
        x, u, v = points("x", x, self.dim), points("u", u, self.dim), points("v", v, self.dim)
        reach = _THIRD * (1.0 + np.abs(x).max(-1, keepdims=True))
        length = np.maximum(np.sqrt(np.square(u).sum(-1, keepdims=True)), 1e-300)
        shift = reach / length * u
        shape = np.broadcast_shapes(shift.shape, v.shape)
        ahead, behind = self.hvp(np.stack([np.broadcast_to(x + side, shape) for side in (shift, -shift)]), v)
        return (ahead - behind) * (length / (2.0 * reach))

    def at(self, x):
        """The local view of f at x: `value`, `gradient`, `hvp(v)`, `hessian`, with the shared work done once.

        It stays at x until its `move_to(y)` is called. Go on with what that returns, a view from y, and let go of the
        old one: it may be the same object, moved (a network's is), or another (`Local`). Views of two `at` calls are
        independent, and answers are fresh arrays.
        """
        return Local(self, points("x", x, self.dim))


@dataclass(frozen=True, eq=False)
class Local:
    """A potential seen from one point (or one batch of points) x."""

    potential: Potential
    x: np.ndarray

    def move_to(self, x) -> Local:
        """The view from another point: a new one, this stays where it is. Rely only on the one returned."""
        return Local(self.potential, points("x", x, self.potential.dim))

    @property
    def value(self) -> np.ndarray:
        """f(x), shape `(...)`."""
        return self.potential.value(self.x)

    @property
    def gradient(self) -> np.ndarray:
        """The gradient at x, shape `(..., n)`."""
        return self.potential.gradient(self.x)

    def hvp(self, v) -> np.ndarray:
        """The Hessian at x times v, shape `(..., n)`; leading axes broadcast."""
        return self.potential.hvp(self.x, v)

    @property
    def hessian(self) -> np.ndarray:
        """The Hessian at x, shape `(..., n, n)`."""
        n = self.potential.dim
        room(f"the Hessian of {self.x.size // n} points with {n} coordinates", 2, self.x.size, n)
        return self.potential.hvp(self.x[..., None, :], np.eye(n))


def a_potential(value) -> Potential:
    """`value`, when it is a potential; ValueError otherwise."""
    return instance("potential", value, Potential, "a potential such as SoftAbs()")


def one_point(potential: Potential, x, name: str = "x") -> np.ndarray:
    """x as one finite point of the potential, shape `(n,)`; ValueError when it, or the potential, is none."""
    x = finite(name, points(name, x, a_potential(potential).dim))
    if x.ndim > 1:
        raise ValueError(f"{name} must be one point of shape ({potential.dim},), got a batch of shape {x.shape}")
    return x
