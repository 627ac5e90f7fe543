"""Steppers: rules that take one step downhill."""

from eos.faces import defined_in as _defined_in

globals().update(_defined_in(__name__, __path__))
