"""Batch sharpness: the curvature that a mini-batch has along its own gradient, on average."""

from dataclasses import dataclass

import numpy as np

from eos.potentials import Potential, one_point
from eos.validation import generator, whole

__all__ = ["BatchSharpness", "batch_sharpness"]


@dataclass(frozen=True, eq=False)
class BatchSharpness:
    """A mean over mini-batches, `value`, with its standard error; `batches` are as many as had a gradient."""

    value: float
    error: float
    batches: int


@np.errstate(all="ignore")
def batch_sharpness(potential: Potential, x, size: int, batches: int = 100, seed=0) -> BatchSharpness:
    """E_B[g_B . H_B g_B / |g_B|^2] over mini-batches B of `size` samples (Andreyev and Beneventano, 2024).

    g_B and H_B are gradient and Hessian at x of the mean over B; each of the `batches` mini-batches is drawn anew,
    without a sample twice in it. One gradient and one Hessian-vector product each. Where `size` is all samples there is
    one batch, and no error. Batches without a gradient are left out; NaN where none is left. ValueError for bad input.
    """
    x, size = one_point(potential, x), whole("size", size, 1, potential.samples)
    whole("batches", batches, 1)
    rng, found = generator(seed), []
    for _ in range(1 if size == potential.samples else batches):
        local = potential.minibatch(rng.choice(potential.samples, size, replace=False)).at(x)
        gradient = local.gradient
        found.append(gradient @ local.hvp(gradient) / (gradient @ gradient))
    seen = np.array(found)[np.isfinite(found)]
    if not seen.size:
        return BatchSharpness(float("nan"), float("nan"), 0)
    error = seen.std(ddof=1) / np.sqrt(seen.size) if seen.size > 1 else 0.0 if size == potential.samples else np.nan
    return BatchSharpness(float(seen.mean()), float(error), seen.size)
