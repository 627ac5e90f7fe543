"""Notebook 2: a curve that flattens."""

import numpy as np

from eos.exercises.exercise import Exercise, Question, close, is_slope
from eos.potentials import Potential, SoftAbs
from eos.steppers import GradientDescent
from eos.trajectories import descend

STARTS = (0.001, -0.001, 0.1, -0.7, 3.1, -20.3, 299.8, 997.7, -999.2)
"""Exercise 2.4; no whole numbers, for from those a run with whole steps lands on the bottom, an exceptional start."""
PLACES, CHECKED = np.linspace(-29.7, 31.1, 61), 300.0
"""Where its slope is compared with the curve: at these places, and at some that were visited, up to this far out."""


def _two_cycle(eta: float) -> float:
    return abs(descend(SoftAbs(), GradientDescent(eta), 0.5, 2000).x[-1, 0])


def _bounded_curve(answer) -> bool:
    """Whether, at eta = 4, small starts are thrown out beyond 0.1, and no run rests or passes 10,000."""
    if not isinstance(answer, Potential) or answer.dim != 1:
        raise TypeError("the answer must be a one-dimensional potential, such as FromFunctions(value, derivative)")
    runs = descend(answer, GradientDescent(4.0), np.reshape(STARTS, (-1, 1)), 5000, escape=1e4)
    moves = np.abs(np.diff(runs.x[-50:, :, 0], axis=0)).max(axis=0)
    thrown_out = np.nanmax(np.abs(runs.x[:, :2]), axis=(0, 2)) > 0.1
    if not ((runs.escaped_at < 0).all() and (moves > 1e-3).all() and thrown_out.all()):
        return False
    visited = np.concatenate([runs.x[::97].ravel(), runs.x[-10:].ravel()])
    return is_slope(answer, [*PLACES, *visited[np.abs(visited) < CHECKED]])


EXERCISES = {
    "2.1": Exercise(
        lambda answer: abs(answer - round(_two_cycle(1.5), 3)) < 5.1e-4,
        "There f'(x)/x = 2/1.5, and the secant curvature of the bounce is exactly that.",
        "Run descend for a thousand steps and look at the last iterate, or solve f'(x)/x = 2/eta.",
    ),
    "2.2": Exercise(
        close(3 * np.sqrt(3) / 2),
        "At eta = 3 sqrt(3) / 2 = 2.598 the bounce reaches the points of zero curvature and loses its symmetry.",
        "Divide f'(sqrt 2) by sqrt 2 and set the result equal to 2 / eta.",
    ),
    "2.3": Exercise(
        close(0.5),
        "The slope changes by 12 over a stretch of 3: secant curvature 4, which is 2 / 0.5.",
        "How much does the slope change from one point to the other, and over which stretch?",
    ),
    "2.4": Exercise(
        _bounded_curve,
        "From 0.001 it leaves the bottom, and from none of the starts tried does it rest or pass 10,000.",
        "What must the curvature at the bottom be, against 2/eta? And how steep may the curve be far out?",
    ),
}

QUESTIONS = {"2a": Question("ABCD", "D"), "2b": Question("ABC", "B"), "2c": Question("ABC", "C")}
