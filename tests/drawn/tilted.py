"""The tilted valley."""

import numpy as np
from own import walk
from panels import bounce_plane
from scipy.optimize import brentq

from eos.pictures import FLOW, SHARPNESS

SETTINGS = [{"above": above, "tilt": tilt, "steps": 500} for above in (-1.5, 0.0, 1.5) for tilt in (0.003, 0.05)]


def drawn(picture, values, reading):
    eta, tilt, above, steps = values.values()
    plane, right = picture.panels()
    y0 = np.sqrt(2 / eta + above)

    def slope(x):
        z = x[0] * x[1]
        return z / np.sqrt(1 + z * z) * x[::-1] - np.array([0, tilt])

    x = walk(slope, eta, (0.01 / y0, y0), steps)[0]
    w, floor = (x[:, 0] * x[:, 1]) ** 2, x[:, 1] ** 2
    # x' = -x, y' = y: eta l' y = 2 x and l' x = tilt, so z^2 = eta tilt y^3 / 2 = (eta y^2 / 2)^2 - 1
    y = brentq(lambda y: (eta * y * y / 2) ** 2 - 1 - eta * tilt * y**3 / 2, np.sqrt(2 / eta), 20)
    size, heights = np.array([0, 0.62]), np.linspace(-1.7, 2.9, 41)
    balance = tilt * np.sqrt(2 / eta + heights), heights
    goal = np.array([(eta * y * y / 2) ** 2 - 1, y * y - 2 / eta])
    names = "the plane of the bounce", "pull = push"
    bounce_plane(
        plane, names[0], w, floor - 2 / eta, 2 / eta, 0.62, -1.7, 2.9, names[1], (size, size / eta), balance, goal
    )
    right.named("sharpness", "step", "S on the floor below").frame((0, 700), (4, 17))
    times, names = np.arange(501), ("gradient flow", "gradient descent")
    flow = right.line(FLOW, times, (y0 + eta * tilt * times) ** 2, style="-.", label=names[0])
    line = right.line(SHARPNESS, np.arange(steps + 1), floor, label=names[1], rel=1e-6)
    right.edge("2/η", 2 / eta)
    right.legend(dict(zip(names, (flow, line), strict=True)))
    start = f"2/η = {2 / eta:.4g}, start at S = {2 / eta + above:.4g}. After step {steps}: "
    assert reading == start + f"S = {floor[-1]:.3f}, w = {w[-1]:.2g}. Highest S so far {floor.max():.3f}."
