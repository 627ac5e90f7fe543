"""What a central flow says of gradient descent's averages: its loss, its squared gradient, the size of its bounce.

With Sigma the covariance of the bounce about the flow, all of it along directions of curvature 2/eta, the iterates lie
higher than the flow by tr(H Sigma) / 2 = tr Sigma / eta on average, and their gradients are longer by H delta.
"""

import numpy as np

from eos.steppers import CentralFlow
from eos.trajectories.trajectory import Trajectory
from eos.validation import shown

__all__ = ["predicted_bounce", "predicted_loss", "predicted_squared_gradient"]


def predicted_bounce(flow: Trajectory) -> np.ndarray:
    """tr Sigma, the mean squared distance of the iterates from the flow, shape `(records, ...)`.

    NaN where no bounce holds the sharpness, and after an escape. ValueError unless `flow` is a run of a `CentralFlow`.
    """
    if not isinstance(flow, Trajectory) or not isinstance(flow.stepper, CentralFlow):
        raise ValueError(f"flow must be a run of a CentralFlow, got {shown(flow)}")
    return flow.kept["variance"].sum(-1)


def predicted_loss(flow: Trajectory) -> np.ndarray:
    """The mean loss of the iterates beside each record, L + tr Sigma / eta; else as `predicted_bounce`."""
    return predicted_bounce(flow) / flow.stepper.eta + flow.loss


def predicted_squared_gradient(flow: Trajectory) -> np.ndarray:
    """The mean squared gradient of the iterates, |grad L|^2 + (4 / eta^2) tr Sigma; else as `predicted_bounce`."""
    return 4.0 * predicted_bounce(flow) / flow.stepper.eta**2 + flow.gradient_norm**2
