"""Adaptive methods: each coordinate's gradient is divided by the size that it has had of late, the preconditioner P."""

from dataclasses import dataclass

import numpy as np

from eos.steppers.stepper import Stepper
from eos.validation import finite, fraction, numbers, positive, shown

__all__ = ["Adam", "RMSProp"]


@dataclass(frozen=True, eq=False)
class RMSProp(Stepper):
    """nu <- beta2 nu + (1 - beta2) g^2, x <- x - eta g / P with P = sqrt(nu) + eps and g = grad f(x).

    As Tieleman and Hinton (2012) wrote it, without a correction for the start at nu = 0; beta2 in [0, 1), eps > 0.
    With P held fast it is stable while the largest eigenvalue of H / P is below 2 / eta. The state is that of the
    coming step: it knows the gradient at x already.
    """

    beta2: float = 0.99
    eps: float = 1e-8
    symbol = "2/η"

    def __post_init__(self):
        super().__post_init__()
        object.__setattr__(self, "beta2", fraction("beta2", self.beta2))
        object.__setattr__(self, "eps", positive("eps", self.eps))

    @classmethod
    def examples(cls, eta):
        return [cls(eta), cls(eta, 0.5)]

    def init(self, potential, x):
        """The gradient at x0, and nu with its square."""
        return self._with(potential.gradient(x), 0.0)

    def _with(self, gradient, nu):
        return gradient, self.beta2 * nu + (1.0 - self.beta2) * np.square(gradient)

    def preconditioner(self, state):
        return np.sqrt(state[1]) + self.eps

    def step(self, potential, x, state):
        x = self.move(x, state[0] / self.preconditioner(state))
        return x, self._with(potential.gradient(x), state[1])

    @property
    def threshold(self):
        return 2.0 / self.eta


@dataclass(frozen=True, eq=False)
class Adam(Stepper):
    """m <- beta1 m + (1 - beta1) g, nu <- beta2 nu + (1 - beta2) g^2, x <- x - eta (m / P + weight_decay x).

    At step t, P = (1 - beta1^t) (sqrt(nu / (1 - beta2^t)) + eps): with the correction for the start at m = nu = 0
    (Kingma and Ba, 2015). A `weight_decay` of 0 or more makes it AdamW (Loshchilov and Hutter, 2019). beta1 and beta2
    in [0, 1), eps > 0. With P held fast it is stable while the largest eigenvalue of H / P is below
    (2 / eta - weight_decay) (1 + beta1) / (1 - beta1): 38 / eta for Adam (Cohen et al., 2022). The state is that of the
    coming step: it knows the gradient at x already.
    """

    beta1: float = 0.9
    beta2: float = 0.999
    eps: float = 1e-8
    weight_decay: float = 0.0
    symbol = "2(1+β₁)/((1−β₁)η)"

    def __post_init__(self):
        super().__post_init__()
        object.__setattr__(self, "beta1", fraction("beta1", self.beta1))
        object.__setattr__(self, "beta2", fraction("beta2", self.beta2))
        object.__setattr__(self, "eps", positive("eps", self.eps))
        decay = finite("weight_decay", numbers("weight_decay", self.weight_decay, right := "a number of 0 or more"))
        if decay.ndim or decay < 0:
            raise ValueError(f"weight_decay must be {right}, got {shown(self.weight_decay)}")
        factor = (1.0 + self.beta1) / (1.0 - self.beta1)
        symbol = f"{2 * factor:.3g}/η" + (f" − {factor * float(decay):.3g}" if decay else "")
        object.__setattr__(self, "symbol", symbol)

    @classmethod
    def examples(cls, eta):
        return [cls(eta), cls(eta, 0.5, 0.9), cls(eta, weight_decay=0.1)]

    def init(self, potential, x):
        """m and nu with the gradient at x0, and the number of the coming step, 1."""
        return self._with(potential.gradient(x), 0.0, 0.0, 1)

    def _with(self, gradient, m, nu, number):
        m = self.beta1 * m + (1.0 - self.beta1) * gradient
        return m, self.beta2 * nu + (1.0 - self.beta2) * np.square(gradient), number

    def preconditioner(self, state):
        _, nu, number = state
        return (1.0 - self.beta1**number) * (np.sqrt(nu / (1.0 - self.beta2**number)) + self.eps)

    def step(self, potential, x, state):
        m, nu, number = state
        x = self.move(x, m / self.preconditioner(state) + self.weight_decay * x)
        return x, self._with(potential.gradient(x), m, nu, number + 1)

    @property
    def threshold(self):
        return (2.0 / self.eta - self.weight_decay) * (1.0 + self.beta1) / (1.0 - self.beta1)

    def critical_eta(self, sharpness):
        return 2.0 / (sharpness * (1.0 - self.beta1) / (1.0 + self.beta1) + self.weight_decay)
