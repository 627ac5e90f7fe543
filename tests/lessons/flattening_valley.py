"""Notebook 4."""

import math

import numpy as np

from eos import FromFunctions, SoftAbs, Walls
from eos.potentials import Potential


class Straightening(Potential):
    """3 sqrt(1 + z^2 / 3), as a class of the reader's own."""

    dim = 1

    def value(self, x):
        return 3 * np.sqrt(1 + np.asarray(x, dtype=float)[..., 0] ** 2 / 3) if np.ndim(x) else self.value([x])

    def gradient(self, x):
        x = np.atleast_1d(np.asarray(x, dtype=float))
        return x / np.sqrt(1 + x**2 / 3)

    def hvp(self, x, v):
        return (1 + np.atleast_1d(x) ** 2 / 3) ** -1.5 * v


def log_cosh(z, square):
    """c^2 log cosh(z / c) with c^2 = `square`: curvature 1 and fourth derivative -2 / c^2 at the bottom."""
    return square * np.log(np.cosh(z / np.sqrt(square)))


def slope(z, square):
    """Its derivative."""
    return np.sqrt(square) * np.tanh(z / np.sqrt(square))


def stretched(c):
    """The potential of these."""
    return FromFunctions(lambda z: log_cosh(z, c * c), lambda z: slope(z, c * c))


def huber(z):
    """A parabola that goes over into straight lines at 1."""
    return z * z / 2 if abs(z) < 1 else abs(z) - 0.5


ANSWERS = {
    "4.1": lambda: (
        [19.95, 19.9474, np.float64(19.95), np.array(19.95)],
        [19.9, 19.9667, 19.9449, 20, 20.05, 19.85, np.nan],
    ),
    "4.2": lambda: (
        [0.3704, (np.sqrt(33) - 5) / 2, 10 / 27, 0.37, np.float32(0.37)],
        [0.4, 2.5, 0.36, 5, 0, -0.37, np.nan, (-np.sqrt(33) - 5) / 2],
    ),
    "4.3": lambda: (
        [
            Walls(-1),
            Walls(-0.95),
            stretched(np.sqrt(2)),
            FromFunctions(lambda z: 7 - math.cos(z), math.sin),
            Straightening(),
        ],
        [
            Walls(),
            Walls(-2),
            Walls(0),
            Walls(1),
            stretched(1),
            SoftAbs(),
            FromFunctions(huber, lambda z: float(np.clip(z, -1, 1))),
            FromFunctions(lambda z: z * z / 2, lambda z: z / np.sqrt(1 + z * z / 3)),  # not its own slope
            FromFunctions(lambda z: 2 * np.log(np.cosh(z)), lambda z: 2 * np.tanh(z)),  # curvature 2
            FromFunctions(lambda z: 7 * z * z if abs(z) > 0.95 else log_cosh(z, 2), lambda z: slope(z, 2)),
            FromFunctions(lambda z: 1.0019 * log_cosh(z, 1.6), lambda z: 1.0019 * slope(z, 1.6)),  # curvature 1.0019
            FromFunctions(np.exp, np.exp),  # no bottom
        ],
    ),
}
TELLS = {
    "4a": [r"19\.89"],
    "4b": [r"widest at step \d", r"w < -\\delta", r"\+0\.6", r"infinitely small bounce"],
    "4c": [r"overshoots", r"pull = push", r"another rhythm", r"Highest S so far 10\."],
}
