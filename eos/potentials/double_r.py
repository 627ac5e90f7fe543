"""The R-operator twice: third derivatives of a network's loss, exactly.

The R-operator (Pearlmutter, 1994) is the derivative of every number of the passes along a direction of theta. Here it
is taken along two, u and v: a number q comes with its derivatives qu and qv, and with quv, the derivative along both.
What the backward pass then has in place of the gradient is its derivative along u and v, which is the gradient of u.Hv.
"""

import numpy as np

from eos.potentials.activations import ACTIVATIONS
from eos.potentials.layout import Parameters
from eos.validation import broadcast, points

_sigmoid_slope = ACTIVATIONS["sigmoid"].slope

TWISTS = {
    "tanh": lambda z, a, s: s * (4.0 * a * a - 2.0 * s),
    "elu": lambda z, a, s: np.where(z > 0, 0.0, s),
    "sigmoid": lambda z, a, s: s * (1.0 - 6.0 * s),
    "softplus": lambda z, a, s: -_sigmoid_slope(z) * np.tanh(0.5 * z),
    "silu": lambda z, a, s: _sigmoid_slope(z) * (z * (1.0 - 6.0 * _sigmoid_slope(z)) - 3.0 * np.tanh(0.5 * z)),
}
"""The activations' third derivatives, from z, a = phi(z) and its slope s; those not named here have none."""


def third_derivative(net, x, u, v) -> np.ndarray:
    """The gradient of u.Hv at x, shape `(..., dim)`; the leading axes of x, u and v broadcast."""
    given = [points(name, array, net.layout.dim) for name, array in (("x", x), ("u", u), ("v", v))]
    batch = broadcast("x", given[0].shape, "u", given[1].shape)
    batch = broadcast("x and u", batch, "v", given[2].shape)[:-1]
    w, wu, wv, out = (Parameters(net.layout, batch) for _ in range(4))
    for parameters, array in zip((w, wu, wv), given, strict=True):
        parameters.load(np.broadcast_to(array, (*batch, net.layout.dim)))
    inputs, outputs = _forward(net, w, wu, wv)
    _backward(net, (w, wu, wv), inputs, outputs, out)
    return out.unload()


def _forward(net, w, wu, wv):
    """Two lists, an entry a layer: what goes in (a, au, av, auv; the first layer's is fixed), and what z comes out."""
    (a, au, av, auv), inputs, outputs = (net.features, None, None, None), [], []
    for i in range(len(w.rows)):
        z, zu, zv = w.rows[i] @ a, wu.rows[i] @ a, wv.rows[i] @ a
        zuv = np.zeros_like(z)
        if i:
            matrix, along_u, along_v = (_weights(parameters, i) for parameters in (w, wu, wv))
            zu, zv, zuv = zu + matrix @ au, zv + matrix @ av, along_u @ av + along_v @ au + matrix @ auv
        inputs.append((a, au, av, auv))
        outputs.append((z, zu, zv, zuv))
        if i < len(w.rows) - 1:
            h, slope, bend, _ = _shape(net, z)
            au, av, auv = slope * zu, slope * zv, bend * zu * zv + slope * zuv
            a = np.concatenate([h, np.ones_like(h[..., :1, :])], axis=-2) if net.layout.layers[i + 1].bias else h
    return inputs, outputs


def _backward(net, parameters, inputs, outputs, out):
    """The derivative along u and v of the gradient, into `out`, from the last layer to the first."""
    (w, wu, wv), (z, zu, zv, zuv) = parameters, outputs[-1]
    d, kept = net.criterion.slope(z)

    def bend(kept, along):
        return net.criterion.bend(kept, along[..., None, :])[..., 0, :]

    du, dv, duv = bend(kept, zu), bend(kept, zv), bend(kept, zuv) + net.criterion.twist(kept, zu, zv)
    for i in reversed(range(len(outputs))):
        a, au, av, auv = inputs[i]
        out.rows[i][...] = duv @ a.swapaxes(-1, -2)
        if not i:
            return
        for slope, value in ((du, av), (dv, au), (d, auv)):
            weights = _weights(out, i)
            weights += slope @ value.swapaxes(-1, -2)
        e, eu, ev = w.wt[i] @ d, w.wt[i] @ du + wu.wt[i] @ d, w.wt[i] @ dv + wv.wt[i] @ d
        euv = w.wt[i] @ duv + wu.wt[i] @ dv + wv.wt[i] @ du
        z, zu, zv, zuv = outputs[i - 1]
        _, slope, bend, twist = _shape(net, z)
        d, du, dv = e * slope, eu * slope + e * bend * zu, ev * slope + e * bend * zv
        duv = euv * slope + (eu * zv + ev * zu + e * zuv) * bend + e * twist * zu * zv


def _weights(parameters: Parameters, i: int) -> np.ndarray:
    """W of a layer, without its bias: a view."""
    return parameters.rows[i][..., : parameters.layout.layers[i].inp]


def _shape(net, z):
    """An activation and its first three derivatives at z."""
    phi, twist = ACTIVATIONS[net.activation], TWISTS.get(net.activation)
    h = phi.value(z, out=np.empty_like(z))
    slope = phi.slope(z, h)
    return h, slope, phi.bend(z, h, slope) if phi.bend else 0.0, twist(z, h, slope) if twist else 0.0
