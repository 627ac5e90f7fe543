"""Explorers: pictures with sliders. Each call gives one; as the last line of a cell it shows itself.

`explorers.parabola()` is live; `explorers.parabola().still(eta=[0.15, 0.75, 1.1])` is the same picture standing still.
Every function of a file here is found: a new explorer is one new file.
"""

from eos.faces import defined_in as _defined_in
from eos.live.session import Scene
from eos.widgets import Edge, Explorer, Slider

__all__ = ["Edge", "Explorer", "Scene", "Slider"]

_found = _defined_in(__name__, __path__)
globals().update(_found)
__all__ += _found
