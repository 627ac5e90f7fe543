"""Three ways to the largest eigenvalue, and differences."""

import numpy as np
from own import differ

from eos import Quadratic, lanczos_convergence, power_convergence
from eos.pictures import BETWEEN, CURVE, MUTED, SHARPNESS

SETTINGS = [
    {"products": m, "lowest": low, "n": n} for m in (1, 10, 11, 200) for low, n in ((-6.0, 3), (-3.0, 30), (0.0, 100))
]
LOOKS = {
    "power, no shift": (MUTED, "s", "-."),
    "power, shifted": (CURVE, "o", "-"),
    "Lanczos": (SHARPNESS, "D", "--"),
    "Lanczos, differences": (BETWEEN, "^", "--"),
}


def drawn(picture, values, reading):
    products, gap, lowest, n = values.values()
    spectrum = np.append(np.linspace(lowest, 3 - gap, int(n) - 1), 3.0)
    left, right = picture.panels()
    left.named("the estimates", "Hessian-vector products", "estimate v·Hv").frame((0.9, 250), (-8, 4))
    right.named("error, and residual (thin)", "Hessian-vector products", "distance").frame((0.9, 250), (1e-16, 30))
    assert left.ax.get_xscale() == right.ax.get_xscale() == right.ax.get_yscale() == "log"
    left.level(CURVE, 3, ":")
    left.note("sharpness 3", CURVE, (1.0, 3.12))
    left.note("eigenvalues: marks at the right", MUTED, (0.96, 0.02))
    left.line(CURVE, np.ones(int(n)), spectrum, "0", "None")
    matrix, x = Quadratic(spectrum), np.zeros(int(n))
    runs = {
        "power, no shift": power_convergence(matrix, x, products, shifted=False),
        "power, shifted": power_convergence(matrix, x, products),
        "Lanczos": lanczos_convergence(matrix, x, products),
    }
    ends = []
    for name, run in runs.items():
        color, marker, style = LOOKS[name]
        size = {"rel": 1e-9}
        trace(left, color, marker, style, run.products, run.values, **size)
        trace(right, color, marker, style, run.products, np.maximum(np.abs(run.values - 3), 1e-16), rel=1e-6)
        trace(right, color, marker, style, run.products, np.maximum(run.residuals, 1e-16), rel=1e-6)
        ends.append(told(name, run, products))
    color, marker, style = LOOKS["Lanczos, differences"]
    (rough,) = [line for line in right.ax.lines if line.get_gid() == "Lanczos, differences, error"]
    t, errors = rough.get_data()
    assert (t == np.arange(1, len(t) + 1)).all() and errors.min() > 1e-16
    trace(right, color, marker, style, t, errors)
    plural = "s" if products > 1 else ""
    last = f"The {n:.0f} eigenvalues: from {lowest:.3g} to {differ(3 - gap):.3g}, and 3."
    assert reading == f"After {products} product{plural}: " + "; ".join(ends) + f". {last}"
    shown = {name: next(line for line in right.ax.lines if line.get_label() == name) for name in LOOKS}
    picture.legend(shown)
    for name, line in shown.items():
        assert (line.get_color(), line.get_marker()) == LOOKS[name][:2]


def trace(panel, color, marker, style, x, y, **more):
    """A line that ends in a marker; nothing, where there is no estimate."""
    line = panel.line(color, x, y, marker, style, **more)
    assert line is None or line.get_markevery() == slice(-1, None)


def told(name, run, products):
    if products <= 10 and name == "power, shifted":
        return f"{name}: no estimate yet, its first ten products go into the shift"
    size = f"{run.residuals[-1]:.1e}" if run.residuals[-1] > 1e-9 else "below 1e-9"
    return f"{name}: {run.values[-1]:.5g} (residual {size})"
