"""Walls of the reader's choice."""

import numpy as np
from own import walk
from panels import bounce_plane

from eos.pictures import CURVE, EDGE, ITERATES, MUTED, SHARPNESS

SETTINGS = [{"bend": bend, "above": above, "steps": 300} for bend in (-0.5, 0.0, 0.5) for above in (-1.0, 0.0, 2.0)]


def height(bend, z):
    return 1 + z * z / 2 + bend * z**4 / 24 if bend > 0 else 1 + z * z / (1 + np.sqrt(1 - bend / 3 * z * z))


def slope(bend, z):
    return z + bend / 6 * z**3 if bend > 0 else z / np.sqrt(1 - bend / 3 * z * z)


def drawn(picture, values, reading):
    eta, bend, above, steps = values.values()
    wall, plane, right = picture.panels()
    y0 = np.sqrt(2 / eta + above)
    x, escaped = walk(lambda x: slope(bend, x[0] * x[1]) * x[::-1], eta, (0.03 / y0, y0), steps, 100.0)
    z, floor = x[:, 0] * x[:, 1], x[:, 1] ** 2
    loose = {"rel": 1e-5, "tiny": 1e-9}
    grid = np.linspace(-2, 2, 161)
    wall.named("the walls", "z = xy", "l(z)").frame((-2, 2), (0.9, 2.8))
    dotted = wall.line(MUTED, grid, 1 + grid**2 / 2, style=":", label="parabola")
    wall.line(CURVE, grid, height(bend, grid))
    wall.line(ITERATES, z, height(bend, z), "o", **loose)
    wall.legend({"parabola": dotted})
    shift = 3 * eta / bend if bend < 0 else np.nan
    w = np.array([0, 0.62])
    growth = w, -bend * w / (3 * eta)
    title, size = "the plane of the bounce", (0.62, -2.6, 2.6)
    line = growth[0], growth[1] + shift
    bounce_plane(plane, title, z * z, floor - 2 / eta, 2 / eta, *size, "slow line", growth, line, np.array([0, shift]))
    plane.escape(escaped, at=(0.03, 0.95))
    right.named("the floor below", "step", "S − 2/η").frame((-3, 300), (-2.6, 2.6))
    edge = right.level(EDGE, 0, label="2/η")
    right.line(SHARPNESS, np.arange(steps + 1), floor - 2 / eta, "o", **loose)
    if bend < 0:
        right.line(ITERATES, [300], [shift], "*", "None")
    right.legend({"2/η": edge})
    start = f"2/η = {2 / eta:.4g}, a = {bend:.4g}, start at S = {2 / eta + above:.4g}. "
    if escaped:
        assert reading == start + f"The run escaped at step {escaped} (a coordinate above 100)."
    else:
        rest = reading.removeprefix(start + f"After step {steps}: w = ").split(", and on the floor below S = ")
        assert np.isclose(float(rest[0]), z[-1] ** 2, rtol=0.06, atol=1e-290)
        assert np.isclose(float(rest[1].rstrip(".")), floor[-1], rtol=0, atol=6e-5)
