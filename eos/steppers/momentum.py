"""Gradient descent, and its two siblings that keep some of their velocity."""

from dataclasses import dataclass

import numpy as np

from eos.steppers.stepper import Stepper
from eos.validation import fraction

__all__ = ["GradientDescent", "HeavyBall", "Nesterov"]


@dataclass(frozen=True, eq=False)
class GradientDescent(Stepper):
    """x <- x - eta grad f(x), stable on a parabola while its sharpness is below 2 / eta."""

    symbol = "2/η"

    def step(self, potential, x, state):
        return self.move(x, potential.gradient(x)), state

    @property
    def threshold(self):
        return 2.0 / self.eta


@dataclass(frozen=True, eq=False)
class _Momentum(Stepper):
    """What heavy ball and Nesterov share: a velocity, and beta in [0, 1) that keeps some of it."""

    beta: float = 0.9

    def __post_init__(self):
        super().__post_init__()
        fraction("beta", self.beta)

    @classmethod
    def examples(cls, eta):
        return [cls(eta), cls(eta, 0.5)]

    def init(self, potential, x):
        """A velocity of zero."""
        return np.zeros_like(x)

    def keep(self, state):
        return {"velocity": state}


@dataclass(frozen=True, eq=False)
class HeavyBall(_Momentum):
    """v <- beta v + grad f(x); x <- x - eta v (Polyak, 1964). Stable below 2 (1 + beta) / eta."""

    symbol = "2(1+β)/η"

    def step(self, potential, x, state):
        velocity = self.beta * state + potential.gradient(x)
        return self.move(x, velocity), velocity

    @property
    def threshold(self):
        return 2.0 * (1.0 + self.beta) / self.eta


@dataclass(frozen=True, eq=False)
class Nesterov(_Momentum):
    """v <- beta v + g, x <- x - eta (g + beta v) with g = grad f(x): Nesterov (1983) at the look-ahead point.

    The form of Sutskever et al. (2013) that PyTorch uses. Stable below 2 (1 + beta) / ((1 + 2 beta) eta).
    """

    symbol = "2(1+β)/((1+2β)η)"

    def step(self, potential, x, state):
        gradient = potential.gradient(x)
        velocity = self.beta * state + gradient
        return self.move(x, gradient + self.beta * velocity), velocity

    @property
    def threshold(self):
        return 2.0 * (1.0 + self.beta) / ((1.0 + 2.0 * self.beta) * self.eta)
