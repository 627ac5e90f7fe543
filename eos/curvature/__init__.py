"""Curvature: the sharpness of a potential, and the estimators that find it from Hessian-vector products."""

from eos.faces import defined_in

globals().update(defined_in(__name__, __path__))
