"""Notebook 5: a small network."""

from eos.exercises.exercise import Exercise, close
from eos.potentials import MLPLoss, chebyshev
from eos.steppers import GradientDescent
from eos.trajectories import Trajectory, descend, sharpness_along


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
    "5.1": Exercise(
        close(0.25),
        "2 / 0.25 = 8.",
        "At the edge S = 2 / eta.",
    ),
    "5.2": Exercise(
        _stays_below_half,
        "Its edge is far above what this network reaches in that time.",
        "The smaller the step size, the higher the edge. In the sweep, the smallest brought the sharpness to about 8.",
    ),
    "5.3": Exercise(
        close(0.2),
        "Twice the loss, twice the slope, half the step. The product of eta and S is what counts.",
        "A step is eta times the slope. What happens to the slope when the loss doubles?",
    ),
    "5.4": Exercise(
        _at_the_edge,
        "Your own network, at the edge of stability.",
        "Below the edge? Raise the step size, or take more steps. Escaped? Lower it.",
    ),
}

QUESTIONS = {}
