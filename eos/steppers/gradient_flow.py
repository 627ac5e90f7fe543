"""Gradient flow: where gradient descent would go if its steps were infinitely short."""

from dataclasses import dataclass

import numpy as np

from eos.steppers.stepper import Stepper
from eos.validation import positive

__all__ = ["GradientFlow"]

# The pair of orders 5 and 4 of Dormand and Prince (1980): stage weights, and the difference of the two answers.
_STAGES = (
    (1 / 5,),
    (3 / 40, 9 / 40),
    (44 / 45, -56 / 15, 32 / 9),
    (19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729),
    (9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656),
    (35 / 384, 0.0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84),
)
_ERROR = np.array([71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40])


@dataclass(frozen=True, eq=False)
class GradientFlow(Stepper):
    """dx/dt = -grad f(x), advanced by time eta a step, so that step k is beside step k of GradientDescent(eta).

    Each step is cut into Runge-Kutta pieces (Dormand and Prince, 1980) whose length follows an error estimate: at
    most `tol` (1 + max |x|) a piece. That also keeps it stable however sharp f gets, at a cost of about 2 eta S
    gradients a step once the sharpness S is above 3 / eta. Where f has no lower bound x may end as NaN. The state
    is the length of the next piece; runs of a batch have each their own.
    """

    tol: float = 1e-8

    def __post_init__(self):
        super().__post_init__()
        positive("tol", self.tol)

    def init(self, potential, x):
        """A cautious first length: a hundredth of the time to move by 1 + max |x|."""
        steepest = np.abs(potential.gradient(x)).max(-1)
        return np.minimum(0.01 * (1.0 + np.abs(x).max(-1)) / np.maximum(steepest, 1e-300), self.eta)

    def step(self, potential, x, state):
        length, left = state, np.broadcast_to(self.eta, x.shape[:-1])
        slope = potential.gradient(x)
        while (left > 0).any():
            piece = np.minimum(length, left)
            end, end_slope, error = _piece(potential, x, slope, piece[..., None])
            ratio = np.abs(error).max(-1) / (self.tol * (1.0 + np.abs(x).max(-1)))
            good, growth = ratio <= 1.0, 0.9 * np.maximum(ratio, 1e-10) ** -0.2
            growth = np.where(np.isfinite(ratio), np.clip(growth, 0.2, 5.0), 0.2)
            longer = np.where(good, np.maximum(length, piece * growth), piece * growth)
            lost = ~good & (piece < 1e-13 * self.eta)
            x = np.where(good[..., None], end, np.where(lost[..., None], np.nan, x))
            slope = np.where(good[..., None], end_slope, slope)
            length = np.where(left > 0, longer, length)
            left = np.where(lost, 0.0, np.where(good, left - piece, left))
        return x, length

    @property
    def threshold(self):
        return np.inf if isinstance(self.eta, float) else np.full(self.eta.shape, np.inf)


def _piece(potential, x, slope, h):
    """One Runge-Kutta piece of length h: its end, the gradient there, and the estimated error."""
    slopes = np.empty((7, *x.shape))
    slopes[0] = slope
    flat = slopes.reshape(7, -1)
    for i, weights in enumerate(_STAGES, start=1):
        end = x - h * np.dot(weights, flat[:i]).reshape(x.shape)
        slopes[i] = potential.gradient(end)
    return end, slopes[6], h * np.dot(_ERROR, flat).reshape(x.shape)
