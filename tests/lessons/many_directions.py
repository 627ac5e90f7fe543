"""Notebook 3."""

import numpy as np

from eos import FromFunctions, Quadratic

BANANA = FromFunctions(
    lambda p: (1 - p[0]) ** 2 + 100 * (p[1] - p[0] ** 2) ** 2,
    lambda p: np.array([-2 * (1 - p[0]) - 400 * p[0] * (p[1] - p[0] ** 2), 200 * (p[1] - p[0] ** 2)]),
    dim=2,
)
WAVES = FromFunctions(lambda p: -np.cos(p).sum(), np.sin, dim=3)
RAMP = FromFunctions(lambda p: p[0] ** 2 + p[1] ** 3, lambda p: np.array([2 * p[0], 3 * p[1] ** 2]), dim=2)
LIAR = FromFunctions(lambda p: np.square(p).sum(), lambda p: 4 * p, dim=2)
FALSE = FromFunctions(lambda p: p @ p + 1000.0, lambda p: 2 * p + 0.1, dim=2)
PEANO = FromFunctions(  # rises along every straight line from (0, 0), and falls along y = 2 x^2
    lambda p: (p[1] - p[0] ** 2) * (p[1] - 3 * p[0] ** 2),
    lambda p: np.array([12 * p[0] ** 3 - 8 * p[0] * p[1], 2 * p[1] - 4 * p[0] ** 2]),
    dim=2,
)
HYPERBOLA = FromFunctions(lambda p: (p[0] * p[1] - 1) ** 2 / 2, lambda p: (p[0] * p[1] - 1) * p[::-1], dim=2)
FLAT = FromFunctions(lambda p: p[0] ** 2 + p[1] ** 4 + 1e3, lambda p: np.array([2 * p[0], 4 * p[1] ** 3]), dim=2)
BANANA_EDGE = 2 / 1001.6006
TURNED = np.linalg.qr(np.random.default_rng(0).standard_normal((30, 30)))[0]

ANSWERS = {
    "3.1": lambda: ([0.25, np.float64(0.25), 2 / 8], [0.5, 4.0, 8.0, -0.25, np.nan]),
    "3.2": lambda: ([0.2, 1 / 5, 2 / 10], [2 / 9, 1.0, 0.4, 1 / 9]),
    "3.3": lambda: (
        [
            Quadratic(np.ones((9, 9))),
            Quadratic(np.ones((20, 20))),
            Quadratic(0.05 * np.eye(12) + 0.95),
            Quadratic(0.9 * np.outer(*2 * [np.sign(np.sin(np.arange(1, 11)))])),
        ],
        [
            Quadratic(np.ones((8, 8))),  # exactly on the edge: it bounces for ever
            Quadratic([[1.0, 8.0], [8.0, 1.0]]),  # a saddle
            Quadratic((9.0, 1.0)),
            Quadratic(1.1 * np.ones((9, 9))),
        ],
    ),
    "3.4": lambda: (
        [
            (BANANA, (1.0, 1.0), BANANA_EDGE),
            [BANANA, np.ones(2), BANANA_EDGE * 1.005],
            (WAVES, np.array([0.0, 2 * np.pi, 0.0]), 2.0),
            (Quadratic((4.0, 1.0)), [0, 0], np.float64(0.5)),
            (HYPERBOLA, (2.0, 0.5), 2 / 4.25),  # a whole valley of minima
            (FLAT, (0, 0), 1.0),
            (Quadratic(TURNED * np.linspace(0.1, 5, 30) @ TURNED.T), np.zeros(30), 0.4),
        ],
        [
            (BANANA, (1.0, 1.0), 0.0039),
            (BANANA, (0.5, 0.5), 0.01),
            (WAVES, np.full(3, np.pi), 2.0),  # a summit
            (Quadratic((4.0, -1.0)), (0.0, 0.0), 0.5),  # a saddle
            (RAMP, (0.0, 0.0), 1.0),  # no minimum, though no eigenvalue is negative
            (PEANO, (0.0, 0.0), 1.0),
            (LIAR, (0.0, 0.0), 0.5),  # a gradient of another function
            (FALSE, (0.0, 0.0), 1.0),
            (Quadratic(4.0), 0.0, 0.5),  # one coordinate
            (Quadratic((2.0, -2e-5)), (0.0, 0.0), 1.0),  # it bends down, a little
            (FromFunctions(lambda p: p[0] ** 2 - p[1] ** 4, lambda p: [2 * p[0], -4 * p[1] ** 3], dim=2), (0, 0), 1.0),
            (FromFunctions(lambda p: p[0] ** 2 + p[1] ** 3, lambda p: [2 * p[0], 3 * p[1] ** 2], dim=2), (0, 0), 1.0),
        ],
    ),
}
TELLS = {
    "3a": [r"-50803", r"or None: 26", r"H\(1, 1\) = 9", r"[Tt]wo directions are only stretched"],
    "3b": [r"slides away", r"1 \+ 5\\eta", r"-0\.98 +4\.3", r"the sign counts"],
    "3c": [r"four batches: \[", r"their mean 3\.92", r"their mean cannot"],
}
