"""Hessian-vector products of a network by the R-operator (Pearlmutter, 1994), many directions at once.

rz is the derivative of z along a direction v, and so on. What k directions need of a layer is one matrix product:
arrays of shape `(..., width, k, n)` are matrices of k n columns for what multiplies from the left, and of width k rows
for what multiplies from the right. The theta that the directions start from is that of a `LocalLoss`.
"""

import numpy as np

from eos.potentials.layout import Layout, Parameters, multiplication, transposed


class Directions:
    """Room for k directions at a theta, or at each of a batch, and for what n samples make of them.

    It takes about six times k n floats a unit, and two times k a parameter.
    """

    def __init__(self, layout: Layout, batch: tuple[int, ...], k: int, n: int):
        layers = layout.layers
        self.dot, self.outer = multiplication(batch), [multiplication(batch, m.out) for m in layers]
        self.v, self.hv = Parameters(layout, batch, k), Parameters(layout, batch, k)
        self.v_t = [transposed(side) for side in self.v.side]
        self.hw = [np.empty_like(side) for side in self.hv.side]

        def room(*shapes):
            """Arrays of these shapes, as matrices of n columns, and as ones of k n columns."""
            arrays = [np.zeros((*batch, *shape)) for shape in shapes]
            rows = [a.reshape(*batch, s[0] * s[1], n) for a, s in zip(arrays, shapes, strict=True)]
            return arrays, rows, [a.reshape(*batch, s[0], s[1] * n) for a, s in zip(arrays, shapes, strict=True)]

        self.rz, self.rz_rows, self.rz_columns = room(*((m.out, k, n) for m in layers))
        self.more = room(*((m.out, k, n) for m in layers))[2]
        # One row more where there is a bias: zeros in ra, for a bias acts on a constant.
        ra, rows, self.ra_columns = room(*((m.inp + m.bias, k, n) for m in layers))
        self.ra = [a[..., : m.inp, :, :] for a, m in zip(ra, layers, strict=True)]
        self.by_direction, rows, _ = (None, rows, None) if k == 1 else room(*((k, m.inp + m.bias, n) for m in layers))
        self.ra_t = [transposed(a) for a in rows]
        self.rda, self.rda_rows, self.rda_columns = room(*((m.inp, k, n) for m in layers))
        more, self.more_rows, _ = room(*((k, m.inp + m.bias, n) for m in layers))
        self.more_rda = [a[..., : m.inp, :].swapaxes(-2, -3) for a, m in zip(more, layers, strict=True)]

    def products(self, at, v: np.ndarray) -> np.ndarray:
        """The Hessian at the theta of a `LocalLoss` times v, shape `(..., k, dim)`."""
        self.v.load(v)
        self._forward(at)
        rdz = at.net.criterion.bend(at.kept, self.rz[-1])
        last = len(self.rz) - 1
        rows, columns = rdz.reshape(self.rz_rows[last].shape), rdz.reshape(self.rz_columns[last].shape)
        for i in range(last, 0, -1):
            self._weights(at, i, rows)
            self._backward(at, i, columns)
            rows, columns = self.rda_rows[i], self.rda_columns[i]
        self.dot(rows, at.a_t[0], out=self.hv.rows[0])
        return self.hv.unload().reshape(v.shape)

    def _forward(self, at):
        """rz = V a + W ra of each layer, and ra = phi'(z) rz."""
        for i, rz in enumerate(self.rz_columns):
            self.dot(self.v.rows[i], at.a[i], out=self.rz_rows[i])
            if i:
                np.multiply(self.rz[i - 1], at.slope[i - 1][..., None, :], out=self.ra[i])
                rz += self.dot(at.theta.rows[i], self.ra_columns[i], out=self.more[i])

    def _weights(self, at, i, rdz):
        """The rows of H v that are layer i's: rdz a^T + dz ra^T."""
        self.dot(rdz, at.a_t[i], out=self.hv.rows[i])
        if self.by_direction:
            self.by_direction[i][..., : self.ra[i].shape[-3], :] = self.ra[i].swapaxes(-2, -3)
        sums = self.hv.side[i]
        sums += self.dot(at.dz[i], self.ra_t[i], out=self.hw[i])

    def _backward(self, at, i, rdz):
        """rda = W^T rdz + V^T dz, and from it the rdz of the layer below: phi'(z) rda + phi''(z) da rz."""
        self.outer[i](at.theta.wt[i], rdz, out=self.rda_columns[i])
        self.outer[i](self.v_t[i], at.dz[i], out=self.more_rows[i])
        rda, rz, bend = self.rda[i], self.rz[i - 1], at.bends[i - 1]
        rda += self.more_rda[i]
        rda *= at.slope[i - 1][..., None, :]
        if bend is not None:
            rz *= bend[..., None, :]
            rda += rz
