"""The course's formulas once more, in a few lines each and by other ways: what is drawn is measured by these."""

import numpy as np


def walk(gradient, eta, x0, steps, escape=1e6):
    """The iterates of gradient descent, shape (steps + 1, n), NaN from the escape on; and the step of the escape."""
    x = np.atleast_1d(np.asarray(x0, float))
    path = [x]
    with np.errstate(all="ignore"):
        for step in range(1, int(steps) + 1):
            x = x - eta * gradient(x)
            if not np.abs(x).max() <= escape:
                return np.vstack([path, np.full((int(steps) + 1 - step, len(x)), np.nan)]), step
            path.append(x)
    return np.array(path), None


def soft(x):
    """x^2 / sqrt(1 + x^2)."""
    return x * x / np.sqrt(1 + x * x)


def soft_slope(x):
    """Its first derivative."""
    return (x**3 + 2 * x) / (1 + x * x) ** 1.5


def soft_bend(x):
    """Its second."""
    return (2 - x * x) / (1 + x * x) ** 2.5


def valley_top(x, y):
    """The larger eigenvalue of the Hessian of sqrt(1 + x^2 y^2), by the formula for two by two."""
    q = 1 + (x * y) ** 2
    a, c, b = y * y / q**1.5, x * x / q**1.5, x * y / q**1.5 + x * y / np.sqrt(q)
    return (a + c) / 2 + np.sqrt(((a - c) / 2) ** 2 + b * b)


def tops(potential, places, k=1):
    """The k largest eigenvalues of the whole Hessian at each place, NaN where there is none: (places, k)."""
    places = np.atleast_2d(places)
    found = np.full((len(places), k), np.nan)
    for i, place in enumerate(places):
        if np.isfinite(place).all():
            found[i] = np.linalg.eigvalsh(potential.hessian(place))[::-1][:k]
    return found


def two_layers(net, theta, inputs):
    """The answers of a tanh network, written out."""
    layers, a = net.unpack(theta), np.reshape(inputs, (-1, 1))
    for weights, bias in layers[:-1]:
        a = np.tanh(a @ weights.T + (0 if bias is None else bias))
    weights, bias = layers[-1]
    return (a @ weights.T + (0 if bias is None else bias))[:, 0]


def differ(x):
    """A number without the minus of -0."""
    return x + 0.0
