"""Steppers: rules that take one step downhill."""

from eos.faces import defined_in

globals().update(defined_in(__name__, __path__))
