"""What long steps prefer, and what a penalty prefers: by steps, and by a solver of SciPy."""

import re
from functools import lru_cache

import numpy as np
from own import walk
from panels import spreads
from scipy.integrate import solve_ivp

from eos.pictures import FLOW, ITERATES, SHARPNESS

START = 3.0, 0.3
SETTINGS = [{"eta": eta, "strength": 0.01, "steps": steps} for eta in (0.1, 0.22, 0.3) for steps in (2, 60, 61, 299)]


def loss(x):
    return (1 - x[..., 0] * x[..., 1]) ** 2 / 2


def slope(x):
    return (x[0] * x[1] - 1) * x[::-1]


def top(x):
    """The larger eigenvalue of the Hessian, which is w^2, 2vw - 1 and v^2."""
    v, w = np.moveaxis(x, -1, 0)
    return (v * v + w * w) / 2 + np.sqrt(((v * v - w * w) / 2) ** 2 + (2 * v * w - 1) ** 2)


def passing(eta):
    """The first step at which the loss is below 1e-12."""
    return int(np.argmax(loss(walk(slope, eta, START, 300)[0]) < 1e-12))


SETTINGS += [{"eta": 0.16, "steps": passing(0.16) + late} for late in (-1, 0)]


@lru_cache
def held_back(strength, time, count):
    """Gradient flow with the penalty, at equal times."""
    found = solve_ivp(
        lambda _, x: -slope(x) - strength * x,
        (0, time), START, "DOP853", np.linspace(0, time, count + 1), rtol=1e-10, atol=1e-12,
    )  # fmt: skip
    return found.y.T


def drawn(picture, values, reading):
    eta, strength, steps = values.values()
    above, sharp, low = picture.panels()
    x, escaped = walk(slope, eta, START, steps)
    count = min(steps, 60)
    held = held_back(strength, eta * steps, count)
    times, rare = np.arange(steps + 1), steps * np.arange(count + 1) / count
    near = {"rel": 1e-5, "tiny": 1e-5}

    above.named("L from above", "v", "w")
    spreads(above, loss, (-0.3, 3.4), (-0.5, 2.2))
    above.line(ITERATES, *x.T, "o", rel=1e-7)
    above.line(ITERATES, *np.transpose([START]), "o")
    above.line(FLOW, *held.T, style="-.", **near)
    above.escape(escaped, at=(0.03, 0.95))

    names = "long steps", "penalty"
    sharp.named("sharpness", "step", "sharpness S of L").frame((-4, 300), (0, 36))
    long = sharp.line(SHARPNESS, times, top(x), label=names[0], rel=1e-6)
    short = sharp.line(FLOW, rare, top(held), style="-.", label=names[1], **near)
    sharp.edge("2/η", 2 / eta)
    sharp.legend(dict(zip(names, (long, short), strict=True)))

    low.named("loss L", "step").frame((-4, 300), (1e-8, 1e3))
    assert low.ax.get_yscale() == "log"
    long = low.line(ITERATES, times, np.maximum(loss(x), 1e-30), label=names[0], rel=1e-5, tiny=1e-20)
    short = low.line(FLOW, rare, loss(held), style="-.", label=names[1], rel=0.02, tiny=1e-10)
    low.legend(dict(zip(names, (long, short), strict=True)))

    words = f"η = {eta:g}, 2/η = {2 / eta:.4g}, λ = {strength:g}. After step {steps}: "
    words += "long steps S = NUMBER, L = LOSS; with the penalty S = NUMBER, L = LOSS."
    pattern = re.escape(words).replace("NUMBER", r"(\d+\.\d{3})").replace("LOSS", r"(below 1e\-12|\d[\d.e+-]*)")
    found = re.fullmatch(pattern, reading)
    assert found, words
    for (sharpness, told), end in zip((found.groups()[:2], found.groups()[2:]), (x[-1], held[-1]), strict=True):
        assert np.isclose(float(sharpness), top(end), rtol=1e-5, atol=6e-4)
        assert (told == "below 1e-12") == (loss(end) < 1e-12)
        assert told == "below 1e-12" or np.isclose(float(told), loss(end), rtol=0.07, atol=0)
