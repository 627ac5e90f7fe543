"""Curvature: the sharpness of a potential, and the estimators that find it from Hessian-vector products."""

from eos.faces import defined_in as _defined_in

globals().update(_defined_in(__name__, __path__))
