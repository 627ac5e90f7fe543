"""The layers of a network, and where their numbers stand: in theta, and in the matrices that the passes multiply.

The passes use an augmented order, each row of W followed by its bias: [W | b] is one matrix.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from eos.validation import shown


class Layer(NamedTuple):
    """One layer: entries start to stop of theta, W of shape (out, in), then b if `bias`."""

    start: int
    stop: int
    out: int
    inp: int
    bias: bool


@dataclass(frozen=True)
class Layout:
    """The layers of a network."""

    layers: tuple[Layer, ...]

    @classmethod
    def of(cls, inputs: int, hidden: tuple[int, ...], outputs: int, biases) -> Layout:
        """From the widths; `biases` is one flag, or one a layer, and a ValueError where it is neither."""
        widths = (inputs, *hidden, outputs)
        flags = biases.tolist() if isinstance(biases, np.ndarray) else biases
        flags = (flags,) * (len(widths) - 1) if isinstance(flags, bool | np.bool_) else flags
        wrong = not isinstance(flags, tuple | list) or len(flags) != len(widths) - 1
        if wrong or not all(isinstance(flag, bool | np.bool_) for flag in flags):
            raise ValueError(f"biases must be True, False or {len(widths) - 1} such flags, got {shown(biases)}")
        layers, start = [], 0
        for (inp, out), bias in zip(pairwise(widths), flags, strict=True):
            stop = start + out * (inp + bool(bias))
            layers.append(Layer(start, stop, out, inp, bool(bias)))
            start = stop
        return cls(tuple(layers))

    @cached_property
    def dim(self) -> int:
        """Number of parameters."""
        return self.layers[-1].stop

    @lru_cache(maxsize=8)  # noqa: B019 - layouts are few and live as long as their networks
    def order(self, k: int) -> tuple[np.ndarray, np.ndarray]:
        """Where the entries of `Parameters` stand in a block (k, dim) that is flattened, and the way back."""
        parts, vectors = [], self.dim * np.arange(k)[:, None]
        for start, stop, out, inp, bias in self.layers:
            weights = np.arange(start, start + out * inp).reshape(out, inp)
            rows = np.hstack([weights, np.arange(start + out * inp, stop)[:, None]]) if bias else weights
            parts.append((rows[:, None] + vectors).ravel())
        order = np.concatenate(parts)
        inverse = np.empty_like(order)
        inverse[order] = np.arange(order.size)
        return order, inverse


class Parameters:
    """k vectors of parameters in an augmented order, and its views, one a layer.

    Row j of a layer's [W | b] stands k times, once for each vector: `rows` has shape `(..., out k, in + bias)`, `side`
    `(..., out, k (in + bias))`. For k = 1 both are [W | b] itself, and `wt` is W transposed.
    """

    def __init__(self, layout: Layout, batch: tuple[int, ...], k: int = 1):
        self.layout, self.shape, self.flat = layout, (*batch, k, layout.dim), np.empty((*batch, k * layout.dim))
        self.order, self.inverse = layout.order(k)
        spans = [self.flat[..., k * m.start : k * m.stop] for m in layout.layers]
        self.rows = [a.reshape(*batch, m.out * k, m.inp + m.bias) for a, m in zip(spans, layout.layers, strict=True)]
        self.side = [a.reshape(*batch, m.out, k * (m.inp + m.bias)) for a, m in zip(spans, layout.layers, strict=True)]
        self.wt = [transposed(a[..., : m.inp]) for a, m in zip(self.rows, layout.layers, strict=True)]

    def load(self, theta: np.ndarray):
        """Take k vectors for each of a batch, shape `(..., k, dim)`; without the axis of k where it is 1."""
        theta.reshape(self.flat.shape).take(self.order, axis=-1, out=self.flat, mode="clip")

    def unload(self) -> np.ndarray:
        """The numbers in theta's order, a new array of shape `(..., k dim)`."""
        return self.flat.take(self.inverse, axis=-1)


def transposed(matrix: np.ndarray) -> np.ndarray:
    """The matrix, or each of a batch, seen the other way."""
    return matrix.swapaxes(-1, -2)


def multiplication(batch: tuple[int, ...], inner: int = 2):
    """The quickest product of matrices whose sums have `inner` terms: `numpy.matmul` is slow for a single one."""
    return np.multiply if inner == 1 else np.matmul if batch else np.ndarray.dot
