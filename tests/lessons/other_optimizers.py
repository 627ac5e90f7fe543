"""Notebook 6."""

from functools import partial

import numpy as np

from eos import (
    SGD,
    Adam,
    CentralFlow,
    GradientDescent,
    HeavyBall,
    MLPLoss,
    Nesterov,
    RMSProp,
    WarmUp,
    chebyshev,
    descend,
)

POINTS = np.linspace(-1, 1, 20)
WAVE = MLPLoss(POINTS, np.sin(6 * POINTS), hidden=(20, 20))
OURS = MLPLoss(*chebyshev(4), hidden=(20, 20))
HEAVY, LOOKING = partial(HeavyBall, beta=0.5), partial(Nesterov, beta=0.5)


def trained(stepper, net=WAVE, steps=6000, every=20):
    """A run of a network, by default on a wave of one's own."""
    return descend(net, stepper, net.init_torch(seed=0), steps, every=every)


ANSWERS = {
    "6.1": lambda: ([0.1, 2 * 1.8 / 36, np.float64(0.1)], [0.0556, 0.2, 1.0, 20.0]),
    "6.2": lambda: ([0.5, 1 / 2, np.float64(0.5)], [0.25, 0.9, 2.0, -0.5]),
    "6.3": lambda: (
        [0.9955, np.float64(0.9955), 0.995],
        [0.99, 0.999, 0.9965, 0.9, 0.994, 0.9948, 0.9957],  # the last two at 2,884 and 3,439
    ),
    "6.4": lambda: (
        [trained(RMSProp(0.001), steps=4000), trained(Adam(0.005)), trained(HEAVY(0.2)), trained(LOOKING(0.2))],
        [
            trained(HEAVY(0.005)),  # far below the edge
            trained(Adam(0.0007)),  # at two thirds of it
            trained(HEAVY(20.0)),  # escapes
            trained(RMSProp(0.001), steps=2000, every=10),  # too short
            trained(RMSProp(0.001), OURS),  # the course's own data
            trained(GradientDescent(0.3)),  # no other method
            trained(SGD(0.3, size=20)),  # none either
            trained(HeavyBall(0.3, beta=0.0)),  # nor this
            trained(WarmUp(0.3, 10, GradientDescent)),  # nor this
            trained(CentralFlow(0.3, 1), steps=3000),  # nor a flow
            trained(Adam(0.003), MLPLoss(POINTS[:10], np.sin(6 * POINTS[:10]))),  # ten points
        ],
    ),
}
TELLS = {
    "6a": [r"S = \\frac\{2\\,\(1\+\\beta\)\}\{\\eta\}", r"eta S = 1\.5\d?", r"brakes each jump"],
    "6b": [r"raw tenfold: True", r"wrong number", r"more than 10 times that"],
    "6c": [r"1577", r"13253", r"\\sqrt\{\\beta_2\}", r"more than 30 times: True"],
}
