"""Notebook 3: three ways to the largest eigenvalue, product by product, on a matrix of the reader's making."""

from __future__ import annotations

import numpy as np

from eos.convergence import lanczos_convergence, power_convergence
from eos.explorers.frame import Explorer, Slider
from eos.figures import CURVE, FLOW, ITERATES, MUTED, SHARPNESS, scaled
from eos.potentials import FromFunctions, Quadratic

TOP = 3.0
"""The largest eigenvalue: what all of them look for."""
MOST, LEAST = 200, 1e-16
LOOKS = {
    "power, no shift": {"color": MUTED, "linestyle": "-.", "marker": "s"},
    "power, shifted": {"color": ITERATES, "linestyle": "-", "marker": "o"},
    "Lanczos": {"color": SHARPNESS, "linestyle": (0, (6, 1)), "marker": "D"},
    "Lanczos, differences": {"color": FLOW, "linestyle": (0, (2, 1)), "marker": "^"},
}


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
            Slider("products", 1, MOST, 30, "products used", integer=True, log=True, count=70),
            Slider("gap", 0.02, 2.0, 1.0, "gap to the second", log=True),
            Slider("lowest", -6.0, 0.0, -1.0, "lowest eigenvalue", step=0.1),
            Slider("n", 3, 100, 30, "size n", integer=True, log=True, count=60),
        ),
        setup=_setup,
        size=(9.8, 4.3),
        presets={
            "all is well": {"lowest": -1.0, "products": 60},
            "the trap: −5 and 3": {"lowest": -5.0, "products": 60},
            "a tie: −3 and 3": {"lowest": -3.0, "products": 60},
            "a narrow gap": {"gap": 0.02, "products": 60},
            "a large matrix": {"gap": 0.05, "n": 100, "products": 60},
        },
    ).at(**start)


def _setup(figure):
    value_ax, error_ax = figure.subplots(1, 2)
    moves = _value_panel(value_ax), _error_panel(error_ax)

    def update(products, gap, lowest, n):
        spectrum = np.append(np.linspace(lowest, TOP - gap, int(n) - 1), TOP)
        runs = dict(zip(LOOKS, _estimates(spectrum, int(products)), strict=True))
        for move in moves:
            move(spectrum, runs)
        return _reading(int(products), spectrum, runs)

    return update


def _estimates(spectrum, products):
    """All four, of so many products at the most."""
    matrix = Quadratic(spectrum)
    # away from 0, where a difference of gradients loses no digits
    x = np.cos(np.arange(len(spectrum)))
    slopes_only = FromFunctions(matrix.value, matrix.gradient, dim=matrix.dim)
    yield power_convergence(matrix, x, products, shifted=False)
    yield power_convergence(matrix, x, products)
    yield lanczos_convergence(matrix, x, products)
    yield lanczos_convergence(slopes_only, x, products)


def _products_axis(ax, title):
    ax.set(xscale="log", xlim=(0.9, 1.25 * MOST), xlabel="Hessian-vector products", title=title)
    ax.set_xticks([1, 3, 10, 30, 100], [1, 3, 10, 30, 100])
    ax.minorticks_off()


def _trace(ax, name, **settings):
    """A line that ends in a marker: returns `move(x, y)`."""
    look = {**LOOKS[name], "animated": True, "zorder": 4, **settings}
    (line,) = ax.plot([], [], **{**look, "marker": "none"})
    (end,) = ax.plot([], [], **{**look, "linestyle": "none", "markersize": scaled(7)})

    def move(x, y):
        line.set_data(x, y)
        end.set_data(x[-1:], y[-1:])

    return move


def _value_panel(ax):
    _products_axis(ax, "the estimates")
    ax.set(ylim=(-7.2, 4.0), ylabel="estimate v·Hv")
    ax.axhline(TOP, color=CURVE, linestyle=":", linewidth=scaled(1.5), zorder=3)
    ax.text(1.0, TOP + 0.12, "sharpness 3", color=CURVE, va="bottom")
    edge = {"transform": ax.get_yaxis_transform(), "linestyle": "none", "animated": True}
    (ticks,) = ax.plot([], [], marker=0, color=CURVE, markersize=scaled(9), markeredgewidth=1.2, **edge)
    ax.text(0.96, 0.02, "eigenvalues: marks at the right", transform=ax.transAxes, ha="right", va="bottom", color=MUTED)
    traces = {name: _trace(ax, name) for name in list(LOOKS)[:3]}

    def move(spectrum, runs):
        ticks.set_data(np.ones(len(spectrum)), spectrum)
        for name, trace in traces.items():
            trace(runs[name].products, runs[name].values)

    return move


def _error_panel(ax):
    _products_axis(ax, "error (thick) and residual (thin)")
    ax.set(yscale="log", ylim=(LEAST, 30), ylabel="distance")
    errors = {name: _trace(ax, name) for name in LOOKS}
    residuals = {name: _trace(ax, name, linewidth=scaled(0.9), markerfacecolor="white") for name in list(LOOKS)[:3]}
    keys = [ax.plot([], [], **look, label=name)[0] for name, look in LOOKS.items()]
    ax.get_figure().legend(handles=keys, loc="outside lower center", ncols=len(keys), handlelength=3)

    def move(spectrum, runs):
        for name, trace in errors.items():
            trace(runs[name].products, np.maximum(np.abs(runs[name].values - TOP), LEAST))
        for name, trace in residuals.items():
            trace(runs[name].products, np.maximum(runs[name].residuals, LEAST))

    return move


def _reading(products, spectrum, runs) -> str:
    parts = []
    for name in list(LOOKS)[:3]:
        value, residual = runs[name].after(products)
        if np.isnan(value):
            parts.append(f"{name}: no estimate yet, its first ten products go into the shift")
        else:
            size = f"{residual:.1e}" if residual > 1e-9 else "below 1e-9"  # rounding is each machine's own
            parts.append(f"{name}: {value:.5g} (residual {size})")
    sizes = {-1: "3 is also the largest in size", 0: "a tie in size", 1: "the lowest is the largest in size"}
    size = sizes[int(np.sign(-spectrum[0] - TOP))]
    end = f"The {len(spectrum)} eigenvalues: from {spectrum[0]:.3g} to {spectrum[-2]:.3g}, and 3; {size}."
    return f"After {products} product{'s' * (products > 1)}: " + "; ".join(parts) + f". {end}"
