"""Notebook 3: many directions."""

import numpy as np

from eos.curvature import sharpness
from eos.exercises.exercise import Exercise, Question, close
from eos.potentials import Potential, Quadratic, one_point
from eos.steppers import GradientDescent
from eos.trajectories import descend


def _hides_a_curvature(answer) -> bool:
    """Whether it is a bowl that curves by at most 1 along each axis, and by more than 8 in some direction."""
    if not isinstance(answer, Quadratic):
        raise TypeError("the answer must be a Quadratic")
    hessian = answer.hessian(np.zeros(answer.dim))
    values = np.linalg.eigvalsh(hessian)
    bowl = values[0] >= -1e-9 * values[-1]
    return bool(bowl and hessian.diagonal().max() <= 1 + 1e-9 and values[-1] > 8 * (1 + 1e-9))


def _knows_its_edge(answer) -> bool:
    """Whether it is a landscape, one of its minima, and the step size at which a run near that breaks, to 1 %."""
    landscape, place, eta = answer
    if not isinstance(landscape, Potential):
        raise TypeError("the first of the three must be a FromFunctions, or another potential")
    place = one_point(landscape, place, "the place of the minimum")
    top = sharpness(landscape, place)
    if not (landscape.dim > 1 and top > 0 and np.linalg.norm(landscape.gradient(place)) < 1e-4 * top):
        return False
    moved = place + 3e-4 * np.random.default_rng(0).standard_normal((200, landscape.dim))
    rise, rounding = landscape.value(moved) - landscape.value(place), 1e-13 * (1 + top + abs(landscape.value(place)))
    slope = (landscape.gradient(moved) * (moved - place)).sum(-1)  # twice the rise, where it is nearly a bowl
    fits = np.abs(slope / 2 - rise) <= 0.02 * np.abs(rise) + rounding
    if not _leads_nowhere_down(landscape, place, top):
        return False
    return bool((rise >= -rounding).all() and fits.mean() > 0.9 and abs(eta * top / 2 - 1) < 0.01)


def _leads_nowhere_down(landscape: Potential, place: np.ndarray, top: float) -> bool:
    """Whether the landscape bends down nowhere at a place, nor leads lower from aside, where it hardly bends."""
    values, vectors = np.linalg.eigh(landscape.hessian(place))
    flat = vectors[:, values < 1e-3 * top].T
    if values[0] <= -1e-7 * top or not len(flat):
        return values[0] > 0
    aside = (place + np.array([-0.1, -0.01, 0.01, 0.1])[:, None, None] * flat).reshape(-1, landscape.dim)
    ends = descend(landscape, GradientDescent(1 / top), aside, 30).x[-1]
    here = landscape.value(place)
    lowest = np.minimum(landscape.value(aside), landscape.value(ends)).min()
    return bool(lowest >= here - 1e-12 * (1 + top) - 1e-14 * abs(here))


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
        _hides_a_curvature,
        "No axis shows it: the curvature hides between them, in a direction that moves many coordinates at once.",
        "The eigenvalues add up to what stands on the diagonal, at most 1 for each coordinate: how many must there be?",
    ),
    "3.4": Exercise(
        _knows_its_edge,
        "Near this minimum the curvatures decide, and the largest of them, the sharpness, sets the edge.",
        "Give the place to six digits. Where slopes are zero and nothing leads down, S is `sharpness(mine, place)`.",
    ),
}

QUESTIONS = {"3a": Question("ABC", "C"), "3b": Question("ABC", "B"), "3c": Question("ABC", "A")}
