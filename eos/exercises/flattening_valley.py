"""Notebook 4: a valley that flattens."""

from eos.curvature import sharpness
from eos.exercises.exercise import Exercise, close
from eos.potentials import FromFunctions, Valley, taylor_slopes
from eos.steppers import GradientDescent
from eos.trajectories import Trajectory, descend, midpoints


def _is_drop(answer) -> bool:
    """Whether answer(x, y, eta) is by how much y^2 falls in one step in the valley, at a few places."""
    places = ((0.1, 4.2, 0.2), (-0.5, 3.0, 0.1), (1.0, -2.0, 0.3))
    steps = ((y, descend(Valley(), GradientDescent(eta), (x, y), 1).x[1, 1]) for x, y, eta in places)
    drops = [before**2 - after**2 for before, after in steps]
    return all(abs(answer(*place) - drop) < 1e-9 for place, drop in zip(places, drops, strict=True))


def _ends_below_its_edge(run) -> bool:
    """Whether a run in a valley of the reader's was sharper than 1.2 times the edge and rests within 10 % below it."""
    if not isinstance(run, Trajectory) or not isinstance(run.potential, FromFunctions) or run.potential.dim != 2:
        raise TypeError("the answer must be a run on FromFunctions(value, gradient, dim=2)")
    if run.escaped_at is not None or run.gradient_norm[-1] > 1e-3:
        return False
    places = midpoints(run)[:: max(1, len(run.x) // 100)]
    ends = sharpness(run.potential, run.x[-1]) / run.stepper.threshold
    slopes = taylor_slopes(run.potential, run.x[0])
    return 0.9 < ends < 1.0 and sharpness(run.potential, places).max() > 1.2 * run.stepper.threshold and slopes[0] > 1.8


EXERCISES = {
    "4.1": Exercise(
        close(39.95),
        "2/eta - eta is 40 - 0.05: as good as at the edge.",
        "Take 2 / eta - eta, or a run of some 15,000 steps.",
    ),
    "4.2": Exercise(
        lambda answer: abs(answer - 0.3715) < 0.0025,
        "The final sharpness is yours to choose: a larger step ends in a flatter place.",
        "Solve 2 / eta - eta = 5 for eta.",
    ),
    "4.3": Exercise(
        _is_drop,
        "It is never negative while eta x^2 is below 2: from both sides of the bounce, the push is downhill.",
        "A step takes y to y - eta x l'(z), with z = x y and l'(z) = z / sqrt(1 + z^2).",
    ),
    "4.4": Exercise(
        _ends_below_its_edge,
        "Your own valley, and its sharpness at the end was chosen by your step size.",
        "Take l(x y) with l near z^2 / 2 at 0 and straight far out. Start near the floor, y^2 above 1.3 times 2 / eta.",
    ),
}

QUESTIONS = {}
