"""The passes through a network: forward, backward, and the R-operator that gives Hessian-vector products.

Samples run along the last axis, so that a layer is one matrix product, batches of parameters along the first ones.
Parameters are held in an augmented order, each row of W followed by its bias: [W | b] is one matrix.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from eos.potentials.activations import ACTIVATIONS
from eos.validation import broadcast, points, shown


class Layer(NamedTuple):
    """One layer: entries start to stop of theta, W of shape (out, in), then b if `bias`."""

    start: int
    stop: int
    out: int
    inp: int
    bias: bool


@dataclass(frozen=True)
class Layout:
    """The layers of a network. Passes use an augmented order, each row of W followed by its bias."""

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

    @cached_property
    def order(self) -> np.ndarray:
        """theta's entries in the augmented order, in which [W | b] is one matrix."""
        parts = []
        for start, stop, out, inp, bias in self.layers:
            weights = np.arange(start, start + out * inp).reshape(out, inp)
            rows = np.hstack([weights, np.arange(start + out * inp, stop)[:, None]]) if bias else weights
            parts.append(rows.ravel())
        return np.concatenate(parts)

    @cached_property
    def inverse(self) -> np.ndarray:
        """The augmented order's entries in theta's."""
        return np.argsort(self.order)


class LocalLoss:
    """A network's loss seen from one theta (or a batch): `value`, `gradient`, `hvp(v)`, `hessian`.

    Lists hold one entry a layer. The input `a` of a layer with a bias has a last row of ones, so that [W | b] a is
    the whole layer. A view may be moved to another theta of the same batch shape, which spares its arrays. A copy or
    a pickle of a view is a new view from where it stood, for the arrays here share memory, which copies would not.
    Where theta is so large that it overflows, NumPy warns.
    """

    def __init__(self, net, batch: tuple[int, ...]):
        layers, n = net.layout.layers, net.features.shape[1]
        self.batch, self.samples, self.dot = batch, n, np.matmul if batch else np.ndarray.dot
        self.phi, self.layout = ACTIVATIONS[net.activation], net.layout
        self.theta, self.slopes = Parameters(net.layout, batch), Parameters(net.layout, batch)
        self.v = self.hv = None
        self.z = [np.empty((*batch, k.out, n)) for k in layers]
        self.a = [net.features] + [np.ones((*batch, k.inp + k.bias, n)) for k in layers[1:]]
        self.h = [a[..., : k.inp, :] for a, k in zip(self.a, layers, strict=True)]
        self.a_t = [_transpose(a) for a in self.a]
        self.da = [np.empty_like(z) for z in self.z[:-1]]
        self.dz = [np.empty_like(z) for z in self.z]
        self.slope, self.net = [None] * len(self.da), None

    def __reduce__(self):
        return self.net.at, (self.theta.unload(),)

    def move_to(self, x) -> LocalLoss:
        """This very view, moved to x: it is no longer where it was. ValueError if x has not the shape of before."""
        x = points("x", x, self.layout.dim)
        if x.shape[:-1] != self.batch:
            raise ValueError(f"x has shape {x.shape}, but this view is of shape {(*self.batch, self.layout.dim)}")
        return self.forward(self.net, x)

    def stands_at(self, net, x: np.ndarray) -> bool:
        """Whether it has seen this network from x already."""
        return self.net is net and np.array_equal(self.theta.unload(), x)

    def forward(self, net, x: np.ndarray) -> LocalLoss:
        """The forward pass at x, unchecked, of a network of these layers with as many samples."""
        if net is not self.net:
            self.net, self.a[0], self.a_t[0] = net, net.features, _transpose(net.features)
        self.theta.load(x)
        last = len(self.z) - 1
        for i, wb in enumerate(self.theta.wb):
            z = self.dot(wb, self.a[i], out=self.z[i])
            if i < last:
                self.phi.value(z, out=self.h[i + 1])
        self.bends, self.backed = None, False
        return self

    @property
    def value(self):
        """The loss, shape `(...)`."""
        return self.net.criterion.value(self.z[-1])

    @property
    def gradient(self) -> np.ndarray:
        """The gradient, shape `(..., dim)`."""
        self._backward()
        return self.slopes.unload()

    @property
    def hessian(self) -> np.ndarray:
        """The Hessian, shape `(..., dim, dim)`: dim products."""
        local = self.net.at(self.theta.unload()[..., None, :]) if self.batch else self
        return local.hvp(np.eye(self.layout.dim))

    def _backward(self):
        """dL/da and dL/dz of each layer, and from them the gradient."""
        if self.backed:
            return
        self.dz[-1], self.kept = self.net.criterion.slope(self.z[-1])
        for i in reversed(range(len(self.z))):
            self.dot(self.dz[i], self.a_t[i], out=self.slopes.wb[i])
            if i:
                da = self.dot(self.theta.wt[i], self.dz[i], out=self.da[i - 1])
                self.slope[i - 1] = slope = self.phi.slope(self.z[i - 1], self.h[i])
                np.multiply(da, slope, out=self.dz[i - 1])
        self.backed = True

    def _prepare(self, batch: tuple[int, ...]):
        """What all products share: the backward pass, dL/da phi''(z) of each hidden layer, room for v and H v."""
        if self.bends is None:
            self._backward()
            hidden = zip(self.da, self.z, self.h[1:], self.slope, strict=False)
            self.bends = [self.phi.bend and da * self.phi.bend(z, h, s) for da, z, h, s in hidden]
        if self.v is None or self.v.batch != batch:
            self.v, self.hv = Parameters(self.layout, batch), Parameters(self.layout, batch)

    def hvp(self, v) -> np.ndarray:
        """The Hessian times v, shape `(..., dim)`; the leading axes of v and theta broadcast.

        The R-operator: rz is the derivative of z along v, and so on.
        """
        v = points("v", v, self.layout.dim)
        batch = ()
        if self.batch or v.ndim > 1:
            batch = broadcast("x", (*self.batch, self.layout.dim), "v", v.shape)[:-1]
        self._prepare(batch)
        self.v.load(v)
        dot, theta, v, hv = np.matmul if batch else np.ndarray.dot, self.theta, self.v, self.hv
        rz, ra = [dot(v.wb[0], self.a[0])], [None]
        for i in range(1, len(self.z)):
            ra.append(rz[-1] * self.slope[i - 1])
            rz.append(dot(v.wb[i], self.a[i]))
            rz[i] += dot(theta.w[i], ra[i])
        rdz = self.net.criterion.bend(self.kept, rz[-1])
        for i in reversed(range(len(self.z))):
            dot(rdz, self.a_t[i], out=hv.wb[i])
            if i:
                weights = hv.w[i]
                weights += dot(self.dz[i], _transpose(ra[i]))
                rda = dot(theta.wt[i], rdz)
                rda += dot(v.wt[i], self.dz[i])
                rda *= self.slope[i - 1]
                bend = self.bends[i - 1]
                rdz = rda if bend is None else np.add(rda, bend * rz[i - 1], out=rda)
        return hv.unload()


class Parameters:
    """A vector of parameters and its views, one a layer: `wb` = [W | b], `w` = W, `wt` = W transposed."""

    def __init__(self, layout: Layout, batch: tuple[int, ...]):
        self.layout, self.batch, self.flat = layout, batch, np.empty((*batch, layout.dim))
        layers = layout.layers
        self.wb = [self.flat[..., k.start : k.stop].reshape(*batch, k.out, k.inp + k.bias) for k in layers]
        self.w = [wb[..., : k.inp] for wb, k in zip(self.wb, layers, strict=True)]
        self.wt = [_transpose(w) for w in self.w]

    def load(self, theta: np.ndarray):
        """Take the numbers of theta; its leading axes broadcast."""
        if theta.shape != self.flat.shape:
            theta = np.broadcast_to(theta, self.flat.shape)
        theta.take(self.layout.order, axis=-1, out=self.flat, mode="clip")

    def unload(self) -> np.ndarray:
        """The numbers in theta's order, a new array."""
        return self.flat.take(self.layout.inverse, axis=-1)


def _transpose(matrix: np.ndarray) -> np.ndarray:
    return matrix.swapaxes(-1, -2)

