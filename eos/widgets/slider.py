"""Slider: a named number, the range it may take, and the round positions that a slider stops at."""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

import numpy as np

from eos.validation import instance, is_number, shown

MOST_STOPS = 100_000
"""Positions of a slider, at most."""


def number(value: float) -> str:
    """The shortest text that reads back as exactly this number: "2", "0.75"."""
    value = float(value)
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def _decimal(value: float) -> Decimal:
    return Decimal(repr(value))


def _round_step(size: float) -> Decimal:
    """The 1, 2 or 5 times a power of ten that is nearest to size, by ratio."""
    power = Decimal(10) ** math.floor(math.log10(size))
    steps = (power * digit for digit in (1, 2, 5, 10))
    return min(steps, key=lambda step: abs(math.log(float(step) / size)))


def _multiples(low: Decimal, high: Decimal, step: Decimal) -> Iterator[Decimal]:
    """The multiples of step strictly between low and high."""
    value = (low // step - 1) * step  # one too few: // rounds towards zero
    while (value := value + step) < high:
        if value > low:
            yield value


def _round_logarithmic(low: Decimal, high: Decimal, count: int, least: float) -> Iterator[Decimal]:
    """About `count` round numbers strictly between low and high, evenly spread by ratio."""
    growth = float(high / low) ** (1 / count) - 1
    value = low
    while True:
        step = _round_step(max(float(value) * growth, least))
        value = (value // step + 1) * step
        if value >= high:
            return
        yield value


@dataclass(frozen=True)
class Slider:
    """A number `name` between low and high that starts at `start` and stops at `values`.

    `label` is what the reader sees ("step size η", no mathtext). `log` asks for about `count`
    round positions, evenly spread by ratio; otherwise they are `step` apart, by default a round
    hundredth of the range. ValueErrors say which of these cannot be.
    """

    name: str
    low: float
    high: float
    start: float
    label: str = ""
    log: bool = False
    integer: bool = False
    step: float | None = None
    count: int = 100
    stops: tuple[float, ...] = ()

    def __post_init__(self):
        self._of_the_right_kind()
        if not -math.inf < self.low < self.high < math.inf:
            raise ValueError(f"{self.name}: low must be below high, got {self.low} and {self.high}")
        if self.log and self.low <= 0:
            raise ValueError(f"{self.name}: low must be positive where log is set, got {self.low}")
        if self.step is not None and (self.log or not 0 < self.step < math.inf):
            raise ValueError(f"{self.name}: step must be positive, none with log, got {self.step}")
        if self.integer and any(end != int(end) for end in (self.low, self.high, self.step or 1)):
            raise ValueError(f"{self.name}: low, high, step must be whole numbers with integer")
        if (self.high - self.low) / (self.step or self.high - self.low) > MOST_STOPS or self.count > MOST_STOPS:
            given = f"step={self.step}, count={self.count}"
            raise ValueError(f"{self.name}: a slider has at most {MOST_STOPS:,} positions, got {given}")
        self.check(self.start)

    def _of_the_right_kind(self):
        """Refuse what is no name, no number, no flag."""
        if not isinstance(self.name, str) or not self.name.isidentifier():
            raise ValueError(f"name must be a Python name, got {shown(self.name)}")
        for end in ("low", "high", *(["step"] if self.step is not None else [])):
            if not is_number(value := getattr(self, end)):
                raise ValueError(f"{self.name}: {end} must be a number, got {shown(value)}")
        instance(f"{self.name}: label", self.label, str, "a text")
        for flag in ("log", "integer"):
            instance(f"{self.name}: {flag}", getattr(self, flag), bool, "True or False")
        if not isinstance(self.count, int) or self.count < 2:
            raise ValueError(f"{self.name}: count must be 2 or more, got {shown(self.count)}")
        instance(f"{self.name}: stops", self.stops, tuple, "a tuple of numbers")

    @property
    def text(self) -> str:
        """What the reader sees."""
        return self.label or self.name

    def check(self, value: float) -> float:
        """The value as a float, or an int where `integer`; ValueError if it is not in the range."""
        if not is_number(value):
            raise ValueError(f"{self.name} must be a number, got {shown(value)}")
        low, high = number(self.low), number(self.high)
        if not self.low <= value <= self.high:
            raise ValueError(f"{self.name} must be between {low} and {high}, got {shown(value)}")
        if self.integer and value != int(value):
            raise ValueError(f"{self.name} must be a whole number, got {value}")
        return int(value) if self.integer else float(value) + 0.0  # which turns -0.0 into 0.0

    @cached_property
    def values(self) -> tuple[float, ...]:
        """All positions in rising order: round numbers, and both ends and the start."""
        if self.stops:
            return tuple(sorted({self.check(value) for value in (*self.stops, self.low, self.high, self.start)}))
        low, high = _decimal(self.low), _decimal(self.high)
        least = 1.0 if self.integer else 0.0
        if self.log:
            between = _round_logarithmic(low, high, self.count, least)
        else:
            hundredth = max((self.high - self.low) / 100, least)
            step = _decimal(self.step) if self.step else _round_step(hundredth)
            between = _multiples(low, high, step)
        every = {float(value) for value in between} | {self.low, self.high, self.start}
        return tuple(sorted({self.check(value) for value in every}))

    def position(self, value: float) -> float:
        """How far along `values` this one lies: 2.5 is half way from the third to the fourth."""
        return float(np.interp(value, self.values, np.arange(len(self.values))))

    def nearest(self, value: float) -> float:
        """The position nearest to a value, which may lie beyond the ends."""
        return self.values[round(self.position(value))]

    def turned(self, value) -> float:
        """What a hand has set: the number of a position, from 0 on, or a text typed; ValueError if it cannot be."""
        if isinstance(value, str):
            return self.typed(value)
        if not is_number(value) or value not in range(len(self.values)):
            raise ValueError(f"{self.name} has positions 0 to {len(self.values) - 1}, got {shown(value)}")
        return self.values[int(value)]

    def typed(self, text: str) -> float:
        """The number that a hand has typed, with a point or a comma; ValueError if it cannot be."""
        try:
            value = float(text.strip().replace(",", "."))
        except ValueError:
            raise ValueError(f"{self.text} must be a number, got {shown(text)}") from None
        return self.check(value)

    def neighbour(self, value: float, up: bool) -> float:
        """The next position above or below the value, or the end of the range."""
        if up:
            return self.values[min(bisect_right(self.values, value), len(self.values) - 1)]
        return self.values[max(bisect_left(self.values, value) - 1, 0)]
