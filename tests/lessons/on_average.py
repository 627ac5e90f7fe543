"""Notebook 7."""

import numpy as np

from eos import CentralFlow, GradientDescent, MLPLoss, chebyshev, descend

GRID = np.linspace(-1, 1, 24)
STEP = MLPLoss(GRID, np.sign(GRID - 0.2), hidden=(12,))
WAVE = MLPLoss(GRID, np.sin(4 * GRID), hidden=(20,))
TWO = MLPLoss(GRID, np.cos(6.5 * GRID), hidden=(50,), biases=(True, False))
"""With two eigenvalues at the edge."""
SLOW = MLPLoss(GRID, np.cos(5 * GRID), hidden=(30,), biases=(True, False))
OURS = MLPLoss(*chebyshev(3), hidden=(10,))


def pair(net=WAVE, eta=0.6, begin=700, steps=800, other=None, longer=0, most=None, every=1):
    """A run of gradient descent and a flow beside it from where the run is after `begin` steps."""
    x = descend(net, GradientDescent(eta), net.init_xavier(seed=0), begin, every=max(begin, 1)).x[-1]
    run = descend(net, GradientDescent(eta), x, steps + longer, every=every)
    return run, descend(net, CentralFlow(other or eta, 1, most), x, steps)


def apart():
    """Two runs that do not start together."""
    return pair()[0], pair(begin=710)[1]


ANSWERS = {
    "7.1": lambda: ([0.018, 0.01 + 0.0016 / 0.2, np.float64(0.018)], [0.01, 0.0116, 0.026, 0.01032, 0.0181]),
    "7.2": lambda: ([0.01, 0.02 / 2, np.float32(0.01)], [0.02, 0.005, 0.1, 0.04, np.nan]),
    "7.3": lambda: ([0.1, 1 / 10, np.float64(0.1)], [0.15, 0.3, 0.05, 0.11, 1.7]),
    "7.4": lambda: (
        [pair(), pair(eta=0.7, longer=2), pair(STEP, 0.8), pair(TWO, 0.4, 1000, every=10)],
        [
            pair(STEP, 0.3),  # below the edge: any flow would do
            pair(SLOW, 0.3, 850),  # at the edge for less than half of the time
            pair(TWO, 0.4, 1000, most=1),  # almost a fifth off
            pair(steps=780),  # too short
            pair(other=0.5),  # another edge
            pair(OURS, 0.3, 1500),  # our data
            apart(),
        ],
    ),
}
TELLS = {
    "7a": [r"half way is 0\.\d", r"near its floor", r"height of the bounce"],
    "7b": [r"twice the edge", r"covariance", r"predicts 0\.115"],
    "7c": [r"2 - 3\\lambda", r"After step 300", r"only while it bounces"],
}
