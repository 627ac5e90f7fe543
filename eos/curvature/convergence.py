"""How estimates of the sharpness come about, product by product, and how far finite differences can be trusted.

What `power_iteration` and `lanczos` do inside, recorded after each Hessian-vector product, from one start for all.
Where the Hessian is not finite all answers are NaN, without a warning.
"""

from dataclasses import dataclass

import numpy as np

from eos.curvature.estimators import MARGIN, PROBES
from eos.curvature.recurrence import Recurrence
from eos.potentials import Potential, one_point
from eos.validation import generator, instance, positive, shown, whole

__all__ = ["Convergence", "difference_errors", "lanczos_convergence", "power_convergence"]

_EPS = np.finfo(float).eps
MOST_RECORDED = 1_000_000
"""Products that may be recorded."""


@dataclass(frozen=True, eq=False)
class Convergence:
    """An estimate of one eigenvalue after each product, all arrays of shape `(m,)`.

    products   Hessian-vector products used so far, rising
    values     the estimate v.Hv, with a unit vector v
    residuals  |H v - value v|: some eigenvalue of H, not always the one looked for, lies within it
    """

    products: np.ndarray
    values: np.ndarray
    residuals: np.ndarray

    def after(self, products: int) -> tuple[float, float]:
        """Value and residual after so many products, or the last ones before; NaN before the first."""
        whole("products", products, 0)
        found = int(np.searchsorted(self.products, products, side="right")) - 1
        return (float(self.values[found]), float(self.residuals[found])) if found >= 0 else (np.nan, np.nan)


@np.errstate(all="ignore")
def power_convergence(potential: Potential, x, products: int, *, shifted: bool = True, seed=0) -> Convergence:
    """Power iteration, v <- (H + c) v / |(H + c) v|, of so many products.

    The shift c, 1.2 times the largest |Hv| of ten unshifted products, makes the algebraically largest eigenvalue
    dominate; its ten products are counted, and the first estimate comes after them. Without `shifted` c is 0, and
    the eigenvalue of largest magnitude dominates.
    """
    hvp, start, _ = _begin(potential, x, products, seed)
    instance("shifted", shifted, bool | np.bool_, "True or False")
    if not shifted:
        return Convergence(np.arange(1, products + 1), *_power(hvp, start, products, 0.0))
    probe = np.hypot(*_power(hvp, start, PROBES, 0.0))  # |Hv|^2 = value^2 + residual^2
    counts = np.arange(PROBES + 1, products + 1)
    return Convergence(counts, *_power(hvp, start, len(counts), MARGIN * float(probe.max())))


@np.errstate(all="ignore")
def lanczos_convergence(potential: Potential, x, products: int, *, seed=0) -> Convergence:
    """The Lanczos iteration's largest eigenvalue, of at most so many products or n; to a residual of 1e-12."""
    hvp, start, rng = _begin(potential, x, products, seed)
    space, record, residual, size = Recurrence(hvp, start, rng), [], np.inf, 0.0
    while len(record) < min(products, space.most) and residual > 1e-12 * size:  # the value errs by about its square
        if not space.grow():
            record.append((np.nan, np.nan))
            break
        values, _, residuals = space.ritz()
        size, residual = np.abs(values).max(), residuals[0]
        record.append((values[0], max(residual, _EPS * size)))  # rounding leaves no less
    values, residuals = np.array(record).T
    return Convergence(np.arange(1, len(record) + 1), values, residuals)


@np.errstate(all="ignore")
def difference_errors(potential: Potential, x, sizes, seed=0) -> np.ndarray:
    """|d - Hv| / |Hv| of d = (grad f(x + h v) - grad f(x - h v)) / (2 h) along a random unit v, for each h of `sizes`.

    The formula errs by about h^2, rounding by about 1e-16 / h: the sum is least near the cube root of 1e-16.
    """
    h = positive("sizes", sizes, array=True)
    if np.ndim(h) != 1:
        raise ValueError(f"sizes must be positive numbers, shape (m,), got {shown(sizes)}")
    hvp, v, _ = _begin(potential, x, 1, seed)
    right, v_h = hvp(v), h[:, None] * v
    differences = (potential.gradient(x + v_h) - potential.gradient(x - v_h)) / (2 * h[:, None])
    return np.linalg.norm(differences - right, axis=1) / np.linalg.norm(right)


def _begin(potential: Potential, x, products: int, seed):
    """The product with the Hessian at x, a random unit vector, and the generator that drew it."""
    x, rng = one_point(potential, x), generator(seed)
    whole("products", products, 1, MOST_RECORDED)
    v = rng.standard_normal(potential.dim)
    return potential.at(x).hvp, v / np.linalg.norm(v), rng


def _power(hvp, v, products: int, shift: float) -> np.ndarray:
    """Values and residuals of so many products, shape `(2, products)`."""
    record = np.zeros((2, products))
    for i in range(products):
        hv = hvp(v)
        value = v @ hv
        rest = hv - value * v
        record[:, i] = value, np.sqrt(rest @ rest)
        w = hv + shift * v
        size = np.sqrt(w @ w)
        v = w / size if size else v
    return np.where(np.isfinite(record), record, np.nan)
