"""What the tests find by themselves: every explorer of the library, made with what it needs."""

import itertools
from inspect import isfunction
from typing import get_type_hints

import numpy as np

import eos.explorers
from eos import GradientDescent, MLPLoss, RMSProp, chebyshev, descend, sharpness_along
from eos.widgets import Explorer

NET = MLPLoss(*chebyshev(3, 12), hidden=(5,))
THETA = NET.init_xavier(0)
RUNS = descend(NET, GradientDescent(np.geomspace(0.2, 1.5, 6)), THETA, 200, every=10)
PATHS = sharpness_along(RUNS)
ADAPTIVE = descend(NET, RMSProp(np.geomspace(0.002, 0.02, 4)), THETA, 400, every=10)
BOTH = sharpness_along(ADAPTIVE, every=2), sharpness_along(ADAPTIVE, every=2, preconditioned=True)
ARGUMENTS = {"step_sizes": (RUNS, PATHS), "preconditioned": (ADAPTIVE, *BOTH)}
FOUND = [thing for thing in vars(eos.explorers).values() if isfunction(thing)]
MAKERS = {f.__name__: f for f in FOUND if get_type_hints(f).get("return") is Explorer}
EXPLORERS = {name: make(*ARGUMENTS.get(name, ())) for name, make in MAKERS.items()}


def corners(explorer):
    """Every combination of the ends of the sliders."""
    for ends in itertools.product(*((s.low, s.high) for s in explorer.sliders)):
        yield explorer.values(**{s.name: end for s, end in zip(explorer.sliders, ends, strict=True)})


def named(ax, name: str):
    """The one line of these axes with this label or group id."""
    (line,) = [line for line in ax.lines if name in (line.get_label(), line.get_gid())]
    return line


def count_drawings(screen, values) -> int:
    """How often everything is drawn, not just what moves, while the screen shows these values."""
    draw, counted = screen._figure.canvas.draw, []
    screen._figure.canvas.draw = lambda: (counted.append(1), draw())
    for setting in values:
        screen.show(setting)
    screen._figure.canvas.draw = draw
    return len(counted)
