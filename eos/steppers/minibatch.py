"""Mini-batch gradient descent: each step sees a few of the samples, in a random order of its own."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from eos.steppers.stepper import Stepper
from eos.validation import shown, whole

__all__ = ["SGD"]


@dataclass(frozen=True, eq=False)
class SGD(Stepper):
    """x <- x - eta grad f_B(x): f_B is the mean over a mini-batch B of `size` samples of the potential.

    An epoch goes through the samples once, in a random order that `seed` and its number give; what is left over at its
    end, fewer than `size`, is not seen. All runs of a batch see the same samples. The state is the number of steps
    taken, from which order and place follow. A potential that is no mean counts as one sample; ValueError where there
    are fewer than `size`.

    `threshold` is that of size = samples, 2 / eta. With smaller batches a run can be unstable below it: what is then
    said to stand near 2 / eta is the `batch_sharpness` (Andreyev and Beneventano, 2024).
    """

    size: int = 1
    seed: int = 0
    symbol = "2/η"

    def __post_init__(self):
        super().__post_init__()
        whole("size", self.size, 1)
        whole("seed", self.seed, 0)

    def init(self, potential, x):
        """No step taken."""
        self.rows(potential, 0)
        return 0

    def rows(self, potential, step: int) -> np.ndarray:
        """The numbers of the samples that a step sees, shape `(size,)`."""
        if self.size > potential.samples:
            few = f"at most the number of samples of the potential, {potential.samples}"
            raise ValueError(f"size must be {few}, got {shown(self.size)}")
        epoch, place = divmod(step, potential.samples // self.size)
        return _order(self.seed, epoch, potential.samples)[place * self.size : (place + 1) * self.size]

    def step(self, potential, x, state):
        return self.move(x, potential.minibatch(self.rows(potential, state)).gradient(x)), state + 1

    @property
    def threshold(self):
        return 2.0 / self.eta


@lru_cache(64)
def _order(seed: int, epoch: int, samples: int) -> np.ndarray:
    """The order of an epoch."""
    order = np.random.default_rng((seed, epoch)).permutation(samples)
    order.flags.writeable = False
    return order
