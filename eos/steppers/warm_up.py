"""Warm-up: any rule, its step size raised from little to all of it over the first steps."""

from collections.abc import Callable
from dataclasses import dataclass

from eos.steppers.momentum import GradientDescent, HeavyBall
from eos.steppers.stepper import Stepper
from eos.validation import instance, shown, whole

__all__ = ["WarmUp"]


@dataclass(frozen=True, eq=False)
class WarmUp(Stepper):
    """At step t = 1, 2, ... the rule with the step size eta min(1, t / length): `length` steps until it is eta.

    `rule` makes the rule from a step size: a class, or `partial(Adam, beta2=0.99)`. The length is 0 or more; without
    any, and with 1, it is the rule itself. `threshold` is that after the warm-up; `at(step).threshold` is the one that
    holds on the way. ValueError for another rule or length.
    """

    length: int = 100
    rule: Callable[[float], Stepper] = GradientDescent

    def __post_init__(self):
        super().__post_init__()
        whole("length", self.length, 0)
        try:
            made = self.rule(self.eta)
        except TypeError as error:
            right = "rule must make a stepper from a step size, such as Adam"
            raise ValueError(f"{right}, got {shown(self.rule)}") from error
        instance("what rule makes", made, Stepper, "a stepper")

    @classmethod
    def examples(cls, eta):
        return [cls(eta, 3), cls(eta, 8, HeavyBall)]

    @property
    def symbol(self) -> str:
        return self.rule(self.eta).symbol

    def at(self, step: int) -> Stepper:
        """The rule that takes the step after so many."""
        return self.rule(self.eta * min(1.0, (step + 1) / max(self.length, 1)))

    def init(self, potential, x):
        """No step taken, and the rule's own state."""
        return 0, self.at(0).init(potential, x)

    def step(self, potential, x, state):
        taken, inner = state
        x, inner = self.at(taken).step(potential, x, inner)
        return x, (taken + 1, inner)

    def preconditioner(self, state):
        return self.rule(self.eta).preconditioner(state[1])

    def keep(self, state):
        return self.rule(self.eta).keep(state[1])

    @property
    def threshold(self):
        return self.rule(self.eta).threshold

    def critical_eta(self, sharpness):
        return self.rule(self.eta).critical_eta(sharpness)
