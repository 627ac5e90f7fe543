"""The passes through a network, forward and backward, and the local view that keeps what they find.

Samples run along the last axis, so that a layer is one matrix product, batches of parameters along the first ones.
"""

from __future__ import annotations

from math import prod

import numpy as np

from eos.potentials.activations import ACTIVATIONS
from eos.potentials.directions import Directions
from eos.potentials.layout import Parameters, multiplication, transposed
from eos.validation import broadcast, points, room

MOST_ACTIVE, MOST_PARAMETERS = 2**14, 2**20
"""Directions go together as long as the numbers of a layer, and of all the vectors, are no more than these."""


class LocalLoss:
    """A network's loss seen from one theta (or a batch): `value`, `gradient`, `hvp(v)`, `hessian`.

    Lists hold one entry a layer. The input `a` of a layer with a bias has a last row of ones, so that [W | b] a is
    the whole layer. A view may be moved to another theta of the same batch shape, which spares its arrays. A copy or
    a pickle of a view is a new view from where it stood, for the arrays here share memory, which copies would not.
    Where theta is so large that it overflows, NumPy warns.
    """

    def __init__(self, net, batch: tuple[int, ...]):
        layers, n = net.layout.layers, net.features.shape[1]
        self.batch, self.samples, self.dot = batch, n, multiplication(batch)
        self.phi, self.layout = ACTIVATIONS[net.activation], net.layout
        self.theta, self.slopes = Parameters(net.layout, batch), Parameters(net.layout, batch)
        self.rooms, self.outer = {}, [multiplication(batch, k.out) for k in layers]
        self.together = max(1, min(MOST_ACTIVE // (n * max(k.out for k in layers)), MOST_PARAMETERS // net.dim))
        self.z = [np.empty((*batch, k.out, n)) for k in layers]
        self.a = [net.features] + [np.ones((*batch, k.inp + k.bias, n)) for k in layers[1:]]
        self.h = [a[..., : k.inp, :] for a, k in zip(self.a, layers, strict=True)]
        self.a_t = [transposed(a) for a in self.a]
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
            self.net, self.a[0], self.a_t[0] = net, net.features, transposed(net.features)
        self.theta.load(x)
        last = len(self.z) - 1
        for i, wb in enumerate(self.theta.rows):
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
        for dz, a_t, slopes in zip(self.dz, self.a_t, self.slopes.rows, strict=True):
            self.dot(dz, a_t, out=slopes)
        return self.slopes.unload()

    @property
    def hessian(self) -> np.ndarray:
        """The Hessian, shape `(..., dim, dim)`: dim products."""
        n, count = self.layout.dim, prod(self.batch)
        room(f"the Hessian of {count} points with {n} parameters", 2, count, n, n)
        local = self.net.at(self.theta.unload()[..., None, :]) if self.batch else self
        return local.hvp(np.eye(n))

    def _backward(self):
        """dL/da and dL/dz of each layer."""
        if self.backed:
            return
        self.dz[-1], self.kept = self.net.criterion.slope(self.z[-1])
        for i in range(len(self.z) - 1, 0, -1):
            da = self.outer[i](self.theta.wt[i], self.dz[i], out=self.da[i - 1])
            self.slope[i - 1] = slope = self.phi.slope(self.z[i - 1], self.h[i])
            np.multiply(da, slope, out=self.dz[i - 1])
        self.backed = True

    def hvp(self, v) -> np.ndarray:
        """The Hessian times v, shape `(..., dim)`; the leading axes of v and theta broadcast."""
        v = points("v", v, self.layout.dim)
        if not self.batch:
            return self._along(v.reshape(-1, self.layout.dim)).reshape(v.shape)
        shape = broadcast("x", (*self.batch, self.layout.dim), "v", v.shape)
        own = (1,) * (len(shape) - 1 - len(self.batch)) + self.batch
        order = sorted(range(len(own)), key=lambda i: own[i] == 1)  # theta's axes, then those of directions alone
        v = np.broadcast_to(v, shape).transpose(*order, -1)
        k = prod(shape[i] for i in order if own[i] == 1)
        hv = self._along(v.reshape(*self.batch, k, self.layout.dim)).reshape(v.shape)
        return hv.transpose(*np.argsort(order), -1)

    def _along(self, v: np.ndarray) -> np.ndarray:
        """The products with k directions for each theta, v of shape `(..., k, dim)`, not too many at a time."""
        k, most = v.shape[-2], self.together
        if k > most:
            return np.concatenate([self._along(v[..., i : i + most, :]) for i in range(0, k, most)], axis=-2)
        if self.bends is None:
            self._backward()
            hidden = zip(self.da, self.z, self.h[1:], self.slope, strict=False)
            self.bends = [self.phi.bend and da * self.phi.bend(z, h, s) for da, z, h, s in hidden]
        if k not in self.rooms:
            self.rooms = {**dict([*self.rooms.items()][-2:]), k: Directions(self.layout, self.batch, k, self.samples)}
        return self.rooms[k].products(self, v)
