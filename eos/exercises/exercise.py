"""What an exercise and a question are, and what the checks of several notebooks ask."""

from collections.abc import Callable
from dataclasses import dataclass

from eos.potentials import Potential, taylor_slopes


@dataclass(frozen=True)
class Exercise:
    """`right(answer)` says whether it is solved; `because` is said when it is, `hint` when it is not."""

    right: Callable
    because: str
    hint: str


@dataclass(frozen=True)
class Question:
    """A question of a notebook with its options, one letter each: "ABC"; `right` is one of them."""

    options: str
    right: str


def close(value: float, tolerance: float = 1e-3) -> Callable:
    """A check for a number, within a tolerance that is relative above 1."""
    return lambda answer: abs(answer - value) <= tolerance * max(1.0, abs(value))


def is_slope(curve: Potential, places=(0.7, -0.4)) -> bool:
    """Whether the gradient belongs to the value, by a Taylor expansion at some places."""
    return all(1.8 < taylor_slopes(curve, x)[0] < 2.5 for x in places)
