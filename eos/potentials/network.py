"""A neural network's training loss as a potential: theta is the point, and every tool of the course applies.

Layers compute z = W a + b, with W of shape (out, in). theta = [W1, b1, W2, b2, ...], each flattened in C order, a
missing bias left out.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from eos.potentials.activations import ACTIVATIONS
from eos.potentials.backprop import LocalLoss
from eos.potentials.double_r import third_derivative
from eos.potentials.layout import Layout
from eos.potentials.losses import LOSSES, CrossEntropy, SquaredError
from eos.potentials.potential import Potential
from eos.validation import finite, generator, labels, numbers, points, positive, room, sample_numbers, shown, whole

__all__ = ["MLPLoss"]


@dataclass(frozen=True, eq=False)
class MLPLoss(Potential):
    """The mean loss of a multilayer perceptron over a data set, as a function of its parameters theta.

    inputs        (n,) or (n, features)
    targets       squared_error: (n,) or (n, outputs); cross_entropy: n integer labels 0, 1, ...
    hidden        widths of the hidden layers; () is a linear model
    activation    "tanh", "relu", "leaky_relu", "elu", "sigmoid", "softplus", "silu" or "identity"
    loss          "squared_error": (1/n) sum |f(x_i) - y_i|^2 / 2; "cross_entropy": mean, natural logarithm
    biases        one flag for all layers, or one a layer (hidden layers first, output last)
    outputs       number of outputs; by default what the targets show

    theta has shape `(..., dim)`; a batch gives the same as its rows one by one, but for rounding, which a run at the
    edge makes grow. Raises ValueError for data or options that do not fit, each other or the memory.
    Hessian-vector products are exact, by the R-operator (Pearlmutter, 1994). A point seen takes about six floats a unit
    and sample, a direction in which it is seen six more, two a parameter besides.
    """

    inputs: np.ndarray = field(repr=False)
    targets: np.ndarray = field(repr=False)
    hidden: tuple[int, ...] = (20, 20)
    activation: str = "tanh"
    loss: str = "squared_error"
    biases: bool | tuple[bool, ...] = True
    outputs: int | None = None
    layout: Layout = field(init=False, repr=False)
    """Where each layer lives in theta."""
    features: np.ndarray = field(init=False, repr=False)
    """The inputs as the first layer takes them, shape (features, n), with a last row of ones where it has a bias."""
    criterion: SquaredError | CrossEntropy = field(init=False, repr=False)
    """The loss as a function of the outputs, targets included."""
    spare: list[LocalLoss] = field(init=False, repr=False)
    """Views that lend their arrays, which is half the cost of a small step; shared with mini-batches."""

    def __post_init__(self):
        if not isinstance(self.activation, str) or self.activation not in ACTIVATIONS:
            raise ValueError(f"activation must be one of {', '.join(ACTIVATIONS)}; got {shown(self.activation)}")
        inputs = _data("inputs", self.inputs)
        if self.outputs is not None:
            whole("outputs", self.outputs, 1)
        if not isinstance(self.loss, str) or self.loss not in LOSSES:
            raise ValueError(f"loss must be one of {', '.join(LOSSES)}; got {shown(self.loss)}")
        (targets, outputs), hidden = self._targets(len(inputs)), _widths(self.hidden)
        layout = Layout.of(inputs.shape[1], hidden, outputs, self.biases)
        units = sum(layer.out for layer in layout.layers)
        room(f"hidden is {shown(hidden)}, outputs {shown(outputs)}", 4, layout.dim + units * len(inputs))
        features = np.ones((inputs.shape[1] + layout.layers[0].bias, len(inputs)))
        features[: inputs.shape[1]] = inputs.T
        self.__dict__.update(
            inputs=inputs, targets=targets, hidden=hidden, outputs=outputs, layout=layout, features=features,
            criterion=LOSSES[self.loss](targets), spare=[],
        )  # fmt: skip

    @property
    def dim(self) -> int:
        """Number of parameters."""
        return self.layout.dim

    @property
    def samples(self) -> int:
        """Number of samples."""
        return len(self.inputs)

    @property
    def work(self) -> int:
        """Its parameters, and the activations of all samples."""
        return self.dim + len(self.inputs) * sum(layer.out for layer in self.layout.layers)

    @np.errstate(all="ignore")
    def value(self, x):
        return self._ask(x, "value")

    def gradient(self, x):
        return self._ask(x, "gradient")

    @np.errstate(all="ignore")
    def hvp(self, x, v):
        return self._ask(x, "hvp", v)

    @np.errstate(all="ignore")
    def third(self, x, u, v):
        """The gradient of u.Hv, exactly, shape `(..., dim)`: the R-operator twice."""
        return third_derivative(self, x, u, v)

    def at(self, x) -> LocalLoss:
        """The local view at theta, with the forward and backward pass done once for many products."""
        x = points("x", x, self.layout.dim)
        return LocalLoss(self, x.shape[:-1]).forward(self, x)

    def minibatch(self, rows) -> MLPLoss:
        """The same network's loss on a mini-batch of its samples: `rows` are their numbers, shape (m,), from 0 on.

        It costs a copy of these samples; the rest is shared. Raises ValueError for other rows.
        """
        part, places = object.__new__(MLPLoss), sample_numbers(rows, self.samples)
        inputs, targets = self.inputs.take(places, 0), self.targets.take(places, 0)
        own = {"features": self.features.take(places, 1), "criterion": LOSSES[self.loss](targets)}
        part.__dict__.update(self.__dict__, inputs=inputs, targets=targets, **own)
        return part

    def _ask(self, x, what: str, v=None):
        """The answer of a view, one that was used before where there is one of this shape."""
        x = points("x", x, self.layout.dim)
        try:
            view = self.spare.pop()  # in one go: a slider's thread and a cell never share one
        except IndexError:
            view = None
        other = view is None or view.batch != x.shape[:-1]
        if other or (view.net is not self and view.samples != len(self.inputs)):
            view = LocalLoss(self, x.shape[:-1])
        if v is None or not view.stands_at(self, x):
            view.forward(self, x)
        answer = getattr(view, what) if v is None else view.hvp(v)
        self.spare.append(view)
        return answer

    def __getstate__(self):
        return self.__dict__ | {"spare": []}

    @np.errstate(all="ignore")
    def predict(self, theta, inputs=None) -> np.ndarray:
        """The network's outputs, shape `(..., n, outputs)`, at its own inputs or at others of the same width."""
        a = self.inputs if inputs is None else _data("inputs", inputs)
        if a.shape[1] != self.layout.layers[0].inp:
            raise ValueError(f"inputs has {a.shape[1]} features, but the network takes {self.layout.layers[0].inp}")
        layers = self.unpack(theta)
        for number, (weights, bias) in enumerate(layers, start=1):
            z = a @ np.swapaxes(weights, -1, -2)
            z = z if bias is None else z + bias[..., None, :]
            a = ACTIVATIONS[self.activation].value(z, out=z) if number < len(layers) else z
        return a

    def unpack(self, theta) -> list[tuple[np.ndarray, np.ndarray | None]]:
        """theta as [(W, b), ...], views of shape `(..., out, in)` and `(..., out)`; b is None where there is none."""
        theta = points("theta", theta, self.layout.dim)
        batch, parts = theta.shape[:-1], []
        for start, stop, out, inp, bias in self.layout.layers:
            middle = start + out * inp
            weights = theta[..., start:middle].reshape(*batch, out, inp)
            parts.append((weights, theta[..., middle:stop] if bias else None))
        return parts

    def pack(self, parts) -> np.ndarray:
        """The inverse of `unpack`: theta from [(W, b), ...]; raises ValueError where a shape is wrong."""
        try:
            parts = [(weights, bias) for weights, bias in parts]
        except (TypeError, ValueError) as error:
            raise ValueError(f"parts must be pairs (W, b), one a layer, got {shown(parts)}") from error
        if len(parts) != len(self.layout.layers):
            raise ValueError(f"parts has {len(parts)} layers, but the network has {len(self.layout.layers)}")
        flat = []
        for number, (layer, (weights, bias)) in enumerate(zip(self.layout.layers, parts, strict=True), start=1):
            weights = numbers(f"W of layer {number}", weights)
            if weights.shape[-2:] != (layer.out, layer.inp) or (bias is not None) != layer.bias:
                given = f"W has shape {weights.shape} and b is {'absent' if bias is None else 'given'}"
                needed = f"{(layer.out, layer.inp)} and {'a bias' if layer.bias else 'no bias'}"
                raise ValueError(f"layer {number}: {given}; needed are {needed}")
            flat.append(weights.reshape(*weights.shape[:-2], -1))
            flat += [points(f"b of layer {number}", bias, layer.out)] if layer.bias else []
        if len(shapes := {part.shape[:-1] for part in flat}) > 1:
            raise ValueError(f"parts has layers of the batch shapes {', '.join(map(str, sorted(shapes)))}: give one")
        return np.concatenate(flat, axis=-1)

    def init_xavier(self, seed=0, gain: float = 1.9) -> np.ndarray:
        """Random theta as in the toy network of Cohen et al. (2021), shape `(dim,)`.

        W ~ N(0, g^2 2 / (in + out)) with g = `gain` in hidden layers and 1 in the last; biases zero.
        `seed` is an integer or a NumPy Generator; weights are drawn layer by layer.
        """
        rng, last, parts = generator(seed), len(self.layout.layers) - 1, []
        positive("gain", gain)
        for i, k in enumerate(self.layout.layers):
            spread = (gain if i < last else 1.0) * np.sqrt(2.0 / (k.inp + k.out))
            parts.append((spread * rng.standard_normal((k.out, k.inp)), np.zeros(k.out) if k.bias else None))
        return self.pack(parts)

    def init_torch(self, seed=0) -> np.ndarray:
        """Random theta as torch.nn.Linear draws it: all of a layer uniform within 1 / sqrt(in), shape `(dim,)`."""
        rng, parts = generator(seed), []
        for k in self.layout.layers:
            r = 1.0 / np.sqrt(k.inp)
            parts.append((rng.uniform(-r, r, (k.out, k.inp)), rng.uniform(-r, r, k.out) if k.bias else None))
        return self.pack(parts)

    def _targets(self, n: int) -> tuple[np.ndarray, int]:
        """The n targets as the loss takes them, and the number of outputs."""
        if self.loss == "cross_entropy":
            targets = labels("targets", self.targets, n, self.outputs, "outputs")
            return targets, int(targets.max()) + 1 if self.outputs is None else int(self.outputs)
        targets = _data("targets", self.targets)
        if len(targets) != n:
            raise ValueError(f"targets has {len(targets)} samples, but inputs has {n}")
        if self.outputs not in (None, targets.shape[1]):
            raise ValueError(f"outputs is {shown(self.outputs)}, but targets has {targets.shape[1]} columns")
        return targets, targets.shape[1]


def _widths(hidden) -> tuple[int, ...]:
    given = hidden.tolist() if isinstance(hidden, np.ndarray) else hidden
    if not isinstance(given, tuple | list):
        raise ValueError(f"hidden must be a tuple of positive whole numbers, got {shown(hidden)}")
    return tuple(whole("each width in hidden", width, 1) for width in given)


def _data(name: str, data) -> np.ndarray:
    """`data` as a finite float array of shape (n, columns)."""
    array = np.array(numbers(name, data, "numbers of shape (n,) or (n, columns)"))
    array = array[:, None] if array.ndim == 1 else array
    if array.ndim != 2 or array.size == 0:
        raise ValueError(f"{name} has shape {array.shape}, but must be (n,) or (n, columns), with n at least 1")
    return finite(name, array)
