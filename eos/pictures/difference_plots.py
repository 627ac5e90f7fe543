"""Where Hessian-vector products made from differences of the gradient lose their digits, drawn."""

import numpy as np
from matplotlib.figure import Figure

from eos.curvature import difference_errors
from eos.pictures.style import BETWEEN, CURVE, MUTED, new_figure, styled
from eos.potentials import Potential

SIZES = np.geomspace(1e-1, 1e-12, 45)
"""The distances h that are tried."""
BEST = float(np.cbrt(np.finfo(float).eps))
"""About the best of them: the cube root of the rounding unit, 6e-6."""


@styled
def plot_lost_digits(ax, potential: Potential, x):
    """The relative error of a central-difference product against h, with its two causes: h^2, and rounding over h.

    The formula's part goes through the error at the largest h; the rounding's through the median of what
    it would take at h below 1e-9.
    """
    errors = difference_errors(potential, x, SIZES)
    small = SIZES < 1e-9
    noise = np.median(errors[small] * SIZES[small])
    ax.plot(SIZES, errors, "o", color=BETWEEN, markersize=4.5, label="measured", zorder=4)
    ax.plot(SIZES, errors[0] * (SIZES / SIZES[0]) ** 2, color=CURVE, linestyle="--", label="the formula, like h²")
    ax.plot(SIZES, noise / SIZES, color=MUTED, linestyle=":", label="rounding, like 1/h")
    ax.axvline(BEST, color=MUTED, linestyle="-.", linewidth=1.4, label="cube root of 2·10⁻¹⁶", zorder=2)
    ax.set(xscale="log", yscale="log", ylim=(1e-13, 10), xlabel="distance h", ylabel="relative error of Hv")
    ax.set(title="Hv from two gradients: how far apart should they be?")
    ax.minorticks_off()
    ax.legend(loc="lower left")
    return ax


def lost_digits(potential: Potential, x) -> Figure:
    """The error of central-difference products against their distance h."""
    figure = new_figure((9.0, 3.8))
    plot_lost_digits(figure.subplots(), potential, x)
    return figure
