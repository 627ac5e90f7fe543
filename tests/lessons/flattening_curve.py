"""Notebook 2."""

import numpy as np

from eos import FromFunctions, SoftAbs


def log_cosh(scale=1.0):
    """scale log cosh x, also far out."""
    return FromFunctions(lambda x: scale * np.logaddexp(x, -x), lambda x: scale * np.tanh(x))


def sharp_aside(x):
    """The slope of a curve with curvature 0.3 at the bottom, and more of it around 1."""
    return 0.3 * np.tanh(x) + np.tanh(4 * (x - 1)) + np.tanh(4 * (x + 1))


def bent_aside(x):
    """The curve of that slope."""
    return 0.3 * np.logaddexp(x, -x) + (np.logaddexp(4 * x - 4, 4 - 4 * x) + np.logaddexp(4 * x + 4, -4 - 4 * x)) / 4



def wells(x):
    """The slope of (1 + (x^2 - 1)^2)^(1/4), which has two wells and a top between them."""
    return (x**2 - 1) * x / (1 + (x**2 - 1) ** 2) ** 0.75


ANSWERS = {
    "2.1": lambda: ([0.7306, 0.731, np.float64(0.7311)], [0.5, -0.7311, 0.73, 0.7317, 0.735]),
    "2.2": lambda: ([2.598, 3 * np.sqrt(3) / 2, 2.6], [2.0, np.nan, 2.7]),
    "2.3": lambda: ([0.5, 1 / 2, np.float32(0.5)], [4.0, 0.25, 2.0, -0.5]),
    "2.4": lambda: (
        [
            FromFunctions(lambda x: np.log(np.cosh(x)), np.tanh),  # its height overflows far out
            log_cosh(),
            SoftAbs(),
            FromFunctions(lambda x: np.hypot(1, x), lambda x: x / np.hypot(1, x)),
            FromFunctions(lambda x: abs(x) ** 1.5 / 1.5, lambda x: np.sign(x) * abs(x) ** 0.5),  # steeper and steeper
            FromFunctions(lambda x: -np.cos(x), np.sin),  # wanders from well to well
            FromFunctions(lambda x: x**2 / 2 if abs(x) < 1 else abs(x) - 0.5, lambda x: np.clip(x, -1, 1)),  # Huber's
            FromFunctions(lambda x: abs(x) - np.log1p(abs(x)), lambda x: x / (1 + abs(x))),
            FromFunctions(lambda x: np.sqrt(1 + (x**2 - 1) ** 2) ** 0.5, wells),
        ],
        [
            FromFunctions(lambda x: x**2 / 4, lambda x: x / 2),  # bounces for ever where it is
            FromFunctions(lambda x: x**2, lambda x: 2 * x),
            FromFunctions(lambda x: x**2 / 2 + x**4, lambda x: x + 4 * x**3),
            log_cosh(0.1),
            log_cosh(0.3),
            FromFunctions(bent_aside, sharp_aside),
            FromFunctions(np.cos, np.sinh),
            FromFunctions(lambda x: x**2, lambda x: np.clip(2 * x, -1.5, 1.5)),  # not its slope far out
            FromFunctions(lambda x: 1 - np.exp(-(x**2)), lambda x: 2 * x * np.exp(-(x**2))),  # rests far out
        ],
    ),
}
TELLS = {
    "2a": [r"1\.0714"],
    "2b": [r"1\.000000", r"no approximation"],
    "2c": [r"1\.0887", r"eta = 6\.0: late values \[-5", r"chaos"],
}
