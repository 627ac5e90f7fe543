"""The central flow of gradient descent: where it goes on average, its bounce averaged out.

At the edge of stability an iterate is w + delta, the middle of a bounce and the bounce. Averaged over the bounce, the
gradient is grad L(w) + (1/2) grad <H(w), Sigma> with Sigma the covariance of delta, for to leading order

    L(w + delta) = L + delta.grad L + (1/2) delta.H delta + ...

The bounce grows along directions of more curvature than 2/eta, and its growth makes them flatter. The central flow
(Cohen, Damian and co-authors, 2025) takes that to be settled at once: Sigma is whatever keeps every eigenvalue from
passing 2/eta, and lives on those that are there.
"""

from dataclasses import dataclass

import numpy as np

from eos.curvature import eigenpairs_above, eigh
from eos.potentials import one_point
from eos.steppers.complementarity import complementarity
from eos.steppers.stepper import Stepper
from eos.validation import whole

__all__ = ["CentralFlow"]

NEAR = 0.975
"""Eigenvalues above this part of the edge are watched; 1.95 of 2, as in the published code."""


@dataclass(frozen=True, eq=False)
class CentralFlow(Stepper):
    """dw/dt = -eta [grad L + (1/2) grad <H, Sigma>], a step of gradient descent a step: k is beside step k of the run.

    Sigma >= 0 is the covariance of the bounce: of all that keep the top eigenvalues at 2/eta or below it, the one that
    is zero where they are below. With u_i the eigenvectors that may be concerned, any number of them, and
    N_ij = grad (u_i.H u_j), it is Sigma = sum X_ij u_i u_j^T, where X solves a small `complementarity` problem; for one
    eigenvalue at the edge X = -2 grad L.N / |N|^2. A step is cut into `substeps` Euler pieces, each of which ends at
    the edge to first order; errors shrink like 1/substeps, and with one piece, as long as a step of gradient descent,
    what is off the floor of a valley bounces itself. A trajectory keeps the "variance" of each coordinate, the diagonal
    of Sigma.

    Where no bounce can hold an eigenvalue, as on a parabola, each piece is a whole step of gradient descent, so that
    the edge is its edge, and the variance is NaN. The scheme of the published code (Cohen, Damian and co-authors,
    2025). With `most` only so many eigenvalues are held, those that came first, whatever the others do: wrong, and
    good to see. ValueError where `substeps`, or `most`, is no whole number from 1 on, to a million.
    """

    substeps: int = 4
    most: int | None = None
    symbol = "2/η"

    def __post_init__(self):
        super().__post_init__()
        whole("substeps", self.substeps, 1, 10**6)
        if self.most is not None:
            whole("most", self.most, 1)

    @classmethod
    def examples(cls, eta):
        return [cls(eta, substeps=1)]

    def init(self, potential, x):
        """The averaged gradient, the variances, eigenvectors to start from, those held, and the eta of all these."""
        none = np.empty((*x.shape[:-1], 0, x.shape[-1]))
        return self._looked(potential, x, none, np.zeros((*x.shape[:-1], self.most or 0, x.shape[-1])))

    def step(self, potential, x, state):
        if not np.array_equal(state[4], self.eta):  # the bounce at another edge
            state = self._looked(potential, x, *state[2:4])
        for _ in range(self.substeps):
            x = self.move(x, state[0] / self.substeps)
            state = self._looked(potential, x, *state[2:4])
        return x, state

    @property
    def threshold(self):
        return 2.0 / self.eta

    def keep(self, state):
        return {"variance": state[1]}

    def bounce(self, potential, x) -> tuple[np.ndarray, np.ndarray]:
        """Sigma at one point x: its positive eigenvalues, the largest first, `(k,)`, and eigenvectors as rows.

        The bounce goes about as far as the square root of each, to either side along its vector.
        """
        _, spread, vectors, _ = self._balance(potential, one_point(potential, x), None, None)
        if np.isnan(spread).any():
            return np.full(len(spread), np.nan), vectors
        values, turn = eigh(spread)
        kept = values > 1e-12 * values[:1]
        return values[kept], (turn @ vectors)[kept]

    def _looked(self, potential, x, blocks, held):
        """The state at x."""
        pull, spread, vectors, blocks = self._balance(potential, x, blocks, held)
        if self.most is not None:
            held = np.zeros_like(held)
            held[..., : vectors.shape[-2], :] = vectors
        return pull, (vectors * (spread @ vectors)).sum(-2), blocks, held, np.array(self.eta)

    @np.errstate(all="ignore")
    def _balance(self, potential, x, blocks, held):
        """The averaged gradient, X, the eigenvectors that it refers to, and the next blocks."""
        edge, piece = (np.asarray(part)[..., None, None] for part in (2.0 / self.eta, self.eta / self.substeps))
        gradient = potential.gradient(x)
        values, vectors, blocks = eigenpairs_above(potential, x, NEAR * edge[..., 0, 0], start=blocks)
        if self.most is not None and values.shape[-1] > self.most:
            values, vectors = _most_alike(values, vectors, vectors[..., :0, :] if held is None else held, self.most)
        k = values.shape[-1]
        if k == 0:
            return gradient, np.zeros((*x.shape[:-1], 0, 0)), vectors, blocks
        turns = potential.third(x[..., None, None, :], vectors[..., :, None, :], vectors[..., None, :, :])
        turns = turns.reshape(*x.shape[:-1], k * k, -1)
        slack = (turns @ gradient[..., None]).reshape(*x.shape[:-1], k, k) * piece
        slack = slack + np.where(np.eye(k), edge - values[..., None], 0.0)
        spread = _held(slack, 0.5 * piece * turns @ turns.swapaxes(-1, -2), np.isfinite(values).sum(-1))
        pull = gradient + 0.5 * (spread.reshape(*x.shape[:-1], 1, k * k) @ turns)[..., 0, :]
        lost = np.isnan(spread).any((-2, -1))
        return np.where(lost[..., None], self.substeps * gradient, pull), spread, vectors, blocks


def _most_alike(values, vectors, held, most):
    """So many of the eigenpairs: those most along what was held before, or else the largest."""
    alike = np.square(vectors @ held.swapaxes(-1, -2)).sum(-1).round(9)
    order = np.sort(np.argsort(-alike, axis=-1, kind="stable")[..., :most], axis=-1)
    return np.take_along_axis(values, order, -1), np.take_along_axis(vectors, order[..., None], -2)


def _held(slack, gram, counts):
    """X for each run of a batch; of the first `counts` eigenvectors, the others being no eigenvectors."""
    if slack.shape[-1] == 1:
        return np.where(slack >= 0, 0.0, np.where(gram > 0, -slack / gram, np.nan))
    spread = np.zeros(slack.shape)
    for run in np.ndindex(slack.shape[:-2]):
        k, width = max(int(counts[run]), 1), slack.shape[-1]
        part = gram[run].reshape((width,) * 4)[:k, :k, :k, :k]
        spread[run][:k, :k] = complementarity(slack[run][:k, :k], part)
    return spread
