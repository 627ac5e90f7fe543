"""The edge of a method, found by experiment."""

from dataclasses import fields, replace

import numpy as np

from eos.potentials import Quadratic
from eos.steppers import Stepper
from eos.trajectories.trajectory import descend
from eos.validation import instance

__all__ = ["found_edge"]

STEPS, TRIED, ROUNDS = 1500, 160, 2
LOWEST, HIGHEST = 0.05, 5000.0
"""Where eta S is looked for."""
TINY, GROWN = 1e-140, 1e-10
"""Size of a run's start, and a size at which it has grown for sure."""


def found_edge(stepper: Stepper) -> float:
    """eta S at the edge, found without a formula: up to which step size do runs on the parabola of sharpness 1 shrink?

    Many step sizes between 0.05 and 5,000 are tried at once, then as many between the last that shrinks and the first
    that grows: right to one part in 3,000. A preconditioner is held fast by a start so near the bottom that eps, set
    to 1, outweighs every gradient; the answer is then one about H / P. A beta1 of Adam above 0.98 would need more
    steps. ValueError for a flow, which has no edge, and for a preconditioner without an eps.
    """
    instance("stepper", stepper, Stepper, "a stepper such as GradientDescent(0.1)")
    if not np.isfinite(stepper.threshold).all():
        raise ValueError(f"stepper must have an edge, got {stepper!r} with the threshold {stepper.threshold}")
    if "eps" in {f.name for f in fields(stepper)}:
        stepper = replace(stepper, eps=1.0)
    elif stepper.preconditioner(stepper.init(Quadratic(1.0), np.ones(1))) is not None:
        raise ValueError(f"stepper must have an eps that holds its preconditioner, got {stepper!r}")
    low, high = LOWEST, HIGHEST
    for _ in range(ROUNDS):
        etas = np.geomspace(low, high, TRIED)
        first = int(np.append(_grows(replace(stepper, eta=etas)), True).argmax())
        low, high = etas[min(max(first - 1, 0), TRIED - 2)], etas[min(max(first, 1), TRIED - 1)]
    return float(np.sqrt(low * high))


def _grows(stepper: Stepper) -> np.ndarray:
    """For each step size, whether a run from close to the bottom grows."""
    run = descend(Quadratic(1.0), stepper, TINY, STEPS, escape=GROWN)
    size, quarter = np.abs(run.x[..., 0]), STEPS // 4
    late, early = size[-quarter:].max(0), size[quarter : 2 * quarter].max(0)
    return (run.escaped_at >= 0) | (late > early)
