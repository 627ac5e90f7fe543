"""Valleys: potentials with a second direction to flatten into.

Each is a curve of minima along which the sharpness differs, so that a bounce across the valley can carry a run along
it, to where the valley is flatter.
"""

from dataclasses import dataclass

import numpy as np

from eos.potentials.curves import Walls
from eos.potentials.potential import Potential
from eos.validation import generator, one_number, points, positive, room, shown, whole

__all__ = ["Catapult", "Product", "Valley"]

_quiet = np.errstate(over="ignore", invalid="ignore")
"""Decorates what is also asked about points of a run that is escaping."""


@dataclass(frozen=True)
class Valley(Potential):
    """L(x, y) = l(x y) - tilt y with l given by `walls`: a valley along the y axis, sharper farther up (n = 2).

    With z = x y, the gradient is l'(z) (y, x) - (0, tilt), the Hessian l''(z) (y, x)(y, x)^T + l'(z) [[0, 1], [1, 0]].
    `walls` is a one-dimensional potential with its bottom at 0, by default l = sqrt(1 + z^2); on the floor x = 0 the
    sharpness is l''(0) y^2. Without tilt all of the floor is minima, gradient flow conserves y^2 - x^2, and a step of
    gradient descent multiplies it by exactly 1 - eta^2 l'(z)^2. A tilt, a finite number, pulls along the floor to
    where it is sharper. The family l(x y) of Ahn et al. (2022); the tilt is ours. ValueError for other arguments.
    """

    tilt: float = 0.0
    walls: Potential = Walls()

    def __post_init__(self):
        object.__setattr__(self, "tilt", one_number("tilt", self.tilt))
        if not isinstance(self.walls, Potential) or self.walls.dim != 1:
            raise ValueError(f"walls must be a one-dimensional potential such as Walls(), got {shown(self.walls)}")

    dim = 2

    @_quiet
    def value(self, x):
        x = points("x", x, 2)
        return self.walls.value(x[..., :1] * x[..., 1:]) - self.tilt * x[..., 1]

    @_quiet
    def gradient(self, x):
        x = points("x", x, 2)
        gradient = self.walls.gradient(x[..., :1] * x[..., 1:]) * x[..., ::-1]
        if self.tilt:
            gradient[..., 1] -= self.tilt
        return gradient

    @_quiet
    def hvp(self, x, v):
        x, v = points("x", x, 2), points("v", v, 2)
        z, turned = x[..., :1] * x[..., 1:], x[..., ::-1]
        across = self.walls.hvp(z, 1.0) * (turned * v).sum(-1, keepdims=True) * turned
        return across + self.walls.gradient(z) * v[..., ::-1]


@dataclass(frozen=True)
class Product(Potential):
    """L(w) = (1 - w_1 w_2 ... w_n)^2 / 2: a chain of n scalar weights that is to multiply to 1 (n = `factors` >= 2).

    With p the product and r = 1 - p, the gradient is -r grad p; where p = 1 the sharpness is |grad p|^2, the sum of
    1 / w_i^2. Gradient flow conserves every w_i^2 - w_j^2. A step of gradient descent multiplies exactly, for n = 2,
    w_1^2 - w_2^2 by 1 - eta^2 r^2; for n = 4 and a start (x, y, x, y), a plane that no step leaves, x^2 - y^2 by
    1 - eta^2 r^2 x^2 y^2.
    Two factors: Kreisler et al. (2023); four: Zhu et al. (2022). Raises ValueError unless `factors` is from 2 to 16.
    """

    factors: int = 4

    def __post_init__(self):
        whole("factors", self.factors, 2, 16)

    @property
    def dim(self) -> int:
        return self.factors

    @_quiet
    def value(self, x):
        return 0.5 * (1.0 - points("x", x, self.dim).prod(-1)) ** 2

    @_quiet
    def gradient(self, x):
        x = points("x", x, self.dim)
        return (x.prod(-1, keepdims=True) - 1.0) * self._others(x)

    @_quiet
    def hvp(self, x, v):
        x, v = points("x", x, self.dim), points("v", v, self.dim)
        room(f"the pairs of factors of {x.size // self.dim} points", 2, x.size, self.dim)
        slope = self._others(x)
        along = (slope * v).sum(-1, keepdims=True) * slope
        return along + (x.prod(-1, keepdims=True) - 1.0) * self._turn(x, v)

    def _others(self, x):
        """grad p, shape `(..., n)`: for each weight the product of all others."""
        return np.where(np.eye(self.dim, dtype=bool), 1.0, x[..., None, :]).prod(-1)

    def _turn(self, x, v):
        """The Hessian of p times v: for each pair of weights the product of all others, times v."""
        same = np.eye(self.dim, dtype=bool)
        pairs = np.where(same[:, None] | same, 1.0, x[..., None, None, :]).prod(-1)
        return (np.where(same, 0.0, pairs) * v[..., None, :]).sum(-1)


@dataclass(frozen=True)
class Catapult(Potential):
    """L = f^2 / 2 with f = u.v / sqrt(n): a linear network of n hidden neurons that is to answer 0 to the input 1.

    A point holds u, then v: 2 n coordinates. Its curvature across the valley is lam = |grad f|^2, `kernel`.
    A step of gradient descent is exactly f <- f (1 - eta lam + eta^2 f^2 / n) and
    lam <- lam + (eta f^2 / n) (eta lam - 4).
    The model of Lewkowycz et al. (2020). Raises ValueError unless `width` n is a whole number of at least 1, and points
    of so many coordinates fit.
    """

    width: int = 512

    def __post_init__(self):
        room(f"width is {shown(self.width)}", 4, 2 * whole("width", self.width, 1))

    @property
    def dim(self) -> int:
        return 2 * self.width

    @_quiet
    def output(self, x) -> np.ndarray:
        """f, shape `(...)`."""
        x = points("x", x, self.dim)
        return (x[..., : self.width] * x[..., self.width :]).sum(-1) / np.sqrt(self.width)

    @_quiet
    def kernel(self, x) -> np.ndarray:
        """lam = (|u|^2 + |v|^2) / n, shape `(...)`: the sharpness wherever f = 0."""
        return np.square(points("x", x, self.dim)).sum(-1) / self.width

    @_quiet
    def start(self, seed, kernel: float = 1.0) -> np.ndarray:
        """A random point (u, v), normally distributed, scaled so that lam is `kernel`."""
        x = generator(seed).standard_normal(self.dim)
        return x * np.sqrt(positive("kernel", kernel) / self.kernel(x))

    @_quiet
    def value(self, x):
        return 0.5 * self.output(x) ** 2

    @_quiet
    def gradient(self, x):
        x = points("x", x, self.dim)
        return (self.output(x) / np.sqrt(self.width))[..., None] * self._turned(x)

    @_quiet
    def hvp(self, x, v):
        x, v = points("x", x, self.dim), points("v", v, self.dim)
        turned = self._turned(x)
        across = (turned * v).sum(-1, keepdims=True) / self.width * turned
        return across + (self.output(x) / np.sqrt(self.width))[..., None] * self._turned(v)

    def _turned(self, x):
        """(v, u) for (u, v)."""
        return np.concatenate([x[..., self.width :], x[..., : self.width]], axis=-1)
