"""Notebook 3 and its appendix: many directions."""

import numpy as np

from eos.exercises.exercise import Exercise, close
from eos.potentials import Quadratic


def _finds_the_top(answer) -> bool:
    """Whether answer(hvp, v, c) is the largest eigenvalue, for spectra of which two are traps."""
    spectra = [np.array(values) for values in ((-5.0, 3.0, 1.0), (4.0, 1.0, 0.0), (-4.5, -1.0, 2.0))]
    return all(abs(answer(lambda v, s=s: s * v, np.full(3, 0.5), 6.0) - s.max()) < 1e-3 for s in spectra)


def _is_a_hidden_trap(answer) -> bool:
    """Whether every axis curves upwards, and yet the eigenvalue largest in size is negative."""
    if not isinstance(answer, Quadratic):
        raise TypeError("the answer must be a Quadratic")
    hessian = answer.hessian(np.zeros(answer.dim))
    values = np.linalg.eigvalsh(hessian)
    return bool((hessian.diagonal() > 0).all() and -values[0] > 1.01 * values[-1])


EXERCISES = {
    "3.1": Exercise(
        close(0.25),
        "2 / 8. The other two directions could have borne more.",
        "The first direction to break is the one with the largest curvature, at 2 over it.",
    ),
    "3.2": Exercise(
        close(0.2),
        "Both factors are then 0.8 in size, one with a minus: a longer step slows the first, a shorter one the second.",
        "Set the two factors, 1 - 9 eta and 1 - eta, equal in size and opposite in sign.",
    ),
    "3.3": Exercise(
        _finds_the_top,
        "The shift moves every eigenvalue up by c, so that the largest is also the largest in size.",
        "v becomes hvp(v) + c v over its length, some 200 times; then v @ hvp(v) is the answer.",
    ),
    "3.4": Exercise(
        _is_a_hidden_trap,
        "The axes see only the diagonal; what is between them is in the other entries.",
        "Two coordinates are too few. With three, try -2 off the diagonal and something small on it.",
    ),
}

QUESTIONS = {}
