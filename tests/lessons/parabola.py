"""Notebook 1."""

import math

import numpy as np

from eos import FromFunctions, Quadratic, SoftAbs
from eos.potentials import Potential


def by_halving(settles):
    """The edge between 0 and 10, by trying half way."""
    low, high = 0.0, 10.0
    while high - low > 1e-3:
        middle = (low + high) / 2
        low, high = (middle, high) if settles(middle) else (low, middle)
    return low


def by_walking(settles):
    """The edge, a thousandth at a time."""
    return next(i for i in range(1, 10_001) if not settles(i / 1000)) / 1000


def at_once(settles):
    """The edge, all step sizes in one array."""
    etas = np.linspace(1e-4, 10, 100_000)
    return etas[settles(etas)].max()


class Quartic(Potential):
    """x^2 / 2 + x^4 / 4, as a class of the reader's own."""

    dim = 1

    def value(self, x):
        x = np.asarray(x, dtype=float).reshape(-1)[0]
        return x**2 / 2 + x**4 / 4

    def gradient(self, x):
        x = np.asarray(x, dtype=float)
        return np.atleast_1d(x + x**3)

    def hvp(self, x, v):
        return (1 + 3 * np.asarray(x) ** 2) * v


def with_slope(slope, value=lambda x: x**2 / 2 + x**4):
    """A curve with a derivative that may not be its own."""
    return FromFunctions(value, slope)



def with_hole(inner, outer):
    """x^2 / 2 with a derivative that says 0 where a run from 10 comes by, and would rest."""
    return FromFunctions(lambda x: x**2 / 2, lambda x: 0.0 if inner < abs(x) < outer else x)


ANSWERS = {
    "1.1": lambda: ([0.2, np.float64(0.2), 1 / 5], [0.4, 5.0, -0.2]),
    "1.2": lambda: ([19.0, 19, np.array(19.0)], [1.0, 20.0, 21.0]),
    "1.3": lambda: (
        [by_halving, by_walking, at_once, lambda settles: np.float64(by_halving(settles))],
        [lambda settles: 2.0, lambda settles: round(by_halving(settles), 1), lambda settles: by_halving(settles) / 2],
    ),
    "1.4": lambda: (
        [
            (FromFunctions(np.cosh, np.sinh), 5.0),
            [FromFunctions(math.cosh, math.sinh), np.float64(-4)],
            (FromFunctions(lambda x: x**2 / 2 + x**4, lambda x: x + 4 * x**3), 1),
            (FromFunctions(lambda x: x**2 / 2 + 1e3 * x**4, lambda x: x + 4e3 * x**3), 0.1),
            (FromFunctions(lambda x: 1 - np.cos(x), np.sin), 4.0),  # there it comes to rest, at another bottom
            (Quartic(), 2.5),
        ],
        [
            (FromFunctions(lambda x: x**2 / 2, lambda x: x), 10.0),  # the edge is right, far and near
            (FromFunctions(np.cosh, np.sinh), 0.1),  # a small start
            (FromFunctions(lambda x: np.log(np.cosh(x)), np.tanh), 10.0),  # flatter farther out, so it arrives
            (FromFunctions(lambda x: x**2, lambda x: 2 * x), 3.0),  # curvature 2
            (FromFunctions(lambda x: x**4, lambda x: 4 * x**3), 3.0),  # curvature 0
            (FromFunctions(lambda x: np.cosh(x - 1), lambda x: np.sinh(x - 1)), 5.0),  # its bottom is at 1
            (FromFunctions(lambda x: -np.cosh(x), lambda x: -np.sinh(x)), 5.0),  # a top
            (with_slope(np.sinh), 5.0),
            (with_slope(lambda x: x + 3 * x**3), 2.0),
            (SoftAbs(), 5.0),
            (FromFunctions(lambda x: x**2 / 2, lambda x: 0.0 if abs(x + 4.5) < 0.5 else x), 5.0),  # a slope with a hole
            (with_hole(0.08, 0.095), 10.0),
            (with_hole(0.0025, 0.003), -10.0),
            (Quadratic(1.0), -10),
        ],
    ),
}
TELLS = {
    "1a": [
        r"side to side, ever closer",
        r"escaped at step 20\b",
        r"1 ?[-−] ?(?:\\eta|η)",
        r"x by -0\.5\b",
        r"2/a",
        r"ever farther",
    ],
    "1b": [r"\\frac\{2\}\{\\eta\}", r"2/0\.5", r"this is the edge"],
}
