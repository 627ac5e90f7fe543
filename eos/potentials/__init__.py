"""Potentials: the functions that gradient descent walks down, networks and their data among them."""

from eos.faces import defined_in

globals().update(defined_in(__name__, __path__))
