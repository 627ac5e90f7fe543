"""What an exercise and a question are, and what the checks of several notebooks ask."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from eos.potentials import Potential


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


def is_slope(curve: Potential, places) -> bool:
    """Whether the derivative at each of some places, in one dimension, is that of the curve: by differences of it."""
    return all(_is_slope(curve, x) for x in np.unique(places))


def _is_slope(curve: Potential, x: float) -> bool:
    h = 1e-5 * (1 + abs(x))
    difference = (curve.value(x + h) - curve.value(x - h)) / (2 * h)
    noise = 1e-14 * np.abs(curve.value(x)) / h
    return bool(abs(difference - curve.gradient(x)[0]) <= 1e-3 * (abs(difference) + 1e-3) + noise)
