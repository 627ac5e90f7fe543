"""The valley that is flatter farther down."""

import numpy as np
from own import valley_top, walk
from panels import spreads

from eos.pictures import BETWEEN, EDGE, ITERATES, MUTED, SHARPNESS

SETTINGS = [{"y0": y0, "x0": x0, "eta": 0.2} for y0, x0 in ((3.15, 0.02), (3.2, 0.02), (3.2, 0.48), (3.2, 0.5))]


def slope(x):
    z = x[0] * x[1]
    return z / np.sqrt(1 + z * z) * x[::-1]


def drawn(picture, values, reading):
    eta, y0, x0, steps = values.values()
    above, sharp = picture.panels()
    x = walk(slope, eta, (x0, y0), steps)[0]
    flow = y0**2 - x0**2
    end = 1 / eta + np.sqrt(1 / eta**2 - 2) if flow > 2 / eta else flow
    above.named("the valley from above", "x", "y")
    spreads(above, lambda p: np.sqrt(1 + (p[..., 0] * p[..., 1]) ** 2), (-1.4, 1.4), (0.0, 4.6))
    contour(above, 2 / eta)
    above.line(ITERATES, *x.T, "o", rel=1e-7)
    above.line("white", [x0], [y0], "o", "None")
    above.line("white", [0], [np.sqrt(end)], "*", "None")

    sharp.named("sharpness", "step", "sharpness S").frame((-1, 200), (0, 34))
    middle = (x[1:] + x[:-1]) / 2
    t, names = np.arange(steps + 1), ("at the iterates", "half way between two")
    dots = sharp.line(SHARPNESS, t, valley_top(*x.T), "o", "None", names[0], rel=1e-6)
    half = sharp.line(BETWEEN, t[1:] - 0.5, valley_top(*middle.T), label=names[1], rel=1e-6)
    sharp.line(MUTED, [200], [end], "*")
    sharp.edge("2/η", 2 / eta, 0.755)
    sharp.legend(dict(zip(names, (dots, half), strict=True)))
    place = f"x = {x[-1, 0]:.2g}" if abs(x[-1, 0]) > 1e-9 else "x = 0"
    start = f"2/η = {2 / eta:.4g}. Gradient flow would end at sharpness {flow:.4g}. After step {steps}: {place}, "
    assert reading == start + f"y² = {x[-1, 1] ** 2:.4f}, sharpness {valley_top(*x[-1]):.4f}."


def contour(panel, level):
    """The dashed line on the map lies where the sharpness is 2/eta, to the width of a cell of its grid."""
    (line,) = [line for line in panel.ax.lines if line.get_color() == EDGE]
    points = np.stack(line.get_data(), -1)
    seen = points[np.isfinite(points).all(-1)]
    assert len(seen) > 5 and np.abs(valley_top(*seen.T) / level - 1).max() < 0.03
    panel.line(EDGE, *points.T, style="--")
