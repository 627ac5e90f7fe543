"""Notebook 3 and its appendix."""

import numpy as np

from eos import Quadratic


def shifted_power(hvp, v, c):
    """Power iteration with a shift."""
    for _ in range(200):
        v = hvp(v) + c * v
        v = v / np.linalg.norm(v)
    return v @ hvp(v)


ANSWERS = {
    "3.1": lambda: ([0.25], [0.5, 4.0]),
    "3.2": lambda: ([0.2], [2 / 9, 1.0]),
    "3.3": lambda: ([shifted_power], [lambda hvp, v, c: shifted_power(hvp, v, 0.0), lambda hvp, v, c: v @ hvp(v)]),
    "3.4": lambda: (
        [Quadratic(0.1 * np.eye(3) - 2 * (1 - np.eye(3)))],
        [Quadratic([[1.0, 5.0], [5.0, 1.0]]), Quadratic((-5.0, 3.0, 1.0))],
    ),
}
TELLS = {}
