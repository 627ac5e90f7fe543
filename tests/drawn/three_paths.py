"""Three ways from one start: by steps, by a solver of SciPy, and by the central flow's scheme for one eigenvalue."""

import re
from functools import lru_cache

import numpy as np
from own import valley_top, walk
from panels import spreads
from scipy.integrate import solve_ivp

from eos.pictures import BETWEEN, FLOW, ITERATES

SETTINGS = [{"eta": eta, "tilt": 0.02, "steps": steps} for eta in (0.16, 0.3) for steps in (2, 60, 150)]


def height(p):
    """The valley before it is tilted."""
    return np.sqrt(1 + (p[..., 0] * p[..., 1]) ** 2)


def slope(x, tilt):
    z = x[0] * x[1]
    return z / np.sqrt(1 + z * z) * x[::-1] - np.array([0, tilt])


def rolled(tilt, eta, start, steps):
    """Gradient flow beside each step."""
    times = eta * np.arange(steps + 1)
    found = solve_ivp(lambda _, x: -slope(x, tilt), (0, times[-1]), start, "DOP853", times, rtol=1e-9, atol=1e-11)
    return found.y.T


def steepening(x):
    """The gradient of the sharpness, by steps into the complex plane."""
    return np.array([valley_top(*(x + 1e-30j * unit)).imag / 1e-30 for unit in np.eye(2)])


def central(tilt, eta, start, steps, pieces):
    """Euler pieces that end at the edge or below it: places, and the variance of the bounce at each."""
    x, piece, places, spreads_ = np.array(start), eta / pieces, [], []
    for count in range(steps * pieces + 1):
        g, n, top = slope(x, tilt), steepening(x), valley_top(*x)
        beyond = top - piece * n @ g - 2 / eta  # where a piece of gradient flow would end
        variance = max(0.0, 2 * beyond / (piece * n @ n)) if top > 0.975 * 2 / eta else 0.0
        if count % pieces == 0:
            places.append(x)
            spreads_.append(variance)
        x = x - piece * (g + variance * n / 2)
    return np.array(places), np.array(spreads_)


@lru_cache
def flows(eta, tilt):
    y0 = np.sqrt(2 / eta - 0.5)
    start = 0.1 / y0, y0
    return start, rolled(tilt, eta, start, 500), *central(tilt, eta, start, 500, 2)


def drawn(picture, values, reading):
    eta, tilt, steps = values.values()
    above, sharp, size = picture.panels()
    start, flow, held, variance = flows(eta, tilt)
    x = walk(lambda x: slope(x, tilt), eta, start, steps)[0]
    flow, held, variance, times = flow[: steps + 1], held[: steps + 1], variance[: steps + 1], np.arange(steps + 1)
    middles, wide = (x[1:] + x[:-1]) / 2, np.square(x[1:] - x[:-1]).sum(-1) / 4
    near = {"rel": 1e-5, "tiny": 1e-5}

    above.named("from above", "x", "y")
    spreads(above, height, (-0.3, 0.3), (2.2, 5.2))
    above.line(ITERATES, *x.T, "o", rel=1e-6)
    above.line(ITERATES, *x[:1].T, "o")
    above.line(FLOW, *flow.T, style="-.", **near)
    above.line(FLOW, *held.T, rel=1e-6, tiny=1e-9)

    sharp.named("sharpness", "step", "sharpness S").frame((0, 500), (4, 24))
    names = "half way", "gradient flow", "central flow"
    lines = (
        sharp.line(BETWEEN, times[1:] - 0.5, valley_top(*middles.T), label=names[0], rel=1e-6),
        sharp.line(FLOW, times, valley_top(*flow.T), style="-.", label=names[1], **near),
        sharp.line(FLOW, times, valley_top(*held.T), label=names[2], rel=1e-6),
    )
    sharp.edge("2/η", 2 / eta)
    sharp.legend(dict(zip(names, lines, strict=True)))

    size.named("bounce, squared", "step").frame((0, 500), (0, 0.06))
    dots = size.line(ITERATES, times[1:] - 0.5, wide, "o", label="measured", rel=1e-5)
    line = size.line(FLOW, times, variance, label="predicted", rel=1e-5, tiny=1e-9)
    size.legend({"measured": dots, "predicted": line})

    number = r"(\d[\d.e+-]*)"
    words = f"η = {eta:g}, τ = {tilt:g}, 2/η = {2 / eta:.4g}. Sharpness at step {steps}: gradient flow NUMBER, "
    words += "central flow NUMBER, gradient descent, half way, NUMBER. Half-difference² NUMBER, predicted NUMBER."
    found = re.fullmatch(re.escape(words).replace("NUMBER", number), reading)
    assert found, words
    told = [float(part) for part in found.groups()]
    assert np.allclose(told[:3], [valley_top(*way[-1]) for way in (flow, held, middles)], rtol=1e-5, atol=6e-4)
    assert np.allclose(told[3:], [wide[-1], variance[-1]], rtol=0.055, atol=1e-12)
