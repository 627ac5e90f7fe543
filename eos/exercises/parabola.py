"""Notebook 1: parabolas."""

from eos.curvature import sharpness
from eos.exercises.exercise import Exercise, close, is_slope
from eos.potentials import Potential
from eos.steppers import GradientDescent
from eos.trajectories import descend


def _is_step(answer) -> bool:
    """Whether answer(x, eta, a) is one step on a x^2 / 2, at a few places."""
    return all(
        abs(answer(x, eta, a) - (1 - eta * a) * x) < 1e-12 for x, eta, a in ((3, 0.15, 2), (-1, 1.1, 2), (2, 0.7, 5))
    )


def _has_edge_at_two(answer) -> bool:
    """Whether a curve's sharpness at its bottom, 0, is 1: then its edge is at 2."""
    if not isinstance(answer, Potential) or answer.dim != 1:
        raise TypeError("the answer must be a one-dimensional potential")
    small = [descend(answer, GradientDescent(eta), 0.01, 400).x[-1, 0] for eta in (1.9, 2.1)]
    curved = abs(answer.gradient(0.0)[0]) < 1e-9 and abs(sharpness(answer, 0.0) - 1) < 1e-6
    return is_slope(answer) and curved and abs(small[0]) < 0.001 and not abs(small[1]) < 0.005


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
        _is_step,
        "Three symbols of calculus, one line of code.",
        "The derivative of a x^2 / 2 is a x, and a step goes against it: x - eta times the derivative.",
    ),
    "1.4": Exercise(
        _has_edge_at_two,
        "Near its bottom your curve has curvature 1, and a small start settles at eta = 1.9 but not at 2.1.",
        "f needs f'(0) = 0 and f''(0) = 1: cosh, for one, with the derivative sinh.",
    ),
}

QUESTIONS = {}
