"""Potentials: the functions that gradient descent walks down, networks and their data among them."""

from eos.faces import defined_in as _defined_in

globals().update(_defined_in(__name__, __path__))
