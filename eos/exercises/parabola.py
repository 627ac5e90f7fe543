"""Notebook 1: parabolas."""

from collections.abc import Callable

import numpy as np

from eos.exercises.exercise import Exercise, Question, close, is_slope
from eos.potentials import Potential
from eos.steppers import GradientDescent
from eos.trajectories import descend

FAR, TRIED, STEPS, ARRIVED = 10.0, 1.9, 1000, 1e-3
"""Exercise 1.4: how far out a start may lie, the step size, how many steps, and how near to 0 has arrived."""


def _finds_edges(answer: Callable) -> bool:
    """Whether answer(settles) is, within 0.001, the step size up to which settles(eta) is true."""
    return all(abs(float(answer(_settles_below(edge))) - edge) <= 1.001e-3 for edge in (0.003, 0.2, 2.8623, 9.5, 9.997))


def _settles_below(edge: float) -> Callable:
    """What a run with this edge would say to a step size, or to an array of them."""
    return lambda eta: (eta > 0) & (eta < edge)


def _tells_about_small_starts_only(answer) -> bool:
    """Whether a curve has its bottom at 0, curvature 1 there, and a start from which the edge, 2, is no help."""
    curve, start = answer
    if not isinstance(curve, Potential) or curve.dim != 1:
        raise TypeError("the first of the two must be a curve: a one-dimensional potential")
    start = float(start)
    if not abs(start) <= FAR:
        raise ValueError(f"the start must lie between {-FAR:g} and {FAR:g}")
    at_the_bottom = abs(curve.gradient(0.0)[0]) < 1e-9
    curved = abs((curve.gradient(1e-5)[0] - curve.gradient(-1e-5)[0]) / 2e-5 - 1) < 1e-3
    visited = descend(curve, GradientDescent(TRIED), start, STEPS, escape=FAR).x[:, 0]
    places = (-0.4, 0.7, start / 2, -start / 3, *visited[np.isfinite(visited)])
    return at_the_bottom and curved and is_slope(curve, places) and _arrives(curve, 1e-4) and not _arrives(curve, start)


def _arrives(curve: Potential, start: float) -> bool:
    """Whether gradient descent has come to the bottom at 0; one that has escaped is nowhere."""
    return abs(descend(curve, GradientDescent(TRIED), start, STEPS).x[-1, 0]) < ARRIVED


EXERCISES = {
    "1.1": Exercise(
        close(0.2),
        "1 - 0.2 × 5 = 0: the step is exactly as long as the way down.",
        "One step lands at the bottom when the factor 1 - eta a is zero.",
    ),
    "1.2": Exercise(
        close(19.0),
        "1 - 0.1 × 19 = -0.9. The edge for eta = 0.1 is 20, so this run is just below it.",
        "The distance shrinks by 0.9 and the side changes: the factor is -0.9 = 1 - 0.1 a.",
    ),
    "1.3": Exercise(
        _finds_edges,
        "An edge found by experiment, without a formula. It needs nothing but runs that settle or do not.",
        "Keep one step size that settles and one that does not, and try half way between them, again and again.",
    ),
    "1.4": Exercise(
        _tells_about_small_starts_only,
        "Below the edge, and yet it does not arrive: the edge speaks about the place where the curvature was measured.",
        "f'(0) = 0 and f''(0) = 1, and farther out no longer x^2/2: bent more, say. Check the derivative, too.",
    ),
}

QUESTIONS = {"1a": Question("ABCD", "C"), "1b": Question("ABCD", "B")}
