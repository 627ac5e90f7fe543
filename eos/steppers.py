"""Steppers: rules that take one step downhill.

`step(potential, x, state) -> (x, state)` is pure: all memory is in `state`. `threshold` is the sharpness at which
the rule turns unstable on a parabola. The step size `eta` is a positive number, or an array of them that
broadcasts over the batch axes of x: one run for each.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field

import numpy as np

from eos.validation import numbers, positive, shown


@dataclass(frozen=True, eq=False)
class Stepper(ABC):
    """A rule with a step size eta > 0."""

    eta: float | np.ndarray
    column: float | np.ndarray = field(init=False, repr=False)
    """eta shaped to multiply points `(..., n)`."""

    def __post_init__(self):
        eta = positive("eta", self.eta, array=True)
        object.__setattr__(self, "eta", eta)
        object.__setattr__(self, "column", eta if isinstance(eta, float) else eta[..., None])

    def init(self, potential, x):
        """The state before the first step."""
        return None

    @abstractmethod
    def step(self, potential, x, state):
        """The next point and state; x has shape `(..., n)`."""

    @property
    @abstractmethod
    def threshold(self) -> float | np.ndarray:
        """The sharpness above which this rule diverges on a parabola; shaped like eta."""


@dataclass(frozen=True, eq=False)
class GradientDescent(Stepper):
    """x <- x - eta grad f(x), stable on a parabola while its sharpness is below 2 / eta."""

    def step(self, potential, x, state):
        return x - self.column * potential.gradient(x), state

    @property
    def threshold(self):
        return 2.0 / self.eta


@dataclass(frozen=True, eq=False)
class _Momentum(Stepper):
    """What heavy ball and Nesterov share: a velocity, and beta in [0, 1) that keeps some of it."""

    beta: float = 0.9

    def __post_init__(self):
        super().__post_init__()
        beta = numbers("beta", self.beta, right := "a number in [0, 1)")
        if beta.ndim or not 0 <= beta < 1:
            raise ValueError(f"beta must be {right}, got {shown(self.beta)}")

    def init(self, potential, x):
        """A velocity of zero."""
        return np.zeros_like(x)


@dataclass(frozen=True, eq=False)
class HeavyBall(_Momentum):
    """v <- beta v + grad f(x); x <- x - eta v (Polyak, 1964). Stable below 2 (1 + beta) / eta."""

    def step(self, potential, x, state):
        velocity = self.beta * state + potential.gradient(x)
        return x - self.column * velocity, velocity

    @property
    def threshold(self):
        return 2.0 * (1.0 + self.beta) / self.eta


@dataclass(frozen=True, eq=False)
class Nesterov(_Momentum):
    """v <- beta v + g, x <- x - eta (g + beta v) with g = grad f(x): Nesterov (1983) at the look-ahead point.

    The form of Sutskever et al. (2013) that PyTorch uses. Stable below 2 (1 + beta) / ((1 + 2 beta) eta).
    """

    def step(self, potential, x, state):
        gradient = potential.gradient(x)
        velocity = self.beta * state + gradient
        return x - self.column * (gradient + self.beta * velocity), velocity

    @property
    def threshold(self):
        return 2.0 * (1.0 + self.beta) / ((1.0 + 2.0 * self.beta) * self.eta)
