"""Notebook 5: a small network."""

import numpy as np

from eos.exercises.exercise import Exercise, Question, close
from eos.potentials import MLPLoss, chebyshev
from eos.steppers import GradientDescent
from eos.trajectories import Trajectory, descend, sharpness_along

LEARNED = 0.01
"""Exercise 5.2: a loss below this has been learned."""


def _learns_below_half(eta) -> bool:
    """Whether notebook 5's network, trained with this step size, learns, its sharpness always below half the edge."""
    net = MLPLoss(*chebyshev(4), hidden=(10,), biases=(True, False))
    run = descend(net, GradientDescent(float(eta)), net.init_xavier(seed=0), 8000, every=40)
    return run.escaped_at is None and run.loss[-1] < LEARNED and sharpness_along(run).top.max() < 1.0 / float(eta)


def _is_ours(x, y) -> bool:
    """Whether points are on one of T_1 to T_9, upside down or not, as they stand or stretched to [-1, 1]."""
    stretched = 2 * (x - x.min()) / np.ptp(x) - 1
    waves = [np.cos(k * np.arccos(np.clip(t, -1, 1))) for k in range(1, 10) for t in (x, stretched)]
    return any(np.abs(sign * y - wave).max() < 0.02 for wave in waves for sign in (-1, 1))


def is_of_ones_own(run) -> bool:
    """Whether a run of 3,000 steps or more trains a network on a curve of 20 points or more that is none of ours.

    Errors for what is no such run at all.
    """
    if not isinstance(run, Trajectory) or not isinstance(run.potential, MLPLoss) or run.x.ndim != 2:
        raise TypeError("the answer must be one run of an MLPLoss, with one step size")
    if (run.potential.inputs.shape[1], np.shape(run.potential.targets)[1:]) != (1, (1,)):
        raise TypeError("the data must be of a curve: one number in, one number out")
    if len(run.x) < 100:
        raise ValueError("the run must keep 100 records or more: a smaller `every`")
    x, y = np.hstack([run.potential.inputs, run.potential.targets]).T
    return run.steps[-1] >= 3000 and len(np.unique(x)) >= 20 and not _is_ours(x, y)


def _at_the_edge(run) -> bool:
    """Whether gradient descent on 20 points or more of the reader's own has its second half within 10 % of the edge."""
    if not (is_of_ones_own(run) and isinstance(run.stepper, GradientDescent)):
        return False
    top = sharpness_along(run, every=max(1, len(run.x) // 200)).top
    return abs(top[len(top) // 2 :].mean() / run.stepper.threshold - 1) < 0.1


EXERCISES = {
    "5.1": Exercise(
        close(0.16),
        "2 / 0.16 = 12.5.",
        "At the edge S = 2 / eta.",
    ),
    "5.2": Exercise(
        _learns_below_half,
        "It learns, and its edge is far above what this network reaches in that time.",
        "The smaller the step size, the higher the edge, and the slower the learning. See the left end of the sweep.",
    ),
    "5.3": Exercise(
        close(1.5),
        "A fifth of the loss, a fifth of the slope, five times the step. The product of eta and S is what counts.",
        "A step is eta times the slope. How many times smaller than ours is a loss without the half, divided by ten?",
    ),
    "5.4": Exercise(
        _at_the_edge,
        "Your own network, at the edge of stability.",
        "3,000 steps on twenty points of your own, or more. Below the edge? Raise the step size. Escaped? Lower it.",
    ),
}

QUESTIONS = {"5a": Question("ABC", "B"), "5b": Question("ABCD", "D"), "5c": Question("ABC", "A")}
