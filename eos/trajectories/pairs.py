"""Two points at a time: gradient descent seen through the middle of consecutive iterates, and half their difference.

With c = (x_t + x_{t-1}) / 2 and d = (x_t - x_{t-1}) / 2, a step of gradient descent is exactly

    c' - c = -(eta / 2) [g(c + d) + g(c - d)],      d' - d = -(eta / 2) [g(c + d) - g(c - d)],

where g is the gradient: the middle descends the average of two slopes, and the bounce lives in d alone. The pair is
the "rod" of Regis and co-authors (2026).
"""

import numpy as np

from eos.trajectories.trajectory import Trajectory
from eos.validation import shown

__all__ = ["half_differences", "midpoints", "weighted_midpoints"]


def midpoints(run: Trajectory) -> np.ndarray:
    """c, the middle of each pair of consecutive iterates, shape `(records - 1, ..., n)`; NaN after an escape.

    Raises ValueError unless the run has kept every step, one of them or more.
    """
    x = _every_step(run)
    return 0.5 * (x[1:] + x[:-1])


def half_differences(run: Trajectory) -> np.ndarray:
    """d, half of each move, shape `(records - 1, ..., n)`: in a bounce its sign alternates. Else as `midpoints`."""
    x = _every_step(run)
    return 0.5 * (x[1:] - x[:-1])


def weighted_midpoints(run: Trajectory) -> np.ndarray:
    """(x_{t-1} + 2 x_t + x_{t+1}) / 4, the middle of two neighbouring midpoints, shape `(records - 2, ..., n)`.

    Entry t - 1 belongs to step t, so it is what to compare with a flow at step t. A bounce along a straight line that
    keeps or evenly changes its size is gone from it. Raises ValueError as `midpoints`, and for a run of one step.
    """
    c = midpoints(run)
    if len(c) < 2:
        raise ValueError("run must be a run of two steps or more, got one")
    return 0.5 * (c[1:] + c[:-1])


def _every_step(run: Trajectory) -> np.ndarray:
    if not isinstance(run, Trajectory) or run.every != 1 or len(run.x) < 2:
        given = f"every={run.every} and {len(run.x)} records" if isinstance(run, Trajectory) else shown(run)
        raise ValueError(f"run must be a run of one step or more with every=1, got {given}")
    return run.x
