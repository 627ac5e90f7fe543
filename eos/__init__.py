"""Potentials, gradient-descent steppers and sharpness estimators for the edge of stability.

    run = descend(SoftAbs(), GradientDescent(eta=1.5), x0=0.3, steps=60)

Three words: a *potential* is the function to go down, a *stepper* the rule that takes a step, a *trajectory* what
`descend` returns. Curvature is measured afterwards, along the run. NumPy alone is loaded here; pictures (`show`,
`figures`) and sliders (`explorers`) load Matplotlib and ipywidgets when they are first used.

    potentials, network, datasets     what is minimised
    valleys                           the same, with a second direction to flatten into
    steppers, gradient_flow           how a step is taken
    trajectory, steered_run           the stepping loop, and a run whose step size changes on the way
    curvature, sharpness_path         sharpness, at a point and along a run
    convergence                       how an estimate of the sharpness comes about
    two_point                         consecutive iterates, in pairs
    checks, exercises                 is it right?
    figures, explorers                pictures, and pictures with sliders
"""

from importlib import import_module

from eos.checks import symmetry_error, taylor_slopes
from eos.curvature import Eigenpairs, exact, lanczos, power_iteration, secant_curvature, sharpness
from eos.datasets import chebyshev, chebyshev_sign, digits, one_hot
from eos.gradient_flow import GradientFlow
from eos.network import MLPLoss
from eos.potentials import FromFunctions, Potential, Quadratic, SoftAbs
from eos.sharpness_path import SharpnessPath, sharpness_along
from eos.steered_run import SteeredRun
from eos.steppers import GradientDescent, HeavyBall, Nesterov, Stepper
from eos.trajectory import Trajectory, descend
from eos.two_point import half_differences, midpoints, two_point_residuals
from eos.valleys import Catapult, Product, Valley

__version__ = "0.1.0"

__all__ = [
    "Catapult",
    "Eigenpairs",
    "FromFunctions",
    "GradientDescent",
    "GradientFlow",
    "HeavyBall",
    "MLPLoss",
    "Nesterov",
    "Potential",
    "Product",
    "Quadratic",
    "SharpnessPath",
    "SoftAbs",
    "SteeredRun",
    "Stepper",
    "Trajectory",
    "Valley",
    "chebyshev",
    "chebyshev_sign",
    "descend",
    "digits",
    "exact",
    "half_differences",
    "lanczos",
    "midpoints",
    "one_hot",
    "power_iteration",
    "secant_curvature",
    "sharpness",
    "sharpness_along",
    "symmetry_error",
    "taylor_slopes",
    "two_point_residuals",
]


def __getattr__(name: str):
    """Load what needs Matplotlib or ipywidgets on first use."""
    if name in ("explorers", "figures", "exercises"):
        return import_module(f"eos.{name}")
    if name == "show":
        return import_module("eos.figures").show
    raise AttributeError(f"module 'eos' has no attribute {name!r}")
