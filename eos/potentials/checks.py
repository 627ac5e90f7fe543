"""Checks: numbers that say whether a potential's derivatives are right."""

import numpy as np

from eos.potentials.potential import Potential, one_point
from eos.validation import generator

__all__ = ["symmetry_error", "taylor_slopes"]


@np.errstate(all="ignore")
def taylor_slopes(potential: Potential, x, seed=0) -> tuple[float, float]:
    """How fast the errors of two Taylor expansions at x shrink: close to (2, 3) when the derivatives are right.

    Along a random unit vector v, f(x + h v) - f(x) - h g.v shrinks like h^2, and less h^2 v.Hv / 2 like h^3. A wrong
    gradient gives (1, 1), a wrong Hessian (2, 2). The slopes are medians over h = 2^-2, 2^-3, ...; NaN when the
    remainder is zero, as for a quadratic, or not finite.
    """
    x = one_point(potential, x)
    v = generator(seed).standard_normal(potential.dim)
    v /= np.linalg.norm(v)
    here = potential.at(x)
    h = 0.5 ** np.arange(2, 10)
    linear = potential.value(x + h[:, None] * v) - here.value - h * (here.gradient @ v)
    quadratic = linear - 0.5 * h**2 * (v @ here.hvp(v))
    noise = 1e-13 * (1.0 + abs(here.value))
    return _slope(h, np.abs(linear), noise), _slope(h, np.abs(quadratic), noise)


@np.errstate(all="ignore")
def symmetry_error(potential: Potential, x, seed=0) -> float:
    """|u.Hv - v.Hu| over |Hu| |v| for two random unit vectors: zero, up to rounding, for a true Hessian."""
    x = one_point(potential, x)
    u, v = generator(seed).standard_normal((2, potential.dim))
    hu, hv = potential.hvp(x, np.stack([u, v]))
    size = np.linalg.norm(hu) * np.linalg.norm(v)
    return float(abs(u @ hv - v @ hu) / size) if size else 0.0


def _slope(h, error, noise) -> float:
    """The median slope of log error against log h, where the error stands out from rounding."""
    clear = error > 100 * noise
    if clear.sum() < 3:
        return float("nan")
    return float(np.median(np.diff(np.log(error[clear])) / np.diff(np.log(h[clear]))))
