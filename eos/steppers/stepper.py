"""Stepper: a rule that takes one step downhill.

`step(potential, x, state) -> (x, state)` is pure: all memory is in `state`. `threshold` is the sharpness at which
the rule turns unstable on a parabola. The step size `eta` is a positive number, or an array of them that
broadcasts over the batch axes of x: one run for each.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from eos.validation import positive

__all__ = ["Stepper"]


@dataclass(frozen=True, eq=False)
class Stepper(ABC):
    """A rule with a step size eta > 0."""

    eta: float | np.ndarray
    symbol: ClassVar[str] = "edge"
    """How pictures write its threshold."""

    def __post_init__(self):
        object.__setattr__(self, "eta", positive("eta", self.eta, array=True))

    @classmethod
    def examples(cls, eta) -> list["Stepper"]:
        """Instances of this step size that the tests try; to be given where other settings matter too."""
        return [cls(eta)]

    def init(self, potential, x):
        """The state before the first step."""
        return None

    @abstractmethod
    def step(self, potential, x, state):
        """The next point and state; x has shape `(..., n)`."""

    @property
    @abstractmethod
    def threshold(self) -> float | np.ndarray:
        """The sharpness above which this rule diverges on a parabola; shaped like eta, and falling with it.

        Where there is a preconditioner P, it is a threshold for the preconditioned sharpness, the top eigenvalue of
        H / P, with P held fast.
        """

    def preconditioner(self, state) -> np.ndarray | None:
        """P, shape `(..., n)`, by which the next step divides the gradient; None where nothing divides it."""
        return None

    def keep(self, state) -> dict[str, np.ndarray]:
        """What a `Trajectory` keeps of a state beside x, by name, each of shape `(..., n)`."""
        divisor = self.preconditioner(state)
        return {} if divisor is None else {"preconditioner": divisor}

    def move(self, x, direction) -> np.ndarray:
        """x - eta direction: here, and nowhere else, the step size meets the batch."""
        return x - (self.eta if isinstance(self.eta, float) else self.eta[..., None]) * direction

    def critical_eta(self, sharpness) -> float | np.ndarray:
        """The step size at which a sharpness is this rule's threshold: where the edge lies on a slider for eta.

        As it stands, for a threshold that is proportional to 1 / eta.
        """
        return self.eta * self.threshold / sharpness
