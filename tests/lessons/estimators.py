"""The appendix on estimators."""

import numpy as np

from eos import Quadratic


def shifted_power(hvp, v, c, rounds=200):
    """Power iteration with a shift."""
    for _ in range(rounds):
        v = hvp(v) + c * v
        v = v / np.linalg.norm(v)
    return v @ hvp(v)


def by_length(hvp, v, c):
    """The same in place, with the length as what is found."""
    for _ in range(500):
        v /= np.abs(v).max()
        w = hvp(v) + c * v
        size = np.sqrt(w @ w / (v @ v))
        v = w
    return size - c


def whole(hvp, v, c):
    """No power iteration, but the whole matrix."""
    return np.linalg.eigvalsh(np.stack([hvp(e) for e in np.eye(len(v))]))[-1]


def unscaled(hvp, v, c):
    """Vectors that overflow."""
    for _ in range(2000):
        v = hvp(v) + c * v
    return v @ hvp(v) / (v @ v)


ANSWERS = {
    "A.1": lambda: ([0.125, np.float64(1 / 8), 0.5**2 / (10 - 8)], [0.5, 0.25, 2.0, -0.125]),
    "A.2": lambda: (
        [shifted_power, by_length, lambda hvp, v, c: shifted_power(hvp, v, c, 1000)],
        [
            lambda hvp, v, c: shifted_power(hvp, v, 0.0),
            lambda hvp, v, c: shifted_power(hvp, v, 6.0 if c else 0.0),
            lambda hvp, v, c: shifted_power(hvp, v, c) + c,
            lambda hvp, v, c: v @ hvp(v),
            lambda hvp, v, c: 3.0,
            lambda hvp, v, c: shifted_power(hvp, v, c) if c else -5.0,  # one trap by heart
            lambda hvp, v, c: shifted_power(hvp, v, c, 2),
            whole,
            unscaled,
        ],
    ),
    "A.3": lambda: (
        [
            Quadratic(0.1 * np.eye(3) - 2 * (1 - np.eye(3))),
            Quadratic(1e-3 * np.eye(5) - 1 * (1 - np.eye(5))),
            Quadratic(0.01 * np.eye(4) - np.outer(*2 * [np.array([1.0, -1, 1, -1])]) * (1 - np.eye(4))),
        ],
        [
            Quadratic([[1.0, 5.0], [5.0, 1.0]]),
            Quadratic((-5.0, 3.0, 1.0)),
            Quadratic(np.eye(3)),
            Quadratic([[0.0, 1.0], [1.0, 0.0]]),
        ],
    ),
}
TELLS = {
    "Aa": [r"cube root", r"1e-05, 30 networks: right digits in the median 10", r"the tip of the V"],
    "Ab": [r"the loop ends at -5", r"largest \*magnitude\* wins", r"no shift: -4\.999"],
}
