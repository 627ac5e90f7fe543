"""Notebook 6: other optimizers."""

import numpy as np

from eos.exercises.exercise import Exercise, Question, close
from eos.exercises.small_network import is_of_ones_own
from eos.potentials import Quadratic
from eos.steppers import Adam, HeavyBall, Nesterov, RMSProp
from eos.trajectories import descend, sharpness_along

EARLIEST, LATEST = 2900, 3400


def _passes_in_time(beta2) -> bool:
    """Whether Adam, from 1 on the parabola, first passes its edge upwards between two steps."""
    run = descend(Quadratic(1.0), Adam(0.01, beta2=float(beta2)), 1.0, LATEST + 100)
    share = 1.0 / run.kept["preconditioner"][:, 0] / run.stepper.threshold
    above = np.flatnonzero(share > 1)
    return bool(len(above) and EARLIEST < above[0] <= LATEST + 1)


def _at_its_own_edge(run) -> bool:
    """Whether a run by another method on data of the reader's own has its second half within 10 % of that's edge."""
    own, method = is_of_ones_own(run), run.stepper
    other = isinstance(method, RMSProp | Adam) or (isinstance(method, HeavyBall | Nesterov) and method.beta > 0)
    if not (own and other and run.escaped_at is None):
        return False
    every, divided = max(1, len(run.x) // 200), "preconditioner" in run.kept
    top = sharpness_along(run, every=every, preconditioned=divided).top
    return bool(abs(top[len(top) // 2 :].mean() / run.stepper.threshold - 1) < 0.1)


EXERCISES = {
    "6.1": Exercise(
        close(0.1),
        "2 (1 + 0.8) / 0.1 = 36. Plain gradient descent would hover there with 0.056.",
        "Heavy ball's edge is 2 (1 + beta) / eta.",
    ),
    "6.2": Exercise(
        close(0.5),
        "(1 + 0.5) / (1 + 2 * 0.5) = 3/4.",
        "Nesterov's edge is (1 + beta) / (1 + 2 beta) times 2 / eta.",
    ),
    "6.3": Exercise(
        _passes_in_time,
        "The memory sets the time: P fades by the square root of beta2 at each step.",
        "The time is roughly proportional to 1 / (1 - beta2). With 0.99 it is 1,577 steps.",
    ),
    "6.4": Exercise(
        _at_its_own_edge,
        "Your own network, at the edge of another method.",
        "3,000 steps on twenty points of your own, or more. Below the edge? Raise the step size. Escaped? Lower it.",
    ),
}

QUESTIONS = {"6a": Question("ABCD", "C"), "6b": Question("ABC", "B"), "6c": Question("ABC", "A")}
