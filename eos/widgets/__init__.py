"""Widgets: what makes any picture with sliders live. Nothing here loads ipywidgets until a panel is shown."""

from eos.widgets.explorer import Edge, Explorer
from eos.widgets.question import ask
from eos.widgets.slider import Slider
from eos.widgets.still import Still

__all__ = ["Edge", "Explorer", "Slider", "Still", "ask"]
