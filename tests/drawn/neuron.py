"""One neuron."""

import numpy as np
from own import walk
from panels import fit, spreads

from eos.pictures import ITERATES

EDGES = {"eta": "edge at the lowest point"}
SETTINGS = [
    {"eta": eta, "steps": steps} for eta in (2.75, 2.8, 2.85, 2.9, 3.0, 3.25, 3.45) for steps in (1, 2, 41, 100)
]
SETTINGS += [{"eta": eta, "steps": steps} for eta in (3.25, 3.3, 3.35) for steps in (34, 38, 42)]
T, Y = np.array([-2, -1, -0.5, 0.5, 1, 2]), np.array([-1.1, -0.9, -0.6, 0.5, 1.0, 1.2])
START = 0.6, 1.2


def loss(x):
    """Half the mean squared error of v tanh(w t)."""
    w, v = np.asarray(x)[..., :1], np.asarray(x)[..., 1:]
    return ((v * np.tanh(w * T) - Y) ** 2).mean(-1) / 2


def slope(x):
    """Its gradient."""
    w, v = np.asarray(x)[..., :1], np.asarray(x)[..., 1:]
    a = np.tanh(w * T)
    rest = v * a - Y
    return np.stack([(rest * v * (1 - a * a) * T).mean(-1), (rest * a).mean(-1)], -1)


LOWEST = walk(slope, 1.0, START, 3000)[0][-1]


def bends(w, v):
    """The Hessian."""
    a = np.tanh(w * T)
    first, second, rest = T * (1 - a * a), -2 * T * T * a * (1 - a * a), v * a - Y
    mixed = (v * a * first + rest * first).mean()
    return np.array([[((v * first) ** 2 + rest * v * second).mean(), mixed], [mixed, (a * a).mean()]])


EDGE = 2 / np.linalg.eigvalsh(bends(*LOWEST))[-1]


def edges(**_):
    return {"eta": EDGE}


def drawn(picture, values, reading):
    eta, steps = values.values()
    above, size, curve = picture.panels()
    x, escaped = walk(slope, eta, START, steps, 100.0)
    chaos = {"rel": 1e-6} if eta < 3.2 else {"rel": 0.5, "tiny": 0.5}  # beyond, roundings grow
    if eta >= 3.2:
        from eos import GradientDescent, MLPLoss, descend

        net = MLPLoss(T, Y, hidden=(1,), biases=False)
        run = descend(net, GradientDescent(eta), START, steps, escape=100.0)
        x, escaped, chaos = run.x, run.escaped_at, {}
    heights = loss(x)
    above.named("loss, from above", "w", "v")
    spreads(above, loss, (-0.5, 2.0), (-0.3, 2.5))
    above.line(ITERATES, *x.T, "o", **chaos)
    above.line("white", *np.transpose([START]), "o", "None")
    above.line("white", *np.transpose([LOWEST]), "*", "None", rel=1e-6)
    above.escape(escaped, at=(0.03, 0.95))
    size.named("loss", "step").frame((-2, 102), (1e-3, 10))
    assert size.ax.get_yscale() == "log"
    size.line(ITERATES, np.arange(steps + 1), heights, "o", rel=1e-6)
    fit(curve, T, Y, 0.35, lambda t: x[-1, 1] * np.tanh(x[-1, 0] * t))
    start = f"η = {eta:.4g}, step {steps}: "
    assert reading == start + words(eta, x, heights, escaped)


def words(eta, x, heights, escaped):
    if escaped:
        return f"the run escaped at step {escaped} (a weight above 100)."
    if eta < EDGE and np.linalg.norm(x[-2:] - LOWEST, axis=-1).max() < 0.01:
        return f"the run settles at the lowest point, ★. The loss is {heights[-1]:.4g}."
    move = np.linalg.norm(x[-1] - x[-2])
    back = [np.linalg.norm(there - here) for here, there in zip(x[:-2], x[2:], strict=True)]
    if eta > EDGE and back and back[-1] < move / 1000:
        return f"the run bounces between two points, with losses {heights[-2]:.4f} and {heights[-1]:.4f}."
    if len(back) > 40 and max(back[-20:]) > max(0.1, max(back[-40:-20]) / 2):
        return f"the run jumps about between more than two points. The loss is {heights[-1]:.4g}."
    return f"the run is still on its way; its last move was {move:.3g} long. The loss is {heights[-1]:.4g}."
