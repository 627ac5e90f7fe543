"""The first steps of Adam.

Its runs may be chaotic: each step is computed from the places where the library's run stands, not from the start.
"""

import numpy as np
from own import two_layers

from eos import Adam, MLPLoss, WarmUp, chebyshev, descend
from eos.pictures import CURVE, EDGE, ITERATES, SHARPNESS

NET = MLPLoss(*chebyshev(6), hidden=(20, 20, 20))
STEPS = np.arange(0, 301, 3)
SETTINGS = [{"eta": 0.1, "length": length} for length in (3, 30)]


def start():
    """Every number of a layer uniform within 1 / sqrt(inputs): weights, then biases, from one generator."""
    rng, parts = np.random.default_rng(0), []
    for inputs, outputs in ((1, 20), (20, 20), (20, 20), (20, 1)):
        reach = 1 / np.sqrt(inputs)
        parts += [rng.uniform(-reach, reach, outputs * inputs), rng.uniform(-reach, reach, outputs)]
    return np.concatenate(parts)


def adam(x, eta, length, places):
    """x, P and the step size at every third step, as Kingma and Ba (2015) wrote it; each x is that of `places`."""
    m, v, run = 0.0, 0.0, []
    for t, place in enumerate(places, start=1):
        assert np.allclose(x, place, rtol=1e-9, atol=1e-9), f"step {t - 1}"
        g = NET.gradient(place)
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
        divisor, now = np.sqrt(v / (1 - 0.999**t)) + 1e-8, eta * (min(t / length, 1) if length else 1)
        run.append((place, divisor * (1 - 0.9**t), now))
        x = place - now * (m / (1 - 0.9**t)) / divisor
    return run[::3]


def loss(x):
    return np.mean((two_layers(NET, x, NET.inputs) - NET.targets[:, 0]) ** 2) / 2


def share(x, divisor, eta):
    """The top eigenvalue of the whole H / P in parts of 38 / eta."""
    root = np.sqrt(divisor)
    return np.linalg.eigvalsh(NET.hessian(x) / root / root[:, None])[-1] * eta / 38


def drawn(picture, values, reading):
    eta, length = values.values()
    left, right = picture.panels()
    places = descend(NET, WarmUp(eta, length, Adam), start(), 300).x
    run = adam(start(), eta, length, places)
    left.named("preconditioned, × edge", "step").frame((-4, 300), (3e-4, 30))
    right.named("loss", "step").frame((-4, 300), (1e-7, 3))
    assert left.ax.get_yscale() == right.ax.get_yscale() == "log"
    (curve,) = [line for line in left.ax.lines if len(line.get_xdata()) == len(STEPS)]
    shares = np.array(curve.get_ydata())
    assert np.isfinite(shares).all()
    for record in (0, 20, 100):
        assert np.isclose(shares[record], share(*run[record]), rtol=5e-3), f"share at step {STEPS[record]}"
    left.line(SHARPNESS, STEPS, shares)
    left.line(SHARPNESS, [0], shares[:1], "o")
    left.upright(CURVE, length, ":")
    left.legend({"the edge": left.level(EDGE, 1.0, label="the edge")})
    left.note(f"first step: {shares[0]:.2g} × edge", at=(0.97, 0.91))
    line = right.line(ITERATES, STEPS, [loss(x) for x, *_ in run], rel=1e-7)
    begin = f"η = {eta:g}, warm-up over {length} steps: the first step takes {shares[0]:.2g} of its edge."
    assert reading == f"{begin} At step 300 the loss is {line.get_ydata()[-1]:.1g}."
