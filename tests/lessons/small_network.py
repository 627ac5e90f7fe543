"""Notebook 5."""

import numpy as np

from eos import GradientDescent, HeavyBall, MLPLoss, chebyshev, descend

SHARP = MLPLoss(*chebyshev(4), hidden=(10,), biases=(True, False))
GRID = np.linspace(-1, 1, 24)
TEN, SCATTERED = np.linspace(-1, 1, 10), np.sort(np.random.default_rng(0).uniform(-1, 1, 30))
STEP = MLPLoss(GRID, np.sign(GRID - 0.2), hidden=(12,))


def trained(eta, net=SHARP, steps=4000, stepper=GradientDescent, every=20):
    """A run of a network, by default that of notebook 5."""
    return descend(net, stepper(eta), net.init_xavier(seed=0), steps, every=every)


def wave(points):
    """A network for so many points of a wave of one's own."""
    x = np.linspace(-1, 1, points)
    return MLPLoss(x, np.sin(6 * x))


ANSWERS = {
    "5.1": lambda: ([0.16, 4 / 25, np.float64(0.16)], [6.25, 0.25, 12.5, 0.08]),
    "5.2": lambda: ([0.1, 0.08, np.float64(0.11)], [5e-324, 0.02, 0.13, 0.2, 3.0]),
    "5.3": lambda: ([1.5, 0.3 * 5], [0.2, 0.06, 0.6, 0.3]),
    "5.4": lambda: (
        [trained(0.8, STEP), trained(0.3, wave(20), 6000), trained(0.3, wave(40), 6000, every=7)],
        [
            trained(0.02, STEP),  # far below the edge
            trained(40.0, STEP),  # escapes
            trained(0.8, STEP, 2000),  # too short
            trained(0.3),  # the notebook's own data
            trained(0.3, MLPLoss(SHARP.inputs, 1.0001 * SHARP.targets, hidden=(10,))),  # hardly changed
            trained(0.3, MLPLoss(*chebyshev(6), hidden=(20, 20))),  # another of ours
            trained(0.3, MLPLoss((SHARP.inputs + 1) / 2, SHARP.targets, hidden=(20,))),  # ours, stretched
            trained(0.3, MLPLoss(SCATTERED, np.cos(4 * np.arccos(SCATTERED)), hidden=(20,))),  # ours, at other places
            trained(0.3, wave(10), 6000),  # ten points
            trained(0.5, MLPLoss(*np.tile([TEN, np.sin(6 * TEN)], 2), hidden=(20,))),  # ten, twice
            trained(0.3, wave(20), 6000, lambda eta: HeavyBall(eta, 0.5)),  # another method
        ],
    ),
}
TELLS = {
    "5a": [r"flow \d\.\d, gradient", r"past the edge", r"progressive sharpening"],
    "5b": [r"from step 3000: the loss rises with 1\.1 eta: True", r"4\.55"],
    "5c": [r"p ?\\?,?\(1 ?- ?p\)", r"[Ff]ade", r"0\.04 at the end"],
}
