"""The first hundred steps of PyTorch's optimizers on a small network: `python benchmarks/make_torch_optimizers.py`.

Needs PyTorch: `pip install -e ".[bench]"`. The tests do not, for they read the file that it leaves.

Writes tests/data/torch_optimizers.npz: the data, the parameters in float64 at each step, shape `(101, n)`, under the
stepper of eos that should have taken the same steps.
"""

from pathlib import Path

import numpy as np
import torch
from make_torch_reference import chebyshev_run_options, make_module
from torch import optim
from torch.nn.utils import parameters_to_vector

FILE = Path(__file__).parents[1] / "tests" / "data" / "torch_optimizers.npz"
STEPS, HIDDEN, BIASES = 100, (3, 2), (True, True, False)
OPTIMIZERS = {
    "GradientDescent(0.3)": lambda p: optim.SGD(p, lr=0.3),
    "HeavyBall(0.1, beta=0.5)": lambda p: optim.SGD(p, lr=0.1, momentum=0.5),
    "HeavyBall(0.05, beta=0.9)": lambda p: optim.SGD(p, lr=0.05, momentum=0.9),
    "Nesterov(0.1, beta=0.5)": lambda p: optim.SGD(p, lr=0.1, momentum=0.5, nesterov=True),
    "Nesterov(0.05, beta=0.9)": lambda p: optim.SGD(p, lr=0.05, momentum=0.9, nesterov=True),
    "RMSProp(0.01)": lambda p: optim.RMSprop(p, lr=0.01),
    "RMSProp(0.003, beta2=0.9, eps=1e-4)": lambda p: optim.RMSprop(p, lr=0.003, alpha=0.9, eps=1e-4),
    "Adam(0.01)": lambda p: optim.Adam(p, lr=0.01),
    "Adam(0.003, beta1=0.5, beta2=0.9, eps=1e-4)": lambda p: optim.Adam(p, lr=0.003, betas=(0.5, 0.9), eps=1e-4),
    "Adam(0.01, weight_decay=0.01)": lambda p: optim.AdamW(p, lr=0.01),
    "Adam(0.01, beta2=0.95, weight_decay=0.5)": lambda p: optim.AdamW(p, lr=0.01, betas=(0.9, 0.95), weight_decay=0.5),
}


def walk(make, options) -> np.ndarray:
    """The parameters of the network at the start and after each step."""
    torch.manual_seed(0)
    module = make_module(1, HIDDEN, 1, "tanh", BIASES)
    optimizer, places = make(module.parameters()), []
    x, y = torch.tensor(options["inputs"]), torch.tensor(options["targets"])
    for _ in range(STEPS + 1):
        places.append(parameters_to_vector(module.parameters()).detach().numpy().copy())
        optimizer.zero_grad()
        (0.5 * torch.square(module(x) - y).sum(1).mean()).backward()
        optimizer.step()
    return np.array(places)


def main():
    """Write the file."""
    torch.set_default_dtype(torch.float64)
    data = chebyshev_run_options()
    walks = {name: walk(make, data) for name, make in OPTIMIZERS.items()}
    settings = {"inputs": data["inputs"], "targets": data["targets"], "hidden": HIDDEN, "biases": BIASES}
    np.savez_compressed(FILE, **settings, **walks)


if __name__ == "__main__":
    main()
