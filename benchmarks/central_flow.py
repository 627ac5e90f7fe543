"""The central flow beside the two published codes, on networks of its own: `python benchmarks/central_flow.py`.

Writes central_flow.md, and tests/data/central_flow_reference.npz for the tests, which need none of what this needs: in
the Python path the folder that holds `src` of the PyTorch code (github.com/centralflows/centralflows, commit 1f074fb)
and the package central_flows_jax (github.com/alex-damian/central_flows_jax, commit 071585b), and besides the extra
`bench` the packages cvxpy, cvxopt and jaxtyping. About half an hour.

The published codes run as they are, on the processor and in float64: `.cuda()` and `.float()` do nothing here. The
networks are written once more in each of the two frameworks, which differentiate them. All begin at one point, a few
steps of gradient descent below the edge, and take four pieces a step.
"""

import os
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from importlib.metadata import version
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path
from types import SimpleNamespace

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")

import numpy as np  # noqa: E402

from eos import CentralFlow, GradientDescent, MLPLoss, complementarity, descend, exact  # noqa: E402

FILE = Path(__file__).parents[1] / "tests" / "data" / "central_flow_reference.npz"
STEPS, FROM, TO = 160, 120, 150
"""Steps of each flow; what is stored for the tests begins and ends here."""
PACKAGES = "numpy", "torch", "jax", "cvxpy", "cvxopt"


@dataclass(frozen=True)
class Setting:
    """A network, its data, a step size, and where its flow begins: after so many steps of gradient descent."""

    data: str
    hidden: tuple[int, ...]
    activation: str
    eta: float
    seed: int
    begin: int

    def net(self) -> MLPLoss:
        """The network on its data."""
        rng = np.random.default_rng(self.seed)
        if self.data == "a sine":
            x = np.linspace(-2, 2, 17)[:, None]
            y = np.sin(2.3 * x)
        elif self.data == "steps":
            x = rng.uniform(-1, 1, (30, 1))
            y = np.hstack([np.sign(np.sin(4 * x)), 2 * np.abs(x) - 1])
        elif self.data == "a product":
            x = rng.standard_normal((24, 2))
            y = np.stack([np.sin(2 * x[:, 0]), x[:, 0] * x[:, 1]], axis=1)
        elif self.data == "three outputs":
            x = rng.uniform(-1.5, 1.5, (26, 3))
            y = np.stack([np.sin(2 * x[:, 0]), x[:, 0] * x[:, 1], np.cos(3 * x[:, 2])], axis=1)
        else:
            x = rng.standard_normal((40, 4))
            y = np.sin(1.5 * x)
        return MLPLoss(x, y, self.hidden, self.activation)

    def start(self, net) -> np.ndarray:
        """Where all flows begin."""
        return descend(net, GradientDescent(self.eta), net.init_torch(self.seed), self.begin).x[-1]


SETTINGS = [
    Setting("a product", (11, 10), "tanh", 0.169, 108, 50),
    Setting("steps", (17, 11), "tanh", 0.187, 108, 250),
    Setting("a sine", (14, 6), "softplus", 0.089, 802, 1350),
    Setting("three outputs", (6, 8, 6), "tanh", 0.457, 587, 100),
    Setting("a product", (14, 15), "silu", 0.665, 105, 0),
    Setting("a product", (10,), "silu", 0.973, 809, 0),
    Setting("four sines", (13, 11), "tanh", 0.75, 405, 0),
]


def ours(net, x, eta, pieces=4):
    """Points, losses, sharpness and covariance at each step."""
    flow = descend(net, CentralFlow(eta, pieces), x, STEPS)
    tops = [exact(net, at, 1).values[0] for at in flow.x]
    pairs = [flow.stepper.bounce(net, at) for at in flow.x]
    return flow.x, flow.loss, np.array(tops), np.array([axes.T * sizes @ axes for sizes, axes in pairs])


def layers(net, theta):
    """Each layer's W and b, of a parameter vector of any framework."""
    for start, stop, out, inp, _ in net.layout.layers:
        yield theta[start : start + out * inp].reshape(out, inp), theta[start + out * inp : stop]


def in_torch(net, x, eta, ours_inside=False):
    """The PyTorch code's flow; or with our complementarity solver in the place of its own."""
    import torch

    torch.set_default_dtype(torch.float64)
    torch.Tensor.cuda, torch.Tensor.float = lambda self: self, torch.Tensor.double
    sys.modules.setdefault("src.datasets", SimpleNamespace(Examples=None))  # it would load data sets, and none is used
    from src.loss_function import LossFunction
    from src.processes import CentralFlow as Published
    from src.processes import CentralFlowConfig, EigConfig
    from src.update_rules import GradientDescent as Rule

    bend = getattr(torch.nn.functional, net.activation)
    inputs, targets = torch.tensor(net.inputs), torch.tensor(net.targets)

    def loss(theta):
        a, last = inputs, len(net.layout.layers) - 1
        for i, (weight, bias) in enumerate(layers(net, theta)):
            a = a @ weight.T + bias if i == last else bend(a @ weight.T + bias)
        return (a - targets.reshape(a.shape)).square().sum(-1).mean() / 2

    class Loss(LossFunction):
        """The loss, which multiplies by a Hessian that PyTorch has made once for each point: ten times as quick."""

        def grad_and_value(self, w):
            self.hessian = torch.func.hessian(loss)(w)
            return super().grad_and_value(w)

        def D(self, w, order=1, *vs):  # noqa: N802 - its name there
            return self.hessian @ vs[0] if order == 2 and len(vs) == 1 else super().D(w, order, *vs)

    torch.manual_seed(0)
    w, rule = torch.tensor(x), Rule(eta)
    flow = Published(
        opt=rule, loss_fn=Loss(loss), w=w, state=rule.initialize_state(w),
        eig_config=EigConfig(frequency=1, initial_neigs=2, track_threshold=1.9),
        config=CentralFlowConfig(frequency_in_substeps=True),
    )  # fmt: skip
    if ours_inside:
        flow.sdcp_colver = lambda A, B: complementarity(A, B)
    found = []
    for _ in range(STEPS + 1):
        at = flow.w.numpy().copy()
        flow.prepare()
        axes, sizes = flow.U.numpy(), flow.X.numpy()
        found.append((at, float(flow.loss), float(flow.eff_eigs[0]) / eta, axes * sizes @ axes.T))
        flow.step()
    return tuple(np.array(column) for column in zip(*found, strict=True))


def in_jax(net, x, eta, pieces=4, most=5):
    """The JAX code's flow, which takes all of the first `most` eigenvalues for critical."""
    import jax

    jax.config.update("jax_enable_x64", True)
    from central_flows_jax import GradientDescent as Rule
    from central_flows_jax.flows import central_flow_substep

    bend = {"tanh": jax.numpy.tanh, "silu": jax.nn.silu, "softplus": jax.nn.softplus}[net.activation]
    inputs, targets = jax.numpy.array(net.inputs), jax.numpy.array(net.targets)

    def loss(theta):
        a, last = inputs, len(net.layout.layers) - 1
        for i, (weight, bias) in enumerate(layers(net, theta)):
            a = a @ weight.T + bias if i == last else bend(a @ weight.T + bias)
        return jax.numpy.square(a - targets.reshape(a.shape)).sum(-1).mean() / 2

    rule, w = Rule(eta), jax.numpy.array(x)
    state, axes = rule.init(w), jax.numpy.linalg.qr(jax.random.normal(jax.random.key(0), (net.dim, most)))[0]
    piece = jax.jit(lambda w, state, axes: central_flow_substep(loss, rule, w, state, axes, 1 / pieces))
    found = []
    for _ in range(STEPS + 1):
        at = np.array(w)
        for i in range(pieces):
            (w, state, axes), seen = piece(w, state, axes)
            if i == 0:
                u = np.array(axes)
                found.append((at, float(seen["L"]), float(seen["eigs"].max()) / eta, u @ np.array(seen["X"]) @ u.T))
    return tuple(np.array(column) for column in zip(*found, strict=True))


def differences(first, second, eta) -> list[float]:
    """The largest of points, sharpness, covariance, its trace and the predicted loss, and that of its mean; relative.

    The points' in parts of the way gone, the covariance's and its trace's in parts of the largest that there was.
    """
    (x, loss, top, cov), (y, loss2, top2, cov2) = first, second
    trace, trace2 = (np.trace(c, axis1=1, axis2=2) for c in (cov, cov2))
    told, told2 = loss + trace / eta, loss2 + trace2 / eta
    way = np.linalg.norm([b - a for a, b in pairwise(x)], axis=1).sum()
    return [
        np.linalg.norm(x - y, axis=1).max() / way,
        np.abs(top / top2 - 1).max(),
        np.linalg.norm(cov - cov2, axis=(1, 2)).max() / np.linalg.norm(cov2, axis=(1, 2)).max(),
        np.abs(trace - trace2).max() / trace2.max(),
        np.abs(told / told2 - 1).max(),
        abs(told.mean() / told2.mean() - 1),
    ]


def compared(number: int):
    """One setting: how many eigenvalues the bounce had, at most; the differences to each code; what the tests need."""
    setting = SETTINGS[number]
    net, eta = setting.net(), setting.eta
    x = setting.start(net)
    mine, published = ours(net, x, eta), in_torch(net, x, eta)
    others = {
        "PyTorch": published,
        "PyTorch, our solver": in_torch(net, x, eta, ours_inside=True),
        "JAX": in_jax(net, x, eta),
    }
    spectra = np.linalg.eigvalsh(published[3])[:, ::-1]
    ranks = (spectra > 1e-5 * spectra.max()).sum(1)
    points, losses, tops, covariances = published
    end = np.linalg.eigh(covariances[TO])
    stored = {
        "inputs": net.inputs, "targets": net.targets, "hidden": net.hidden, "activation": net.activation,
        "loss": net.loss, "eta": eta, "start": points[FROM], "end": points[TO], "losses": losses[FROM : TO + 1],
        "sharpness": tops[FROM : TO + 1], "traces": np.trace(covariances, axis1=1, axis2=2)[FROM : TO + 1],
        "sizes": end[0][: -6 : -1], "axes": end[1].T[: -6 : -1],
    }  # fmt: skip
    return number, net.dim, ranks, {name: differences(mine, other, eta) for name, other in others.items()}, stored


def main():
    """Compare all, and write both files."""
    chosen = [int(number) for number in sys.argv[1:]] or range(len(SETTINGS))
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        found = []
        for answer in pool.map(compared, chosen):
            found.append(answer)
            print(answer[0], answer[1], np.bincount(answer[2]), *answer[3].items(), sep="\n  ", flush=True)
    if len(chosen) == len(SETTINGS):
        write(found)


def write(found):
    """The table, and the file for the tests."""
    packages = ", ".join(f"{package} {version(package)}" for package in PACKAGES)
    lines = [
        "# The central flow beside the published codes", "",
        f"Written by `python benchmarks/central_flow.py`, which says how, with {packages}.",
        *NOTES.splitlines(), "",
        "| network | parameters | η | seed | critical | code "
        "| points | sharpness | covariance | trace | predicted loss | its mean |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]  # fmt: skip
    for number, dim, ranks, others, _ in found:
        at = SETTINGS[number]
        name = f"{at.data}, {'-'.join(map(str, at.hidden))} {at.activation}"
        for code, numbers in others.items():
            row = name, dim, at.eta, at.seed, ranks.max(), code, *(f"{number:.0e}" for number in numbers)
            lines.append("| " + " | ".join(map(str, row)) + " |")
    Path(__file__).with_suffix(".md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    np.savez_compressed(FILE, **{f"{number}/{key}": value for number, *_, part in found for key, value in part.items()})


NOTES = """
Each flow takes 160 steps of four pieces from one point. The differences are the largest of all steps, relative: of
the *points* in parts of the way gone, of the *covariance* of the bounce (a matrix in the space of the parameters) and
its *trace* in parts of the largest that there was; of the *predicted loss* L + tr Σ / η at each step, and of *its mean*
over all. *critical* is how many eigenvalues the bounce holds at the edge, at most.

* PyTorch: the code published with the paper (Cohen, Damian and co-authors, 2025). Its eigenvectors are found at every
  piece, to 1e-10.
* *our solver*: the same, with `eos.complementarity` for the small complementarity problem, which there CVXOPT solves.
  What then is left is rounding: the derivatives, the eigenvectors and the scheme are the same, and the difference was
  the tolerance of CVXOPT. With one critical eigenvalue X is a ratio, and shows that ours is the right one.
* JAX: another program by one of the authors. It takes the first five eigenvalues into the problem, also those far
  below the edge, and its entries N_ij off the diagonal lack the factor √2 that the rest of its storage has; the PyTorch
  code counts them twice, as ours does. For one eigenvalue this is nothing; for more it changes the covariance, most
  just after one has joined, and its trace less. With that factor put in, two columns, and all eigenvalues above half
  the edge in our problem, the difference of the covariance on the 10 silu neurons, in 62 steps, falls from 2e-1 to
  8e-3: tried by hand.
"""

if __name__ == "__main__":
    main()
