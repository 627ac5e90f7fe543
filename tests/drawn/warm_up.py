"""The first steps of Adam.

Its runs may be chaotic: they are compared for as long as two own runs, from starts that are almost one, agree.
"""

import numpy as np
from own import two_layers

from eos import MLPLoss, chebyshev
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


def adam(x, eta, length):
    """x, P and the step size at every third step, as Kingma and Ba (2015) wrote it."""
    m, v, run = 0.0, 0.0, []
    for t in range(1, 302):
        g = NET.gradient(x)
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
        divisor, now = np.sqrt(v / (1 - 0.999**t)) + 1e-8, eta * (min(t / length, 1) if length else 1)
        run.append((x, divisor * (1 - 0.9**t), now))
        x = x - now * (m / (1 - 0.9**t)) / divisor
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
    run, twin = adam(start(), eta, length), adam(start() * (1 + 1e-10), eta, length)
    losses, others = (np.array([loss(x) for x, *_ in some]) for some in (run, twin))
    apart = np.abs(losses / others - 1) > 1e-5
    agree = int(apart.argmax()) if apart.any() else len(STEPS)
    assert agree > 8, "enough to compare"
    left.named("preconditioned, × edge", "step").frame((-4, 300), (3e-4, 30))
    right.named("loss", "step").frame((-4, 300), (1e-7, 3))
    assert left.ax.get_yscale() == right.ax.get_yscale() == "log"
    shares = only(left, SHARPNESS)
    for record in {0, agree // 4, agree - 1}:
        assert np.isclose(shares[record], share(*run[record]), rtol=5e-3), f"share at step {STEPS[record]}"
    left.line(SHARPNESS, STEPS, shares)
    left.line(SHARPNESS, [0], shares[:1], "o")
    left.upright(CURVE, length, ":")
    left.legend({"the edge": left.level(EDGE, 1.0, label="the edge")})
    left.note(f"first step: {shares[0]:.2g} × edge", at=(0.97, 0.91))
    seen = only(right, ITERATES)
    assert np.allclose(seen[:agree], losses[:agree], rtol=1e-4)
    assert np.isfinite(seen).all() and np.isfinite(shares).all()
    right.line(ITERATES, STEPS, seen)
    begin = f"η = {eta:g}, warm-up over {length} steps: the first step takes {shares[0]:.2g} of its edge."
    assert reading == f"{begin} At step 300 the loss is {seen[-1]:.1g}."


def only(panel, color):
    """The heights of the one long line of this colour."""
    (line,) = [line for line in panel.ax.lines if len(line.get_xdata()) == len(STEPS) and line.get_color() == color]
    return np.array(line.get_ydata())
