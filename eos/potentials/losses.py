"""The two losses of the networks, as means over n samples of scores z of shape `(..., outputs, n)`.

Conventions of Cohen et al. (2021): squared error is (1/n) sum_i |z_i - y_i|^2 / 2, cross-entropy the mean of
-log softmax(z_i)[label_i], natural logarithm.
"""

import numpy as np


class SquaredError:
    """(1 / 2n) sum_i |z_i - y_i|^2 for targets y of shape `(n, outputs)`."""

    def __init__(self, targets: np.ndarray):
        self.targets, self.scale = np.ascontiguousarray(targets.T), 1.0 / len(targets)

    def value(self, z):
        """The loss, shape `(...)`."""
        return 0.5 * self.scale * np.square(z - self.targets).sum((-2, -1))

    def slope(self, z):
        """d loss / d z, and what `bend` needs."""
        residual = z - self.targets
        residual *= self.scale
        return residual, None

    def bend(self, kept, rz):
        """The loss's Hessian in z times rz, shape `(..., outputs, k, n)`, k directions."""
        return rz * self.scale

    def twist(self, kept, ru, rv):
        """The derivative along ru of the loss's Hessian in z times rv: none."""
        return 0.0


class CrossEntropy:
    """Mean of -log softmax(z)[label]; differences to the label's own score keep confident answers exact."""

    def __init__(self, labels: np.ndarray):
        self.labels, self.samples, self.scale = labels, np.arange(len(labels)), 1.0 / len(labels)

    def value(self, z):
        """The loss, shape `(...)`."""
        return np.logaddexp(0.0, self._log_odds(z)).sum(-1) * self.scale

    def slope(self, z):
        """d loss / d z, and what `bend` needs: the probabilities, and which is the largest."""
        shifted = z - z.max(-2, keepdims=True)
        p = np.exp(shifted)
        p /= p.sum(-2, keepdims=True)
        slope = p.copy()
        slope[..., self.labels, self.samples] = 0.0
        # p_label - 1 as minus the sum of the others: no cancellation when p_label is nearly 1
        slope[..., self.labels, self.samples] = -slope.sum(-2)
        slope *= self.scale
        return slope, (p[..., None, :], (p == p.max(-2, keepdims=True))[..., None, :])

    def bend(self, kept, rz):
        """The loss's Hessian in z times rz, shape `(..., outputs, k, n)`: (diag(p) - p p^T) rz / n for each sample."""
        p, most_probable = kept
        # Relative to the winner's, which changes nothing but that a confident answer cancels no digits.
        relative = rz - (rz * most_probable).sum(-3, keepdims=True)
        return self.scale * p * (relative - (p * relative).sum(-3, keepdims=True))

    def twist(self, kept, ru, rv):
        """The derivative along ru of the loss's Hessian in z times rv, symmetric in both."""
        p = kept[0][..., 0, :]
        u, v = (r - (p * r).sum(-2, keepdims=True) for r in (ru, rv))
        return self.scale * p * (u * v - (p * u * v).sum(-2, keepdims=True))

    def _log_odds(self, z):
        """log of the summed odds of all wrong labels, shape `(..., n)`."""
        relative = z - z[..., self.labels, self.samples][..., None, :]
        relative[..., self.labels, self.samples] = -np.inf
        return np.logaddexp.reduce(relative, axis=-2)


LOSSES = {"squared_error": SquaredError, "cross_entropy": CrossEntropy}
