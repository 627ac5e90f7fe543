"""Trajectories: the stepping loop, and what is measured along the run that it leaves."""

from eos.faces import defined_in as _defined_in

globals().update(_defined_in(__name__, __path__))
