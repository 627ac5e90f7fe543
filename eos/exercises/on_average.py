"""Notebook 7: what gradient descent does on average."""

import numpy as np

from eos.curvature import sharpness
from eos.exercises.exercise import Exercise, Question, close
from eos.potentials import MLPLoss, Penalized, Product, chebyshev
from eos.steppers import CentralFlow, GradientDescent, GradientFlow
from eos.trajectories import Trajectory, descend, predicted_bounce, predicted_loss


def _flattens_to(target: float):
    """Whether a penalty of this strength brings the chain of two weights to a place of this sharpness of its loss."""

    def right(strength) -> bool:
        penalized = Penalized(Product(2), float(strength))
        end = descend(penalized, GradientFlow(0.2), (3.0, 0.3), 2000, every=2000).x[-1]
        return abs(sharpness(Product(2), end) - target) < 0.005

    return right


def _is_predicted(answer) -> bool:
    """Whether a central flow on the reader's own data says the mean loss of the run beside it within 10 %."""
    run, flow = answer
    kinds = (run, GradientDescent), (flow, CentralFlow)
    if not all(isinstance(way, Trajectory) and isinstance(way.stepper, stepper) for way, stepper in kinds):
        raise TypeError("the answer must be two runs, of GradientDescent and of CentralFlow")
    if not isinstance(run.potential, MLPLoss) or run.potential is not flow.potential or run.x.ndim != 2:
        raise TypeError("both runs must go down the same MLPLoss, one step size each")
    net, steps = run.potential, int(flow.steps[-1])
    count, targets = len(net.inputs), np.sort(net.targets[:, 0])
    ours = any(np.abs(targets - np.sort(np.ravel(chebyshev(k, count)[1]))).max() < 0.02 for k in range(1, 10))
    alike = run.stepper.eta == flow.stepper.eta and np.array_equal(run.x[0], flow.x[0])
    if ours or not alike or steps < 800 or run.steps[-1] < steps:
        return False
    low, mean = flow.loss.mean(), run.loss[run.steps <= steps].mean()
    bounces = (predicted_bounce(flow) > 0).mean() > 0.5 and mean - low > 0.1 * mean  # or any flow would do
    return bool(bounces and abs(predicted_loss(flow).mean() / mean - 1) < 0.1)


EXERCISES = {
    "7.1": Exercise(
        close(0.018, 1e-5),
        "0.010 + 0.0016 / 0.2: the bounce is not large, yet it is 8 of the 18 thousandths.",
        "The prediction is L + tr(Sigma) / eta.",
    ),
    "7.2": Exercise(
        close(0.01, 1e-5),
        "The push of the bounce, X y, balances the pull, and the bounce reaches 0.1 to either side.",
        "On the floor grad S = (0, 2y), the push is X grad S / 2, and at the edge y^2 = 2 / eta.",
    ),
    "7.3": Exercise(
        _flattens_to(1.7),
        "A penalty has no edge: the sharpness at the end is yours, and the loss there, lambda^2 / 2, is the price.",
        "At the end v = w and v^2 = 1 - lambda. The sharpness of L at such a point is 3 v^2 - 1. Or try some.",
    ),
    "7.4": Exercise(
        _is_predicted,
        "The average of your own run, predicted without running it.",
        "800 steps or more of both, from one point near the edge, with one step size. Does it bounce half of the time?",
    ),
}

QUESTIONS = {"7a": Question("ABC", "C"), "7b": Question("ABC", "A"), "7c": Question("ABCD", "B")}
