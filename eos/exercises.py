"""The notebooks' exercises: `check("1.1", answer)` prints at once whether an answer is right, or else a hint."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from eos.curvature import secant_curvature, sharpness
from eos.potentials import FromFunctions, MLPLoss, Potential, Quadratic, SoftAbs, Valley, chebyshev, taylor_slopes
from eos.steppers import GradientDescent
from eos.trajectories import Trajectory, descend, midpoints, sharpness_along
from eos.validation import shown


@dataclass(frozen=True)
class Exercise:
    """`right(answer)` says whether it is solved; `because` is said when it is, `hint` when it is not."""

    right: Callable
    because: str
    hint: str


def check(name: str, answer) -> None:
    """Print whether `answer` solves exercise `name`; an answer still `...` prints that it is the reader's turn.

    Raises ValueError for an unknown exercise. An answer that breaks the check is told so, not raised.
    """
    if not isinstance(name, str) or name not in EXERCISES:
        raise ValueError(f"name must be one of {', '.join(EXERCISES)}; got {shown(name)}")
    exercise = EXERCISES[name]
    if answer is ...:
        print(f"{name}: your turn. Put your answer in the place of the three dots.")
        return
    try:
        with np.errstate(all="ignore"):
            solved = bool(exercise.right(answer))
    except Exception as error:
        print(f"{name}: this could not be checked ({type(error).__name__}: {error}). Hint: {exercise.hint}")
        return
    print(f"{name}: right. {exercise.because}" if solved else f"{name}: not yet. Hint: {exercise.hint}")


def _is_slope(curve: Potential) -> bool:
    """Whether the gradient belongs to the value, by a Taylor expansion at two places."""
    return all(1.8 < taylor_slopes(curve, x)[0] < 2.5 for x in (0.7, -0.4))


def _close(value: float, tolerance: float = 1e-3) -> Callable:
    return lambda answer: abs(answer - value) <= tolerance * max(1.0, abs(value))


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
    return _is_slope(answer) and curved and abs(small[0]) < 0.001 and not abs(small[1]) < 0.005


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
    return _is_slope(answer) and all(run.escaped_at is None and np.ptp(run.x[-50:]) > 0.01 for run in runs)


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


def _stays_below_half(eta) -> bool:
    """Whether notebook 5's network, trained with this step size, keeps its sharpness below half the edge."""
    net = MLPLoss(*chebyshev(4), hidden=(10,), biases=(True, False))
    run = descend(net, GradientDescent(eta), net.init_xavier(seed=0), 8000, every=40)
    return run.escaped_at is None and sharpness_along(run).top.max() < 1.0 / eta


def _at_the_edge(run) -> bool:
    """Whether a network's run of 3,000 steps or more has its second half within 10 % of the edge."""
    if not isinstance(run, Trajectory) or not isinstance(run.potential, MLPLoss) or run.steps[-1] < 3000:
        raise TypeError("the answer must be a run of an MLPLoss of at least 3000 steps")
    top = sharpness_along(run, every=max(1, len(run.x) // 200)).top
    return abs(top[len(top) // 2 :].mean() / run.stepper.threshold - 1) < 0.1


EXERCISES = {
    "1.1": Exercise(
        _close(0.2),
        "1 - 0.2 × 5 = 0: the step is exactly as long as the way down.",
        "One step lands at the bottom when the factor 1 - eta a is zero.",
    ),
    "1.2": Exercise(
        _close(19.0),
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
    "2.1": Exercise(
        lambda answer: abs(answer - _two_cycle(1.5)) < 2e-3,
        "There f'(x)/x = 2/1.5, and the secant curvature of the bounce is exactly that.",
        "Run descend for a thousand steps and look at the last iterate, or solve f'(x)/x = 2/eta.",
    ),
    "2.2": Exercise(
        _close(3 * np.sqrt(3) / 2),
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
    "3.1": Exercise(
        _close(0.25),
        "2 / 8. The other two directions could have borne more.",
        "The first direction to break is the one with the largest curvature, at 2 over it.",
    ),
    "3.2": Exercise(
        _close(0.2),
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
    "4.1": Exercise(
        _close(39.95),
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
    "5.1": Exercise(
        _close(0.25),
        "2 / 0.25 = 8.",
        "At the edge S = 2 / eta.",
    ),
    "5.2": Exercise(
        _stays_below_half,
        "Its edge is far above what this network reaches in that time.",
        "The smaller the step size, the higher the edge. In the sweep, the smallest brought the sharpness to about 8.",
    ),
    "5.3": Exercise(
        _close(0.2),
        "Twice the loss, twice the slope, half the step. The product of eta and S is what counts.",
        "A step is eta times the slope. What happens to the slope when the loss doubles?",
    ),
    "5.4": Exercise(
        _at_the_edge,
        "Your own network, at the edge of stability.",
        "Below the edge? Raise the step size, or take more steps. Escaped? Lower it.",
    ),
}
