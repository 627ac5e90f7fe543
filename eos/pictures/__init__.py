"""Pictures: the look of the course, what every picture is made of, and the pictures that the notebooks show."""

from eos.faces import defined_in as _defined_in
from eos.pictures.panels import NOTHING, OUT_OF_SIGHT
from eos.pictures.style import BETWEEN, CURVE, EDGE, FLOW, ITERATES, MUTED, SHARPNESS

__all__ = ["BETWEEN", "CURVE", "EDGE", "FLOW", "ITERATES", "MUTED", "NOTHING", "OUT_OF_SIGHT", "SHARPNESS"]

globals().update(_defined_in(__name__, __path__))
