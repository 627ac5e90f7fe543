"""Five methods on one parabola."""

import re

import numpy as np

from eos.pictures import CURVE, EDGE, ITERATES

NAMES = "gradient descent", "heavy ball", "Nesterov", "RMSProp, P = 1", "Adam, P = 1"
EDGES = {"eta": "edge of the method"}
GONE = 1e8


def matrix(method, eta, beta):
    """One step on x^2 / 2 with P = 1, as a matrix that acts on x and the memory of the method."""
    return np.array(
        {
            1: [[1 - eta, 0], [0, 0]],
            2: [[1 - eta, -eta * beta], [1, beta]],
            3: [[1 - eta * (1 + beta), -eta * beta**2], [1, beta]],
            4: [[1 - eta, 0], [0, 0]],
            5: [[1 - eta * (1 - beta), -eta * beta], [1 - beta, beta]],
        }[method]
    )


def rate(method, eta, beta):
    """By how much a step multiplies, in the long run."""
    return np.abs(np.linalg.eigvals(matrix(method, eta, beta))).max()


def formula(method, beta):
    """eta S at the edge."""
    return 2 * {1: 1, 2: 1 + beta, 3: (1 + beta) / (1 + 2 * beta), 4: 1, 5: (1 + beta) / (1 - beta)}[method]


SETTINGS = [
    {"method": method, "eta": part * formula(method, beta), "beta": beta, "steps": steps}
    for method in range(1, 6)
    for beta in (0.0, 0.5, 0.9, 0.98)
    for part, steps in ((0.98, 200), (1.02, 200), (1.5, 200), (1.0, 1))
]


def edges(method, beta, **_):
    return {"eta": formula(method, beta)}


def drawn(picture, values, reading):
    method, eta, beta, steps = values.values()
    left, right = picture.panels()
    step, state = matrix(method, eta, beta), np.array([1.0, 0.0])
    sizes, escaped = np.full(steps + 1, np.nan), None
    for t in range(steps + 1):
        if abs(state[0]) > GONE:
            escaped = t
            break
        sizes[t] = abs(state[0])
        state = step @ state
    left.named("distance from the bottom", "step t", "distance / first distance").frame((-1, 201), (1e-8, GONE))
    assert left.ax.get_yscale() == "log"
    held = 1e-3 if method > 3 else 1e-6  # P is 1 but for the size of the gradients, 1e-4 at most
    left.line(ITERATES, np.arange(steps + 1), sizes, "o", "None", rel=held, tiny=1e-9)
    left.escape(escaped, at=(0.97, 0.95))
    rows(right, method, eta, [formula(number, beta) for number in range(1, 6)], beta)
    start = f"{NAMES[method - 1]}, β = {beta:g}, η × sharpness = {eta:g}: "
    assert reading.startswith(start)
    if escaped:
        assert reading == start + f"escaped at step {escaped} (10⁸ times the first distance)."
        return
    told = re.fullmatch(rf"after step {steps} the distance is (\S+) times the first\.", reading[len(start) :])
    assert np.isclose(float(told[1]), sizes[-1], rtol=6e-3, atol=1e-9)


def rows(panel, method, eta, places, beta):
    """A bar to each edge, where neither growth nor decay is, and a pointer at the chosen method."""
    for number, place in enumerate(places, start=1):
        assert rate(number, 0.999 * place, beta) < 1 < rate(number, 1.001 * place, beta)
    panel.named("the methods", "step size × sharpness").frame((0.1, 1200), (0.4, 5.8))
    assert panel.ax.get_xscale() == "log"
    heights = np.arange(5, 0, -1)
    assert np.array_equal(panel.ax.get_yticks(), heights)
    assert [text.get_text() for text in panel.ax.get_yticklabels()] == [f"{n}  {i}" for i, n in enumerate(NAMES, 1)]
    ticks = [0.1, 1, 10, 100, 1000]
    assert np.allclose(panel.ax.get_xticks(), ticks)
    assert [float(text.get_text()) for text in panel.ax.get_xticklabels()] == ticks
    bars = [(x, height) for height, place in zip(heights, places, strict=True) for x in (0.1, place, np.nan)]
    panel.line(ITERATES, *np.transpose(bars))
    panel.line(EDGE, places, heights, "|", "None")
    for place, height in zip(places, heights, strict=True):
        panel.note(f"{place:.3g}", EDGE, (place, height))
    panel.line(CURVE, [eta, eta], [0.4, 5.8], style=":")
    panel.line(CURVE, [eta], [6 - method + 0.18], "v")
