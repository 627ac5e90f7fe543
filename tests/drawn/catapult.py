"""The catapult."""

import numpy as np
from own import walk

from eos import Catapult
from eos.pictures import ITERATES, MUTED, SHARPNESS

EDGES = {"eta": "edge of the start, 2/λ₀"}
SETTINGS = [{"eta": eta, "steps": steps} for eta in (1.9, 1.98, 2.0, 2.02, 3.98, 4.02) for steps in (1, 120)]


def edges(**_):
    return {"eta": 2.0}


def drawn(picture, values, reading):
    eta, seed, steps = values.values()
    first, second = picture.panels()
    x0 = np.random.default_rng(seed).standard_normal(1024)
    x0 /= np.sqrt((x0 * x0).sum() / 512)
    assert np.allclose(x0, Catapult(512).start(seed))

    def slope(x):
        return (x[:512] @ x[512:]) / 512 * np.roll(x, 512)

    x, escaped = walk(slope, eta, x0, steps)
    with np.errstate(all="ignore"):
        kernel, loss = (x * x).sum(-1) / 512, (x[:, :512] * x[:, 512:]).sum(-1) ** 2 / 1024
    t, loose = np.arange(steps + 1), {"rel": 1e-4, "tiny": 1e-9}
    first.named("loss", "step", "loss").frame((-1, 120), (1e-12, 1e6))
    assert first.ax.get_yscale() == "log"
    first.line(ITERATES, t, np.maximum(loss, 1e-300), "o", **loose)
    first.escape(escaped, at=(0.97, 0.95))
    second.named("λ, across the valley", "step", "λ").frame((-1, 120), (0, 2.5))
    second.line(SHARPNESS, t, kernel, "o", **loose)
    ceiling = second.level(MUTED, 4 / eta, ":")
    second.edge("2/η", 2 / eta)
    second.legend({"4/η": ceiling})
    start = f"ηλ₀ = {eta:.4g}. "
    if escaped:
        assert reading == start + f"λ is never brought below 2/η: escaped at step {escaped}."
        return
    top = int(loss.argmax())
    rise = f"The loss rises to {loss[top] / loss[0]:.3g} times its start, at step {top}. "
    start += "The loss never exceeds its start. " if top == 0 else rise
    last = f"{loss[-1]:.2g}" if loss[-1] >= 1e-12 else "below 1e-12"
    assert reading == start + f"After step {steps} the loss is {last} and ηλ = {eta * kernel[-1]:.3f}."
