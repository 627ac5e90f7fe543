"""Potentials made from another one: in other units, with a penalty, or seen from a point. Each is a potential too."""

from dataclasses import dataclass, replace

import numpy as np

from eos.potentials.curves import SoftAbs
from eos.potentials.potential import Potential, a_potential
from eos.potentials.valleys import Valley
from eos.validation import points, positive

__all__ = ["Penalized", "Rescaled"]


@dataclass(frozen=True, eq=False)
class _Around(Potential):
    """What is made from another potential, and is like it where nothing else is said."""

    potential: Potential

    def __post_init__(self):
        a_potential(self.potential)

    @property
    def dim(self) -> int:
        return self.potential.dim

    @property
    def samples(self) -> int:
        return self.potential.samples

    def minibatch(self, rows):
        return replace(self, potential=self.potential.minibatch(rows))

    def value(self, x):
        return self.potential.value(x)

    def hvp(self, x, v):
        return self.potential.hvp(x, v)

    def third(self, x, u, v):
        return self.potential.third(x, u, v)


@dataclass(frozen=True, eq=False)
class Rescaled(_Around):
    """g(y) = f(scale y): a potential f in other units of length, one for each coordinate or one for all.

    The gradient is scale grad f, the Hessian D H D with D = diag(scale). With scale = 1 / sqrt(P) it has the
    eigenvalues of H / P: the *preconditioned* sharpness, which matters to a stepper that divides gradients by P
    (Cohen et al., 2022). `scale` is a positive number or n of them; ValueError otherwise.
    """

    scale: float | np.ndarray

    def __post_init__(self):
        super().__post_init__()
        scale = positive("scale", self.scale, array=True)
        scale = scale if isinstance(scale, float) else np.array(scale)
        if np.ndim(scale) and scale.shape != (self.dim,):
            raise ValueError(f"scale has shape {scale.shape}, but must be a number or have shape ({self.dim},)")
        object.__setattr__(self, "scale", scale)

    @classmethod
    def examples(cls):
        return [cls(SoftAbs(), 2.0), cls(Valley(0.3), (0.5, 3.0))]

    def place(self, x) -> np.ndarray:
        """The y at which g(y) = f(x)."""
        return points("x", x, self.dim) / self.scale

    @np.errstate(all="ignore")
    def value(self, x):
        return self.potential.value(self.scale * points("x", x, self.dim))

    def gradient(self, x):
        return self.scale * self.potential.gradient(self.scale * points("x", x, self.dim))

    @np.errstate(all="ignore")
    def hvp(self, x, v):
        x, v = points("x", x, self.dim), points("v", v, self.dim)
        return self.scale * self.potential.hvp(self.scale * x, self.scale * v)

    @np.errstate(all="ignore")
    def third(self, x, u, v):
        x, u, v = points("x", x, self.dim), points("u", u, self.dim), points("v", v, self.dim)
        return self.scale * self.potential.third(self.scale * x, self.scale * u, self.scale * v)


@dataclass(frozen=True, eq=False)
class Penalized(_Around):
    """g(x) = f(x) + strength |x|^2 / 2: a potential f with an L2 penalty, which adds `strength` to every curvature.

    `strength` is one positive number; ValueError otherwise.
    """

    strength: float

    def __post_init__(self):
        super().__post_init__()
        object.__setattr__(self, "strength", positive("strength", self.strength))

    @classmethod
    def examples(cls):
        return [cls(SoftAbs(), 0.5), cls(Valley(0.3), 2.0)]

    @np.errstate(all="ignore")
    def value(self, x):
        x = points("x", x, self.dim)
        return self.potential.value(x) + 0.5 * self.strength * np.square(x).sum(-1)

    def gradient(self, x):
        x = points("x", x, self.dim)
        return self.potential.gradient(x) + self.strength * x

    @np.errstate(all="ignore")
    def hvp(self, x, v):
        x, v = points("x", x, self.dim), points("v", v, self.dim)
        return self.potential.hvp(x, v) + self.strength * v


@dataclass(frozen=True, eq=False)
class Seen(_Around):
    """f itself, with a view of it from x, already made, from which the gradient at x is answered."""

    view: object
    x: np.ndarray

    @classmethod
    def examples(cls):
        x = np.array([0.5, 2.0])
        return [cls(Valley(0.3), Valley(0.3).at(x), x)]

    def __post_init__(self):
        """Nothing to check: one is made at every step of a run."""

    def minibatch(self, rows):
        return self.potential.minibatch(rows)

    def gradient(self, x):
        return self.view.gradient if x is self.x else self.potential.gradient(x)
