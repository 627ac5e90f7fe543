"""How fast the library is: `python benchmarks/speed.py` prints a table and writes it to speed.md.

Times are CPU seconds on one BLAS thread. What is compared takes turns in one run; each counts its best round.
"""

# ruff: noqa: E402

import os

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"  # has to come before NumPy is loaded

import platform
import time
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from eos import GradientDescent, MLPLoss, SoftAbs, chebyshev, descend, exact, sharpness_along

STEPS = 2000
ROUNDS = 7
ETA = 0.01
NET = MLPLoss(*chebyshev(5, 20), hidden=(20, 20))
THETA = NET.init_xavier(0)
GAIN = 2.0 / sharpness_along(descend(NET, GradientDescent(ETA), THETA, 0)).top[0]
"""The largest stable step size at the start; the path with its sharpness is run at half of it."""


def cpu(function) -> float:
    """CPU seconds of one call."""
    start = time.process_time()
    function()
    return time.process_time() - start


def best(*functions, rounds: int = ROUNDS) -> list[float]:
    """The least CPU seconds of each function; they take turns."""
    times = [[cpu(function) for function in functions] for _ in range(rounds)]
    return np.min(times, axis=0).tolist()


def repeated(function):
    """The function called STEPS times."""

    def calls():
        for _ in range(STEPS):
            function()

    return calls


def bare_calls():
    """The matrix products and tanh calls that a gradient needs, in its shapes, and nothing else."""
    rng = np.random.default_rng(0)

    def matrix(*shape):
        return rng.standard_normal(shape)

    w, a, d = [], [], []
    for layer in NET.layout.layers:
        w.append(matrix(layer.out, layer.inp + 1))
        a.append(matrix(layer.inp + 1, 20))
        d.append(matrix(layer.out, 20))
    dot, tanh = np.dot, np.tanh
    forward = [(w[i], a[i], np.empty_like(d[i])) for i in range(3)]
    weights = [(d[i], a[i].T, np.empty_like(w[i])) for i in range(3)]
    backward = [(np.ascontiguousarray(w[i][:, :-1].T), d[i], matrix(20, 20)) for i in (1, 2)]

    def calls():
        for i, (left, right, out) in enumerate(forward):
            dot(left, right, out=out)
            if i < 2:
                tanh(out, out=out)
        for left, right, out in weights:
            dot(left, right, out=out)
        for left, right, out in backward:
            dot(left, right, out=out)

    return calls


def torch_step():
    """One step of the same network in eager PyTorch, or None where it is not installed."""
    if find_spec("torch") is None:
        return None
    import torch

    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float64)
    x, y = torch.tensor(NET.inputs), torch.tensor(NET.targets)
    parts = [part for weights in NET.unpack(THETA) for part in weights]
    theta = [torch.tensor(part, requires_grad=True) for part in parts]

    def step():
        w1, b1, w2, b2, w3, b3 = theta
        a = torch.tanh(torch.addmm(b1, x, w1.T))
        a = torch.tanh(torch.addmm(b2, a, w2.T))
        loss = 0.5 * torch.square(torch.addmm(b3, a, w3.T) - y).mean()
        slopes = torch.autograd.grad(loss, theta)
        with torch.no_grad():
            for part, slope in zip(theta, slopes, strict=True):
                part.sub_(slope, alpha=ETA)

    return step


def small_calls() -> list[tuple[str, str]]:
    """Rows: a step, a gradient, a Hessian-vector product, a step in PyTorch."""
    local, v, torch = NET.at(THETA), THETA / np.linalg.norm(THETA), torch_step()
    calls = [
        lambda: descend(NET, GradientDescent(ETA), THETA, STEPS),
        repeated(bare_calls()),
        repeated(lambda: NET.gradient(THETA)),
        repeated(lambda: local.hvp(v)),
        *([repeated(torch)] if torch else []),
    ]
    step, bare, gradient, product, *eager = (1e6 * seconds / STEPS for seconds in best(*calls))
    said = f"{eager[0]:.1f} µs, {eager[0] / step:.1f} times a step of `descend`" if eager else "not installed"
    return [
        ("a step of `descend`, [1-20-20-1] on 20 points", f"{step:.1f} µs"),
        ("bare `np.dot` and `np.tanh` calls of its shapes", f"{bare:.1f} µs"),
        ("ratio of the two (target: at most 2.5)", f"{step / bare:.2f}"),
        ("`MLPLoss.gradient`", f"{gradient:.1f} µs"),
        ("`hvp` of one `net.at(theta)`", f"{product:.1f} µs"),
        ("the same step in PyTorch, eager", said),
    ]


def sharpness_row() -> list[tuple[str, str]]:
    """Rows: a run with its sharpness at every step, and the error of that sharpness."""
    runs = []

    def work():
        run = descend(NET, GradientDescent(GAIN / 2), THETA, STEPS)
        runs.append((run, sharpness_along(run)))

    (seconds,) = best(work, rounds=3)
    run, path = runs[-1]
    dense = np.array([exact(NET, x).values[0] for x in run.x[::20]])
    error = np.abs(path.top[::20] / dense - 1).max()
    edge = path.top.max() * GAIN / 4
    return [
        (f"{STEPS:,} steps with the sharpness at each (up to {edge:.2f} of 2/η)", f"{seconds:.2f} s"),
        ("largest relative error against dense eigenvalues, every 20 steps", f"{error:.1e}"),
    ]


def soft_abs_row() -> list[tuple[str, str]]:
    """Rows: a million steps on a line, and whether the last are as quick as the first."""
    curve, stepper = SoftAbs(), GradientDescent(20.0)
    (seconds,) = best(lambda: descend(curve, stepper, 0.5, 1_000_000), rounds=1)
    late = descend(curve, stepper, 0.5, 900_000, every=900_000).x[-1]
    first, last = best(
        lambda: descend(curve, stepper, 0.5, 100_000),
        lambda: descend(curve, stepper, late, 100_000),
        rounds=3,
    )
    return [
        ("`SoftAbs`, a million steps at η = 20", f"{seconds:.2f} s"),
        ("its last 100,000 steps against its first", f"{last / first:.2f}"),
    ]


def batch_row() -> list[tuple[str, str]]:
    """Rows: a network at 24 step sizes, as one batch and one by one."""
    net = MLPLoss(*chebyshev(3, 20), hidden=(10,))
    theta, etas = net.init_xavier(0), np.geomspace(0.02, 0.2, 24)

    def one_by_one():
        for eta in etas:
            descend(net, GradientDescent(float(eta)), theta, 8000)

    together, apart = best(lambda: descend(net, GradientDescent(etas), theta, 8000), one_by_one, rounds=2)
    return [
        ("24 step sizes × 8,000 steps of [1-10-1] as a batch", f"{together:.2f} s"),
        ("the same as 24 runs", f"{apart:.2f} s ({apart / together:.1f} times the batch)"),
    ]


def processor() -> str:
    """The name of the CPU."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def table() -> str:
    """The whole of speed.md."""
    rows = [*small_calls(), *sharpness_row(), *soft_abs_row(), *batch_row()]
    packages = [name for name in ("numpy", "torch") if find_spec(name)]
    versions = ", ".join(f"{name} {version(name)}" for name in packages)
    caption = f"CPU time on one thread of an {processor()}; Python {platform.python_version()}, {versions}."
    lines = ["| what | time |", "| --- | --- |", *(f"| {what} | {result} |" for what, result in rows)]
    return "\n".join(["# Speed", "", f"{caption} Written by `python benchmarks/speed.py`.", "", *lines, ""])


if __name__ == "__main__":
    text = table()
    print(text)
    Path(__file__).with_suffix(".md").write_text(text, encoding="utf-8")
