"""Notebook 2."""

import numpy as np

from eos import FromFunctions

ANSWERS = {
    "2.1": lambda: ([0.7306, 0.731], [0.5, -0.7306]),
    "2.2": lambda: ([2.598, 3 * np.sqrt(3) / 2], [2.0, np.nan]),
    "2.3": lambda: (
        [lambda f, p, q: (f(q) - f(p)) / (q - p)],
        [lambda f, p, q: f(q) - f(p), lambda f, p, q: (f(q) + f(p)) / (q + p)],
    ),
    "2.4": lambda: (
        [FromFunctions(lambda x: np.log(np.cosh(x)), np.tanh)],
        [
            FromFunctions(lambda x: x**2, lambda x: 2 * x),
            FromFunctions(lambda x: np.log(np.cosh(x)) / 10, lambda x: np.tanh(x) / 10),
        ],
    ),
}
TELLS = {}
