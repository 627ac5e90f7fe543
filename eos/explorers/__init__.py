"""Explorers: pictures with sliders. Each call gives one; as the last line of a cell it shows itself.

`explorers.parabola()` is live; `explorers.parabola().still(eta=[0.15, 0.75, 1.1])` is the same picture standing still.
"""

from eos.explorers.catapult import catapult
from eos.explorers.cycle import cycle
from eos.explorers.estimators import estimators
from eos.explorers.flattening import flattening
from eos.explorers.frame import Explorer, Slider
from eos.explorers.parabola import parabola
from eos.explorers.step_sizes import step_sizes
from eos.explorers.sweep import Sweep, sweep
from eos.explorers.training import Scene, Training, training
from eos.explorers.two_directions import two_directions
from eos.explorers.valley import valley

__all__ = [
    "Explorer",
    "Scene",
    "Slider",
    "Sweep",
    "Training",
    "catapult",
    "cycle",
    "estimators",
    "flattening",
    "parabola",
    "step_sizes",
    "sweep",
    "training",
    "two_directions",
    "valley",
]
