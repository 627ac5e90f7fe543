"""Curvature at a point, and between two."""

import numpy as np
from own import differ, soft_bend, soft_slope, walk

from eos.pictures import BETWEEN, CURVE, EDGE, SHARPNESS

SETTINGS = [{"eta": eta, "x0": x0, "steps": steps} for eta in (0.5, 1.0, 4.0) for x0 in (0.0, 0.1) for steps in (1, 60)]


def drawn(picture, values, reading):
    eta, x0, steps = values.values()
    slope, bend = picture.panels()
    x = walk(soft_slope, eta, x0, steps)[0][:, 0]
    p, q = x[-2:]
    grid = np.linspace(-4.4, 4.4, 401)
    slope.named("the slope, and its secant", "x", "slope f′(x)").frame((-4.4, 4.4), (-1.5, 1.5))
    slope.line(CURVE, grid, soft_slope(grid))
    slope.level(CURVE, 0, "-")
    pair = slope.line(BETWEEN, [p, q], soft_slope(np.array([p, q])), "s", label="secant")
    height = (soft_slope(p) + soft_slope(q)) / 2
    slope.line(EDGE, grid, height + 2 / eta * (grid - (p + q) / 2), style="--", rel=1e-6, tiny=1e-9)
    slope.legend({"secant": pair})

    with np.errstate(invalid="ignore"):
        between = np.diff(soft_slope(x)) / np.diff(x)
    bend.named("two curvatures", "step", "curvature").frame((-1, 61), (-0.3, 3.6))
    dots = bend.line(SHARPNESS, np.arange(steps + 1), soft_bend(x), "o", "None", "f″ at x", rel=1e-6)
    looks, here = {"f″ at x": dots, "secant": None}, np.isfinite(between)
    if here.any():
        clear = np.abs(np.diff(x)) > 1e-7  # nearer, a quotient of differences has no digits
        times, places = np.arange(steps) + 0.5, between.copy()
        (line,) = [line for line in bend.ax.lines if line.get_label() == "secant"]
        places[~clear & here] = line.get_ydata()[~clear & here]
        looks["secant"] = bend.line(BETWEEN, times, places, "s", "None", "secant", rel=1e-6)
    bend.edge("2/η", 2 / eta, 0.8)
    bend.legend(looks)
    a, b = (differ(round(float(part), 4)) for part in (p, q))
    said = f"Step size {eta:.4g}, step {steps}: from {a:.4f} to {b:.4f}. "
    if p == q or (p - q) ** 2 == 0:
        assert reading == said + "The run stands still, and two points that are one have no secant."
    elif abs(p - q) > 1e-7:
        told = (
            f"Curvature at these points {soft_bend(p):.4f} and {soft_bend(q):.4f}, secant curvature {between[-1]:.4f}."
        )
        assert reading == said + told
