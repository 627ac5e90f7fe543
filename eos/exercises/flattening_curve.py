"""Notebook 2: a curve that flattens."""

import numpy as np

from eos.curvature import secant_curvature
from eos.exercises.exercise import Exercise, close, is_slope
from eos.potentials import FromFunctions, SoftAbs
from eos.steppers import GradientDescent
from eos.trajectories import descend


def _two_cycle(eta: float) -> float:
    return abs(descend(SoftAbs(), GradientDescent(eta), 0.5, 2000).x[-1, 0])


def _is_secant(answer) -> bool:
    """Whether answer(f_prime, p, q) is the secant curvature."""
    f = SoftAbs()
    pairs = ((1.5, -0.7), (0.2, 0.9), (-2.0, 3.0))
    return all(abs(answer(lambda x: f.gradient(x)[0], p, q) - secant_curvature(f, p, q)) < 1e-9 for p, q in pairs)


def _bounded_curve(answer) -> bool:
    """Whether a curve of the reader's bounces for ever at eta = 4 without escaping, from near and from far."""
    if not isinstance(answer, FromFunctions) or answer.dim != 1:
        raise TypeError("the answer must be FromFunctions(value, gradient)")
    runs = [descend(answer, GradientDescent(4.0), x0, 3000) for x0 in (0.1, 3.0)]
    return is_slope(answer) and all(run.escaped_at is None and np.ptp(run.x[-50:]) > 0.01 for run in runs)


EXERCISES = {
    "2.1": Exercise(
        lambda answer: abs(answer - _two_cycle(1.5)) < 2e-3,
        "There f'(x)/x = 2/1.5, and the secant curvature of the bounce is exactly that.",
        "Run descend for a thousand steps and look at the last iterate, or solve f'(x)/x = 2/eta.",
    ),
    "2.2": Exercise(
        close(3 * np.sqrt(3) / 2),
        "At eta = 3 sqrt(3) / 2 = 2.598 the bounce reaches the points of zero curvature and loses its symmetry.",
        "Divide f'(sqrt 2) by sqrt 2 and set the result equal to 2 / eta.",
    ),
    "2.3": Exercise(
        _is_secant,
        "Rise over run, on the graph of the derivative.",
        "It is the slope of the line through (p, f'(p)) and (q, f'(q)).",
    ),
    "2.4": Exercise(
        _bounded_curve,
        "It is too sharp at the bottom to rest there, and not steep enough anywhere to let go.",
        "Try a curve that is a parabola near 0 with f''(0) above 0.5, and a straight line far out.",
    ),
}

QUESTIONS = {}
