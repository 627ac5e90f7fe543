"""Gradient descent on a parabola."""

import numpy as np
from own import differ, walk
from panels import run_on_curve, strip

from eos.pictures import CURVE, ITERATES

EDGES = {"eta": "edge 2/a", "a": "edge 2/η"}
SETTINGS = [
    {"eta": eta, "a": 2.0, "steps": steps, "x0": x0}
    for eta in (0.4999, 0.5, 0.5001, 0.9999, 1.0, 1.0001, 1.5, 1.5001)
    for steps, x0 in ((60, 3.0), (1, -5.0))
] + [{"x0": 0.0}, {"eta": 4.0, "x0": 0.0}, {"eta": 1.2, "x0": -0.1, "steps": 60}]


def edges(eta, a, **_):
    return {"eta": 2 / a, "a": 2 / eta}


def drawn(picture, values, reading):
    eta, a, x0, steps = values.values()
    curve, size, below = picture.panels()
    x, escaped = walk(lambda x: a * x, eta, x0, steps, 100.0)
    x, t = x[:, 0], np.arange(steps + 1)
    run_on_curve(curve, "the curve and the iterates", lambda x: a * x * x / 2, x, escaped, (8.0, -1.5, 40.0))
    size.named("distance from the bottom", "step t", "distance |x|").frame((-1, 61), (1e-6, 1e8))
    assert size.ax.get_yscale() == "log"
    should = np.maximum(np.abs(1 - eta * a) ** t.astype(float) * abs(x0), 1e-300)
    line = size.line(CURVE, t, should, style="--", rel=1e-6, tiny=0)
    dots = size.line(ITERATES, t, np.maximum(np.abs(x), 1e-300), "o", "None", tiny=0)
    size.legend({"computed": dots, "predicted |factor|ᵗ |x₀|": line})
    strip(below, "a", {"": eta * a})
    assert reading == f"ηa = {eta * a:.4g}: each step multiplies x by {1 - eta * a:.4g}. " + words(
        eta, a, x0, x, escaped
    )


def words(eta, a, x0, x, escaped):
    if x0 == 0:
        return "The run starts at the bottom and stays there."
    if escaped:
        return f"Each bounce is larger than the last: escaped at step {escaped} (|x| above 100)."
    product, after = round(eta * a, 12), f"After step {len(x) - 1}, x is {differ(x[-1]):.3g}."
    if product == 1:
        return "One step lands at the bottom."
    if product == 2:
        return "The iterates bounce for ever between the same two points: this is the edge."
    if product < 1:
        return "The iterates glide down one side, ever closer. " + after
    return (
        "The iterates bounce from side to side, ever closer. "
        if product < 2
        else "Each bounce is larger than the last. "
    ) + after
