"""Notebook 4: a valley that flattens."""

import numpy as np

from eos.exercises.exercise import Exercise, Question
from eos.potentials import Potential, Valley
from eos.steppers import GradientDescent
from eos.trajectories import descend

STEPS, AT_REST = 10_000, 1e-4
"""So many steps suffice at eta = 0.1; a run rests when its bounce (x y)^2 is below this."""


def _end(walls: Potential | None, eta: float, start) -> float:
    """The sharpness of the floor where a run between these walls comes to rest; NaN if it does not."""
    valley = Valley() if walls is None else Valley(walls=walls)
    x, y = descend(valley, GradientDescent(eta), start, STEPS, every=STEPS).x[-1]
    return y**2 if (x * y) ** 2 < AT_REST else float("nan")


def _ends_at_five(answer) -> bool:
    """Whether a run in the valley, from four times the edge, ends within one per cent of 5."""
    eta = float(answer)
    return 0 < eta < 1 and abs(_end(None, eta, (0.1, np.sqrt(8 / eta))) - 5) <= 0.05


def _are_walls_as_ordered(answer) -> bool:
    """Whether a curve has curvature 1 at its bottom 0, and the run between such walls ends from 19.65 to 19.75."""
    if not isinstance(answer, Potential) or answer.dim != 1:
        raise TypeError("the answer must be a curve: Walls(...), or FromFunctions(value, slope)")
    bottom = abs(answer.gradient(0.0)[0]) < 1e-6
    curved = all(abs(answer.gradient(z)[0] / z - 1) < 3e-4 for z in (-1e-4, 1e-4))
    return bottom and curved and _slopes_belong(answer) and 19.65 <= _end(answer, 0.1, (0.1, np.sqrt(40))) <= 19.75


def _slopes_belong(curve: Potential, reach: float = 3.2) -> bool:
    """Whether the heights are the sum of the slopes, by the trapezoidal rule, wherever the run goes."""
    z = np.linspace(-reach, reach, 6401)
    heights = np.array([float(curve.value(place)) for place in z])
    slopes = np.array([curve.gradient(place)[0] for place in z])
    rises = (slopes[1:] + slopes[:-1]) / 2 * np.diff(z)
    return bool(np.abs(np.diff(heights) - rises).max() < 1e-6 * (1 + np.abs(heights).max()))


EXERCISES = {
    "4.1": Exercise(
        lambda answer: round(float(answer), 2) == 19.95,
        "l' = z - z^3 + ..., so a = -6 and 2/eta + 3 eta/a is 20 - 0.05.",
        "Expand l'(z) = z / (1 + z^2) up to z^3. The factor of z^3 is a/6.",
    ),
    "4.2": Exercise(
        _ends_at_five,
        "The sharpness at the end is yours to choose: a larger step ends in a flatter place.",
        "Solve 2/eta - eta = 5 for eta.",
    ),
    "4.3": Exercise(
        _are_walls_as_ordered,
        "Your own walls, and the run ends where you designed it to end.",
        "Which a makes 2/eta + 3 eta/a equal to 19.7? Find walls with l''(0) = 1 and that fourth derivative.",
    ),
}

QUESTIONS = {"4a": Question("ABC", "A"), "4b": Question("ABC", "B"), "4c": Question("ABCD", "D")}
