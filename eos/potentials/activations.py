"""Activation functions of the networks, each with its first and second derivative.

Derivatives are written so that saturated units keep their small slopes: no 1 - s where s is nearly 1 (tanh apart,
whose 1 - tanh^2 is what every framework computes, and is the fastest). At its kink relu has slope 0, leaky_relu
0.01, elu 1, as in PyTorch.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Activation:
    """value(z, out) writes and returns a = phi(z); slope(z, a) is phi'; bend(z, a, s) phi'', or None for zero."""

    value: Callable
    slope: Callable
    bend: Callable | None


def _sigmoid(z, out=None):
    e = np.exp(-np.abs(z))
    return np.divide(np.where(z >= 0, 1.0, e), 1.0 + e, out=out)


def _sigmoid_slope(z, a=None):
    e = np.exp(-np.abs(z))
    return e / (1.0 + e) ** 2


def _sigmoid_bend(z, a=None, s=None):
    return -_sigmoid_slope(z) * np.tanh(0.5 * z)


def _tanh_slope(z, a):
    square = a * a
    return np.subtract(1.0, square, out=square)


ACTIVATIONS = {
    "tanh": Activation(np.tanh, _tanh_slope, lambda z, a, s: -2.0 * a * s),
    "relu": Activation(
        lambda z, out: np.maximum(z, 0.0, out=out), lambda z, a: np.where(z > 0, 1.0, 0.0), None
    ),
    "leaky_relu": Activation(
        lambda z, out: np.maximum(z, 0.01 * z, out=out), lambda z, a: np.where(z > 0, 1.0, 0.01), None
    ),
    "elu": Activation(
        lambda z, out: np.maximum(z, np.expm1(np.minimum(z, 0.0)), out=out),
        lambda z, a: np.where(z > 0, 1.0, np.exp(np.minimum(z, 0.0))),
        lambda z, a, s: np.where(z > 0, 0.0, s),
    ),
    "sigmoid": Activation(_sigmoid, _sigmoid_slope, _sigmoid_bend),
    "softplus": Activation(
        lambda z, out: np.logaddexp(0.0, z, out=out),
        lambda z, a: _sigmoid(z),
        lambda z, a, s: _sigmoid_slope(z),
    ),
    "silu": Activation(
        lambda z, out: np.multiply(z, _sigmoid(z), out=out),
        lambda z, a: _sigmoid(z) + z * _sigmoid_slope(z),
        lambda z, a, s: 2.0 * _sigmoid_slope(z) + z * _sigmoid_bend(z),
    ),
    "identity": Activation(lambda z, out: np.positive(z, out=out), lambda z, a: np.ones_like(z), None),
}
