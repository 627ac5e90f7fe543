"""Adam on a parabola.

Its runs are chaotic: each step is computed from the ones that are drawn, not from the start.
"""

from math import sqrt

import numpy as np

from eos.pictures import EDGE, ITERATES, SHARPNESS

LAST = 4000


def adam(eta, beta2, steps, sizes=None):
    """x and 1/P in parts of 38 / eta, as Kingma and Ba (2015) wrote it; where `sizes` are given, x has these."""
    x, m, v, run = 1.0, 0.0, 0.0, []
    for t in range(1, steps + 2):
        if sizes is not None and t > 1:
            held = max(abs(x), abs(run[-1][0]))
            assert abs(abs(x) - sizes[t - 1]) <= 1e-8 * held + 1e-15, f"step {t - 1}: {x} is not {sizes[t - 1]}"
            x = sizes[t - 1] if x > 0 else -sizes[t - 1]
        m, v = 0.9 * m + 0.1 * x, beta2 * v + (1 - beta2) * x * x
        divisor = sqrt(v / (1 - beta2**t)) + 1e-8
        run.append((x, eta / 38 / divisor / (1 - 0.9**t)))
        x -= eta * m / (1 - 0.9**t) / divisor
    return np.array(run).T


def crossings(share):
    """The steps after which the edge is behind."""
    return 1 + np.flatnonzero((share[1:] > 1) & (share[:-1] <= 1))


def around(eta, beta2):
    """Just before and just after the first crossings, and the third."""
    found = crossings(adam(eta, beta2, LAST)[1])[[0, 1, 2]]
    return [{"eta": eta, "beta2": beta2, "steps": int(step) + more} for step in found for more in (-5, -1, 0, 5)]


SETTINGS = around(0.01, 0.99) + [{"eta": eta, "beta2": 0.9, "steps": LAST} for eta in (0.001, 0.1)]


def drawn(picture, values, reading):
    eta, beta2, steps = values.values()
    size, part = picture.panels()
    (line,) = [line for line in size.ax.lines if len(line.get_xdata()) == steps + 1]
    x, share = adam(eta, beta2, steps, line.get_ydata())
    t = np.arange(steps + 1)
    size.named("the iterates", "step", "|x|").frame((0, LAST), (1e-12, 3))
    size.line(ITERATES, t, np.abs(x), "o")
    part.named("1/P, × edge", "step").frame((0, LAST), (1e-6, 30))
    assert size.ax.get_yscale() == part.ax.get_yscale() == "log"
    curve = part.line(SHARPNESS, t, share, "o", rel=1e-6)
    assert line.get_markevery() == curve.get_markevery() == [-1], "a dot at the step shown"
    part.legend({"the edge": part.level(EDGE, 1.0, label="the edge")})
    part.note(f"memory: about {round(1 / (1 - beta2))} steps", at=(0.97, 0.9))
    number = len(crossings(share))
    times = "not crossed it" if number == 0 else f"crossed it {'once' if number == 1 else f'{number} times'}"
    where = f"after step {steps}, 1/P is {share[-1]:.2g} of the edge, and has {times}."
    assert reading == f"η = {eta:g}, β₂ = {beta2:g}: {where}"
