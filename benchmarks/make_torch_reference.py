"""What PyTorch says about small networks: `python benchmarks/make_torch_reference.py`.

Needs PyTorch: `pip install -e ".[bench]"`. The tests do not, for they read the file that it leaves.

Writes tests/data/torch_reference.npz, for the tests: for each network its data, options and
parameters, and in float64, by double backward, its loss, gradient, a Hessian-vector product and the
three largest eigenvalues; and one run of gradient descent before the edge with its losses and
sharpness. Keys are "network/item".
"""

from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.func import functional_call
from torch.nn.utils import parameters_to_vector

FILE = Path(__file__).parents[1] / "tests" / "data" / "torch_reference.npz"
ACTIVATIONS = {
    "tanh": nn.Tanh(),
    "relu": nn.ReLU(),
    "leaky_relu": nn.LeakyReLU(0.01),
    "elu": nn.ELU(),
    "sigmoid": nn.Sigmoid(),
    "softplus": nn.Softplus(threshold=100.0),  # by default PyTorch cuts it short at 20
    "silu": nn.SiLU(),
    "identity": nn.Identity(),
}
NETWORKS = {
    "linear": {"hidden": (), "activation": "identity"},
    "tanh": {"hidden": (6, 5)},
    "relu": {"hidden": (8, 4), "activation": "relu", "loss_name": "cross_entropy"},
    "leaky_relu": {"hidden": (5, 5), "activation": "leaky_relu"},
    "elu": {"hidden": (6, 4), "activation": "elu", "biases": (True, False, True)},
    "sigmoid": {"hidden": (6, 4), "activation": "sigmoid", "loss_name": "cross_entropy"},
    "softplus": {"hidden": (6,), "activation": "softplus"},
    "silu": {"hidden": (5, 4), "activation": "silu", "biases": (False, True, False)},
    "deep": {"hidden": (4, 4, 4, 4), "loss_name": "cross_entropy", "n": 20},
    "saturated": {"hidden": (5, 4), "activation": "sigmoid", "scale": 50.0},
    "confident": {"hidden": (6,), "loss_name": "cross_entropy", "scale": 20.0},
}


def chebyshev_run_options() -> dict:
    """Cohen et al.'s toy task: 20 points of the Chebyshev polynomial of degree 4."""
    x = np.linspace(-1.0, 1.0, 20)[:, None]
    return {
        "inputs": x,
        "targets": 8 * x**4 - 8 * x**2 + 1,
        "hidden": (10,),
        "biases": (True, False),
    }


def make_module(inputs: int, hidden, outputs: int, activation: str, biases) -> nn.Sequential:
    """Linear layers with an activation after each but the last."""
    widths, parts = (inputs, *hidden, outputs), []
    for i, bias in enumerate(biases):
        parts += [nn.Linear(widths[i], widths[i + 1], bias=bias), ACTIVATIONS[activation]]
    return nn.Sequential(*parts[:-1])


def random_data(rng, loss_name: str, n: int, outputs: int = 3):
    """n samples of two features, with labels or targets."""
    inputs = rng.standard_normal((n, 2))
    labels = rng.integers(0, outputs, n)
    return inputs, labels if loss_name == "cross_entropy" else rng.standard_normal((n, outputs))


def loss_function(module: nn.Module, inputs, targets, loss_name: str):
    """The loss as a function of the vector of all parameters, in PyTorch's own order."""
    names = {name: part.shape for name, part in module.named_parameters()}
    x, y = torch.tensor(inputs), torch.tensor(targets)

    def loss(theta):
        pieces = theta.split([shape.numel() for shape in names.values()])
        parts = {k: piece.view(s) for (k, s), piece in zip(names.items(), pieces, strict=True)}
        z = functional_call(module, parts, (x,))
        if loss_name == "cross_entropy":
            return nn.functional.cross_entropy(z, y)
        return 0.5 * torch.square(z - y).sum(1).mean()

    return loss


def derivatives(loss, theta: torch.Tensor, v: torch.Tensor) -> dict:
    """Loss, gradient, Hessian times v and the three largest eigenvalues."""
    theta = theta.clone().requires_grad_()
    value = loss(theta)
    (gradient,) = torch.autograd.grad(value, theta, create_graph=True)
    (product,) = torch.autograd.grad(gradient @ v, theta, retain_graph=True)
    return {
        "theta": theta.detach(), "v": v, "loss": value.detach(), "gradient": gradient.detach(),
        "hvp": product, "eigenvalues": top(loss, theta, 3),
    }  # fmt: skip


def top(loss, theta: torch.Tensor, k: int) -> torch.Tensor:
    """The k largest eigenvalues of the Hessian, the largest first."""
    hessian = torch.autograd.functional.hessian(loss, theta.detach())
    return torch.linalg.eigvalsh(hessian).flip(0)[:k]


def network(
    seed: int, hidden, activation="tanh", loss_name="squared_error", biases=None, n=7, scale=1.0
):
    """All that is stored about one random network."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    biases = biases or (True,) * (len(hidden) + 1)
    inputs, targets = random_data(rng, loss_name, n)
    module = make_module(2, hidden, 3, activation, biases)
    theta = scale * parameters_to_vector(module.parameters()).detach()
    v = torch.tensor(rng.standard_normal(len(theta)))
    loss = loss_function(module, inputs, targets, loss_name)
    options = {
        "inputs": inputs, "targets": targets, "hidden": np.array(hidden, int), "outputs": 3,
        "activation": activation, "loss_name": loss_name, "biases": biases,
    }  # fmt: skip
    return options | derivatives(loss, theta, v)


def run(steps: int = 300, eta: float = 0.1, every: int = 10) -> dict:
    """Gradient descent before the edge: the losses, and the sharpness at every tenth step."""
    torch.manual_seed(0)
    options = chebyshev_run_options()
    module = make_module(1, options["hidden"], 1, "tanh", options["biases"])
    loss = loss_function(module, options["inputs"], options["targets"], "squared_error")
    start = theta = 2.0 * parameters_to_vector(module.parameters()).detach()
    losses, sharpness = [], []
    for step in range(steps + 1):
        theta = theta.detach().requires_grad_()
        value = loss(theta)
        losses.append(value.item())
        if step % every == 0:
            sharpness.append(top(loss, theta, 1).item())
        theta = theta - eta * torch.autograd.grad(value, theta)[0]
    return options | {
        "outputs": 1, "activation": "tanh", "loss_name": "squared_error", "theta": start,
        "eta": eta, "every": every, "losses": losses, "sharpness": sharpness,
    }  # fmt: skip


def main():
    """Write the file."""
    torch.set_default_dtype(torch.float64)
    found = {
        name: network(seed, **options) for seed, (name, options) in enumerate(NETWORKS.items())
    }
    found["run"] = run()
    arrays = {
        f"{name}/{item}": np.asarray(x)
        for name, items in found.items()
        for item, x in items.items()
    }
    FILE.parent.mkdir(exist_ok=True)
    np.savez_compressed(FILE, **arrays)


if __name__ == "__main__":
    main()
