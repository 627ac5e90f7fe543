"""The pictures of `eos.pictures.averages`, by the ways of the contract of three paths."""

import numpy as np
from own import walk
from picture import Picture

from drawn.three_paths import central, height, rolled, slope
from eos import CentralFlow, GradientDescent, GradientFlow, Valley, descend, pictures
from eos.pictures import BETWEEN, FLOW, ITERATES

TILT, ETA, START, STEPS = 0.02, 0.2, (0.05, 3.1), 120
X = walk(lambda x: slope(x, TILT), ETA, START, STEPS + 2)[0]
HELD, VARIANCE = central(TILT, ETA, START, STEPS, 4)
MIDDLES = (X[:-2] + 2 * X[1:-1] + X[2:]) / 4
WIDE = np.square(X[1:] - X[:-1]).sum(-1) / 4


def loss(x):
    return height(x) - TILT * x[..., 1]


def walked(kind, steps):
    return descend(Valley(TILT), kind(ETA), START, steps)


def measured(panel, label, times, values, window):
    """The run, and dotted the mean of each window at the middle of its times."""
    starts = range(len(values) - window + 1)
    places, means = ([part[i : i + window].mean() for i in starts] for part in (times, values))
    name = f"mean of {window} steps"
    return {
        label: panel.line(ITERATES, times, values, label=label, rel=1e-6),
        name: panel.line(ITERATES, places, means, style=":", label=name, rel=1e-6),
    }


def averages():
    flow, times = walked(CentralFlow, STEPS), np.arange(STEPS + 1)
    for steps, window in ((STEPS + 2, 50), (STEPS, 1), (STEPS, STEPS)):
        picture = Picture(pictures.averages(walked(GradientDescent, steps), flow, window))
        left, right = picture.panels()
        lower, wide = loss(HELD), WIDE[:steps]
        left.named("loss", "step").frame(y=(lower.min() / 2, 20 * loss(X[: steps + 1]).max()))
        looks = measured(left, "at the iterates", np.arange(steps + 1), loss(X[: steps + 1]), window)
        looks["half way"] = left.line(
            BETWEEN, np.arange(1, steps), loss(MIDDLES[: steps - 1]), label="half way", rel=1e-6
        )
        looks["central flow"] = left.line(FLOW, times, lower, label="central flow", rel=1e-6)
        told = {"style": "--", "label": "predicted mean", "rel": 1e-5}
        looks["predicted mean"] = left.line(FLOW, times, lower + VARIANCE / ETA, **told)
        left.legend(looks)

        right.named("the bounce, squared", "step")
        assert np.allclose(right.ax.get_ylim(), (VARIANCE.max() / 1000, 20 * wide.max()), rtol=1e-6)
        looks = measured(right, "half-difference²", np.arange(steps) + 0.5, wide, window)
        looks["predicted mean"] = right.line(FLOW, times, VARIANCE, **told)
        right.legend(looks)
        assert left.ax.get_yscale() == right.ax.get_yscale() == "log"
        yield picture


def distances():
    run = walked(GradientDescent, STEPS)
    steep = rolled(TILT, ETA, START, STEPS)
    short = 20
    ways = {
        "central flow": (walked(CentralFlow, STEPS), HELD, "-"),
        "gradient flow": (walked(GradientFlow, STEPS), steep, "-."),
        "its start": (walked(CentralFlow, short), HELD[: short + 1], ":"),
        "the start of the other": (walked(GradientFlow, short), steep[: short + 1], "--"),
    }
    for count in (1, 2, 4):
        shown = dict(list(ways.items())[:count])
        picture = Picture(pictures.distances(run, {name: flow for name, (flow, _, _) in shown.items()}))
        (panel,) = picture.panels()
        panel.named("distance from gradient descent, half way", "step", "distance")
        assert panel.ax.get_yscale() == "log" and np.isclose(panel.ax.get_ylim()[0], 1e-3)
        looks = {}
        for name, (_, places, style) in shown.items():
            steps = np.arange(1, min(STEPS, len(places)))  # the run has a midpoint at all steps but its ends
            gaps = np.sqrt(np.square(MIDDLES[steps - 1] - places[steps]).sum(-1))
            looks[name] = panel.line(FLOW, steps, gaps, style=style, label=name, rel=1e-5, tiny=1e-6)
            assert panel.ax.get_ylim()[1] > gaps.max()
        panel.legend(looks)
        yield picture
