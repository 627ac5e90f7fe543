"""Gradient descent on the curve that flattens."""

import numpy as np
from own import differ, soft, soft_bend, soft_slope, walk
from panels import run_on_curve

from eos.pictures import MUTED, SHARPNESS

EDGES = {"eta": "edge at the bottom, 2/f″(0)"}
SETTINGS = [{"eta": eta, "x0": x0, "steps": 60} for eta in (0.95, 1.0, 1.05) for x0 in (0.0, 0.1, 4.0)]


def edges(**_):
    return {"eta": 2 / soft_bend(0.0)}


def drawn(picture, values, reading):
    eta, x0, steps = values.values()
    curve, bend = picture.panels()
    x = walk(soft_slope, eta, x0, steps)[0][:, 0]
    run_on_curve(curve, "the curve and the iterates", soft, x, None, (4.4, -0.25, 4.4))
    bend.named("the curvature there", "x", "curvature f″(x)").frame((-4.4, 4.4), (-0.3, 2.3))
    grid = np.linspace(-4.4, 4.4, 401)
    bend.level(MUTED, 0, "-")
    bend.line(SHARPNESS, grid, soft_bend(grid))
    bend.line(SHARPNESS, x, soft_bend(x), "o", "None", rel=1e-6)
    bend.line(SHARPNESS, x[:1], soft_bend(x[:1]), "o")
    p, q, there = (differ(round(float(part), 4)) for part in (*x[-2:], soft_bend(x[-1])))
    assert reading == f"Step size {eta:.4g}, step {steps}: from {p:.4f} to {q:.4f}. The curvature there is {there:.4f}."
