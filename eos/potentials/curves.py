"""The course's curves, the parabola, one that flattens, a valley's walls; and the reader's own, from functions."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from eos.potentials.potential import Potential
from eos.validation import broadcast, finite, numbers, one_number, points, shown, whole

__all__ = ["FromFunctions", "Quadratic", "SoftAbs", "Walls"]


@dataclass(frozen=True, eq=False)
class Quadratic(Potential):
    """f(x) = x^T H x / 2, the parabola: the one potential whose curvature is the same everywhere.

    `curvatures` is a number (n = 1: f = a x^2 / 2), n numbers (the diagonal of H) or a symmetric n x n matrix H.
    Raises ValueError when it is empty, not finite, not symmetric or of another shape.
    """

    curvatures: float | tuple | np.ndarray = 1.0
    _h: np.ndarray = field(init=False, repr=False)

    def __post_init__(self):
        given = np.array(numbers("curvatures", self.curvatures))
        if given.size == 0 or given.ndim > 2 or (given.ndim == 2 and given.shape[0] != given.shape[1]):
            raise ValueError(f"curvatures has shape {given.shape}; give a number, n numbers or an n x n matrix")
        finite("curvatures", given)
        if given.ndim == 2 and not np.allclose(given, given.T, rtol=1e-12, atol=1e-12 * np.abs(given).max()):
            raise ValueError("curvatures must be a symmetric matrix: use (H + H.T) / 2")
        object.__setattr__(self, "_h", given if given.ndim else given[None])

    @property
    def dim(self) -> int:
        return len(self._h)

    @np.errstate(all="ignore")
    def value(self, x):
        x = points("x", x, self.dim)
        return 0.5 * (x * self._times(x)).sum(-1)

    def gradient(self, x):
        return self._times(points("x", x, self.dim))

    @np.errstate(all="ignore")
    def hvp(self, x, v):
        x, v = points("x", x, self.dim), points("v", v, self.dim)
        return self._times(np.broadcast_to(v, broadcast("x", x.shape, "v", v.shape)))

    def _times(self, v):
        return v @ self._h if self._h.ndim == 2 else self._h * v


@dataclass(frozen=True)
class SoftAbs(Potential):
    """f(x) = x^2 / sqrt(1 + x^2): a parabola of curvature 2 near 0 that straightens to |x| far out (n = 1).

    f'  = x (x^2 + 2) / (1 + x^2)^(3/2), at most 4 sqrt(2) / (3 sqrt(3)) = 1.0887 in size, reached at sqrt(2).
    f'' = (2 - x^2) / (1 + x^2)^(5/2), which is negative beyond sqrt(2).
    The curve of Regis, "What is Edge of Stability?" (2025).
    """

    dim = 1

    def value(self, x):
        x = points("x", x, 1)[..., 0]
        near = np.clip(x, -1e300, 1e300)
        return np.abs(x) * np.abs(near / np.hypot(1.0, near))

    def gradient(self, x):
        x = points("x", x, 1)
        h = np.hypot(1.0, x)
        q = 1.0 / h
        if np.count_nonzero(q) < q.size:  # some x is infinite, and infinity over infinity is not a number
            x, h = np.clip(x, -1e300, 1e300), np.minimum(h, 1e300)
        return x / h * (1.0 + q * q)

    @np.errstate(all="ignore")
    def hvp(self, x, v):
        x, v = points("x", x, 1), points("v", v, 1)
        broadcast("x", x.shape, "v", v.shape)
        q = 1.0 / np.hypot(1.0, x)
        return (3.0 * q * q - 1.0) * q**3 * v


@dataclass(frozen=True)
class Walls(Potential):
    """l(z) of height 1 and curvature 1 at its bottom z = 0, whose fourth derivative there is `bend` (n = 1).

    bend <= 0: l = 1 + z^2 / (1 + q), l' = z / q, l'' = q^-3 with q = sqrt(1 - bend z^2 / 3): a parabola at 0, and
    walls that straighten far out. The default, bend = -3, is l = sqrt(1 + z^2).
    bend > 0: l = 1 + z^2 / 2 + bend z^4 / 24: walls that bend more and more strongly.
    Raises ValueError unless `bend` is one finite number.
    """

    bend: float = -3.0

    def __post_init__(self):
        object.__setattr__(self, "bend", one_number("bend", self.bend))

    dim = 1

    @np.errstate(all="ignore")
    def value(self, x):
        z = points("x", x, 1)[..., 0]
        if self.bend > 0:
            return 1.0 + z * z * (0.5 + self.bend / 24.0 * z * z)
        return 1.0 + z * (z / (1.0 + self._q(z)))

    @np.errstate(all="ignore")
    def gradient(self, x):
        z = points("x", x, 1)
        return z * (1.0 + self.bend / 6.0 * z * z) if self.bend > 0 else z / self._q(z)

    @np.errstate(all="ignore")
    def hvp(self, x, v):
        z, v = points("x", x, 1), points("v", v, 1)
        broadcast("x", z.shape, "v", v.shape)
        return (1.0 + self.bend / 2.0 * z * z) * v if self.bend > 0 else (1.0 / self._q(z)) ** 3 * v

    def _q(self, z):
        return np.hypot(1.0, np.sqrt(-self.bend / 3.0) * z)


class FromFunctions(Potential):
    """Your own potential, from functions of one point: a number when dim is 1, an array `(n,)` otherwise.

    value(x) -> number; gradient(x) -> like x; hvp(x, v) -> like x (for dim 1: second derivative times v).
    Without `hvp`, central differences of the gradient stand in, good to about 1e-9 relative where the gradient
    is smooth. Functions may return or raise an overflow; it counts as infinite.
    """

    def __init__(self, value: Callable, gradient: Callable, hvp: Callable | None = None, dim: int = 1):
        for name, function in {"value": value, "gradient": gradient, "hvp": hvp}.items():
            if not (callable(function) or (name == "hvp" and function is None)):
                raise ValueError(f"{name} must be a function of a point, got {shown(function)}")
        self._value, self._gradient, self._hvp, self._dim = value, gradient, hvp, whole("dim", dim, 1)

    def __repr__(self):
        return f"FromFunctions({getattr(self._value, '__name__', 'value')}, dim={self._dim})"

    @property
    def dim(self) -> int:
        return self._dim

    def value(self, x):
        return self._map(self._value, (), points("x", x, self.dim))

    def gradient(self, x):
        return self._map(self._gradient, (self.dim,), points("x", x, self.dim))

    def hvp(self, x, v):
        x, v = points("x", x, self.dim), points("v", v, self.dim)
        shape = broadcast("x", x.shape, "v", v.shape)
        both = np.broadcast_to(x, shape), np.broadcast_to(v, shape)
        return self._map(self._hvp or self._difference, (self.dim,), *both)

    def _difference(self, x, v):
        size = np.abs(v).max()
        if size == 0:
            return np.zeros_like(v)
        h = np.cbrt(np.finfo(float).eps) * (1.0 + np.abs(x).max()) / size
        ahead, behind = (self._call(self._gradient, np.shape(x), x + step * v) for step in (h, -h))
        return (ahead - behind) / (2 * h)

    def _map(self, function, shape, *arguments):
        """Call `function` on each point of a batch."""
        batch = arguments[0].shape[:-1]
        out = np.empty(batch + shape)
        for i in np.ndindex(batch):
            point = [a[i][0] if self.dim == 1 else a[i].copy() for a in arguments]
            out[i] = self._call(function, shape, *point)
        return out

    @np.errstate(all="ignore")
    def _call(self, function, shape, *point):
        """The answer of `function` at one point; it must fill `shape`."""
        try:
            answer = function(*point)
        except OverflowError:
            return np.full(shape, np.inf)
        name, right = f"an answer of {self!r}", f"numbers of shape {shape}" if shape else "one number"
        answer = numbers(name, answer, right)
        if answer.size != math.prod(shape):
            raise ValueError(f"{name} must be {right}, got shape {answer.shape}")
        return answer.reshape(shape)
