"""Two points at a time: gradient descent seen through the middle of consecutive iterates, and half their difference.

With c = (x_t + x_{t-1}) / 2 and d = (x_t - x_{t-1}) / 2, a step of gradient descent is exactly

    c' - c = -(eta / 2) [g(c + d) + g(c - d)],      d' - d = -(eta / 2) [g(c + d) - g(c - d)],

where g is the gradient: the middle descends the average of two slopes, and the bounce lives in d alone. The pair is
the "rod" of Regis and co-authors (2026).
"""

from __future__ import annotations

import numpy as np

from eos.steppers import GradientDescent
from eos.trajectory import Trajectory
from eos.validation import shown


def midpoints(run: Trajectory) -> np.ndarray:
    """c, the middle of each pair of consecutive iterates, shape `(records - 1, ..., n)`; NaN after an escape.

    Raises ValueError unless the run has kept every step, two of them or more.
    """
    x = _every_step(run)
    return 0.5 * (x[1:] + x[:-1])


def half_differences(run: Trajectory) -> np.ndarray:
    """d, half of each move, shape `(records - 1, ..., n)`: in a bounce its sign alternates. Else as `midpoints`."""
    x = _every_step(run)
    return 0.5 * (x[1:] - x[:-1])


def two_point_residuals(run: Trajectory) -> tuple[np.ndarray, np.ndarray]:
    """By how much the two identities miss, for c and for d, each of shape `(records - 2, ..., n)`: rounding, no more.

    Raises ValueError unless the run is one of GradientDescent that has kept every step.
    """
    c, d = midpoints(run), half_differences(run)
    if not isinstance(run.stepper, GradientDescent):
        raise ValueError(f"run must be of GradientDescent, for which the identities hold, got {shown(run.stepper)}")
    with np.errstate(all="ignore"):
        ahead, behind = (run.potential.gradient(p[:-1]) for p in (c + d, c - d))
        half = 0.5 * run.stepper.column
        return c[1:] - c[:-1] + half * (ahead + behind), d[1:] - d[:-1] + half * (ahead - behind)


def _every_step(run: Trajectory) -> np.ndarray:
    if not isinstance(run, Trajectory) or run.every != 1 or len(run.x) < 3:
        given = f"every={run.every} and {len(run.x)} records" if isinstance(run, Trajectory) else shown(run)
        raise ValueError(f"run must be a run of two steps or more with every=1, got {given}")
    return run.x
