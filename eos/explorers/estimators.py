"""The appendix: three ways to the largest eigenvalue, product by product, on a matrix of the reader's making."""

import numpy as np

from eos import FromFunctions, Quadratic, lanczos_convergence, power_convergence
from eos.pictures import BETWEEN, CURVE, MUTED, SHARPNESS, moving_line
from eos.widgets import Explorer, Slider

TOP, MOST_PRODUCTS, LOWEST_ERROR = 3.0, 200, 1e-16
STYLES = {
    "power, no shift": {"color": MUTED, "linestyle": "-.", "marker": "s"},
    "power, shifted": {"color": CURVE, "linestyle": "-", "marker": "o"},
    "Lanczos": {"color": SHARPNESS, "linestyle": (0, (6, 1)), "marker": "D"},
    "Lanczos, differences": {"color": BETWEEN, "linestyle": (0, (2, 1)), "marker": "^"},
}
EXACT = list(STYLES)[:3]
WELL = {"products": 60, "gap": 1.0, "lowest": -1.0, "n": 30}
"""Every slider, so that a preset is the same wherever the explorer starts."""


def estimators(**start: float) -> Explorer:
    """Power iteration without and with a shift, and Lanczos, on n eigenvalues: 3, 3 - gap, ..., lowest, evenly spaced.

    Left each estimate against the Hessian-vector products used, among the eigenvalues; right its error and its
    residual |Hv - lambda v|; the fourth way is Lanczos on central differences of the gradient. The matrix is diagonal:
    with random starts none of them can tell it from a turned one. Keywords are starting values.
    """
    return Explorer(
        name="estimators",
        title="Looking for the largest eigenvalue",
        sliders=(
            Slider("products", 1, MOST_PRODUCTS, 30, "products used", integer=True, log=True, count=70),
            Slider("gap", 0.02, 2.0, 1.0, "gap to the second", log=True),
            Slider("lowest", -6.0, 0.0, -1.0, "lowest eigenvalue", step=0.1),
            Slider("n", 3, 100, 30, "size n", integer=True, log=True, count=60),
        ),
        setup=_setup,
        size=(9.8, 4.3),
        presets={
            "all is well": WELL,
            "the trap: −5 and 3": {**WELL, "lowest": -5.0},
            "a tie: −3 and 3": {**WELL, "lowest": -3.0},
            "a narrow gap": {**WELL, "gap": 0.02},
            "a large matrix": {**WELL, "gap": 0.05, "n": 100},
        },
    ).at(**start)


def _setup(figure):
    value_ax, error_ax = figure.subplots(1, 2)
    for ax, title in ((value_ax, "the estimates"), (error_ax, "error, and residual (thin)")):
        ax.set(xscale="log", xlim=(0.9, 1.25 * MOST_PRODUCTS), xlabel="Hessian-vector products", title=title)
        ax.set_xticks([1, 3, 10, 30, 100], [1, 3, 10, 30, 100])
        ax.minorticks_off()
    ticks, values = _spectrum(value_ax), {name: _trace(value_ax, name) for name in EXACT}
    error_ax.set(yscale="log", ylim=(LOWEST_ERROR, 30), ylabel="distance")
    errors = {name: _trace(error_ax, name, gid=f"{name}, error") for name in STYLES}
    thin = {"linewidth": 0.9, "markerfacecolor": "white"}
    residuals = {name: _trace(error_ax, name, gid=f"{name}, residual", **thin) for name in EXACT}
    keys = [error_ax.plot([], [], **style, label=name)[0] for name, style in STYLES.items()]
    figure.legend(handles=keys, loc="outside lower center", ncols=len(keys), handlelength=3)

    def update(products, gap, lowest, n):
        spectrum = np.append(np.linspace(lowest, TOP - gap, int(n) - 1), TOP)
        runs = dict(zip(STYLES, _estimates(spectrum, int(products)), strict=True))
        ticks.set_data(np.ones(len(spectrum)), spectrum)
        for name, run in runs.items():
            errors[name].set_data(run.products, np.maximum(np.abs(run.values - TOP), LOWEST_ERROR))
            if name in EXACT:
                values[name].set_data(run.products, run.values)
                residuals[name].set_data(run.products, np.maximum(run.residuals, LOWEST_ERROR))
        return _reading(int(products), spectrum, runs)

    return update


def _estimates(spectrum, products):
    """All four, of so many products at the most."""
    matrix, x = Quadratic(spectrum), np.cos(np.arange(len(spectrum)))  # away from 0, where differences are exact
    slopes_only = FromFunctions(matrix.value, matrix.gradient, dim=matrix.dim)
    yield power_convergence(matrix, x, products, shifted=False)
    yield power_convergence(matrix, x, products)
    yield lanczos_convergence(matrix, x, products)
    yield lanczos_convergence(slopes_only, x, products)


def _trace(ax, name, **style):
    """A line that ends in a marker."""
    end = {"markersize": 7, "markevery": slice(-1, None)}
    return moving_line(ax, **{"gid": name, **STYLES[name], **end, "zorder": 4, **style})


def _spectrum(ax):
    """The largest eigenvalue as a dotted line, and moving marks at the right for all of them."""
    ax.set(ylim=(-8.0, 4.0), ylabel="estimate v·Hv")
    ax.axhline(TOP, color=CURVE, linestyle=":", linewidth=1.5, zorder=3)
    ax.text(1.0, TOP + 0.12, "sharpness 3", color=CURVE, va="bottom")
    ax.text(0.96, 0.02, "eigenvalues: marks at the right", transform=ax.transAxes, ha="right", va="bottom", color=MUTED)
    edge = {"transform": ax.get_yaxis_transform(), "linestyle": "none"}
    return moving_line(ax, marker=0, color=CURVE, markersize=9, markeredgewidth=1.2, **edge)


def _reading(products, spectrum, runs) -> str:
    parts = []
    for name in EXACT:
        value, residual = runs[name].after(products)
        if np.isnan(value):
            parts.append(f"{name}: no estimate yet, its first ten products go into the shift")
        else:
            size = f"{residual:.1e}" if residual > 1e-9 else "below 1e-9"  # rounding is each machine's own
            parts.append(f"{name}: {value:.5g} (residual {size})")
    end = f"The {len(spectrum)} eigenvalues: from {spectrum[0]:.3g} to {spectrum[-2]:.3g}, and 3."
    return f"After {products} product{'s' * (products > 1)}: " + "; ".join(parts) + f". {end}"
