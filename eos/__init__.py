"""Potentials, gradient-descent steppers and sharpness estimators for the edge of stability.

    run = descend(SoftAbs(), GradientDescent(eta=1.5), x0=0.3, steps=60)

Three words: a *potential* is the function to go down, a *stepper* the rule that takes a step, a *trajectory* what
`descend` returns. Curvature is measured afterwards, along the run. One folder is one idea, and each may use those
above it in this list, never one below:

    validation      checks at the door
    potentials      what is minimised: curves, valleys, networks and their data; whatever acts on a potential
    curvature       sharpness at a point, and the estimators that find it
    steppers        how a step is taken, and the threshold at which it turns unstable
    trajectories    the stepping loop; sharpness along a run; a run steered on its way; many step sizes
    exercises       what the notebooks ask, and whether an answer is right
    pictures        the look of the course, and what is drawn
    widgets         what makes any picture with sliders live
    live            the view of a training that goes on
    explorers       the course's pictures with sliders

NumPy alone is loaded here; `show`, `covered`, `ask`, `pictures` and `explorers` load Matplotlib and ipywidgets when
first used. A name in the `__all__` of a file of the first four folders is given by `eos` itself, which `faces` finds:
no list here has to grow with a new file.
"""

from importlib import import_module

from eos import curvature, potentials, steppers, trajectories
from eos.faces import announced_by

__version__ = "0.1.0"

_given = announced_by(potentials, curvature, steppers, trajectories)
globals().update(_given)
__all__ = sorted(_given)


def __getattr__(name: str):
    """Load what needs Matplotlib or ipywidgets on first use."""
    if name in ("exercises", "explorers", "live", "pictures", "widgets"):
        return import_module(f"eos.{name}")
    if name in ("covered", "show"):
        return getattr(import_module("eos.pictures"), name)
    if name == "ask":
        return import_module("eos.widgets").ask
    raise AttributeError(f"module 'eos' has no attribute {name!r}")
