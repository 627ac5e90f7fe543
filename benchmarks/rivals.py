"""This library beside its rivals: `python benchmarks/rivals.py` prints the tables and writes them to rivals.md.

Each stack (this library, JAX, PyTorch with three packages) works in a process of its own, started by this one; the jobs
of all take turns, in random order, in every round. Times are CPU seconds, which say little of a machine's other work;
the errors are relative, against dense eigenvalues or ones found to rounding. `--quick` takes one round of each.
"""

# ruff: noqa: E402

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

HERE = Path(__file__).parent
SETTINGS = "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"
if len(sys.argv) < 2 or sys.argv[1] != "work":
    os.environ.update(dict.fromkeys(SETTINGS, "1"))

import numpy as np

ROUNDS, LONG = 3, 2.0
"""Rounds, and the seconds from which a job takes part in two of them only."""
STACKS = {"ours": "eos", "jax": "JAX", "torch": "PyTorch"}
NOTES = """A = [1-20-20-1] tanh on 20 points of Chebyshev's fifth polynomial, step size 0.2, 2,000 steps through the
edge; C = [64-32-10] on 500 digits, step size 0.35, 400 steps. *tracked* is the whole run with its losses and the
sharpness at every step, or every 5th. What to know before comparing:

* JAX: all of a job in one jit where that is possible, compilation not counted (the cold process counts it). Its tracked
  runs take six warm Lanczos steps a reading and have no error control: see the error.
* PyTorch tracked runs are ten readings, scaled; *top* keeps no graph between products, *product* does. Its `eigsh`,
  like ours named ARPACK, takes `tol=1e-4`, with which the eigenvalues are right to 1e-8.
* *default* is a package as it comes; without that word it is set to reach 1e-6 where it can. PyHessian divides by
  norm + 1e-6, so 2e-6 is its floor. The published routine is that of the edge-of-stability code of 2021, rebuilt here:
  SciPy's `eigsh` as it comes, which takes the largest *magnitude*, on products through a data loader.
* JAX is ahead where a whole run is one jit: its loop costs nothing between products. *What bounds ours* has the parts.
  At a tolerance of 1e-3 a block of four is still needed, to see the next eigenvalue come: more than half of the
  products stay.
* A block of five products is about twice one on A, and nearly five times one on C: there a single product is bound by
  its matrix products and by the passes over its arrays already, and larger ones are hardly faster.
* The bare products and activations leave out the passes over activations and weights that derivatives need (phi',
  phi'', the sums); at 1e5 parameters and 500 examples they are the rest of the time.
* With two threads the table has seconds by the clock: CPU seconds would count one thread's waiting for the other.
"""
PACKAGES = "numpy", "scipy", "torch", "jax", "hessian-eigenthings", "curvlinops-for-pytorch", "pyhessian"


def work(stack: str):
    """The other end: does the jobs whose names come in, one a line, and answers with times and errors."""
    import rivals_ours

    threads, made = int(os.environ["OMP_NUM_THREADS"]), {}
    for name, case in rivals_ours.cases().items():
        if stack == "ours":
            found = rivals_ours.jobs(case)
        elif stack == "jax":
            import rivals_jax

            found = rivals_jax.jobs(case, name)
        else:
            import rivals_torch
            import torch

            torch.set_num_threads(threads)
            found = rivals_torch.jobs(case)
        made |= {f"{name}: {job}": both for job, both in found.items()}
    for function, _ in made.values():
        function()  # compiled, and warm
    print("JOBS", json.dumps(list(made)), flush=True)
    errors = {}
    for line in sys.stdin:
        function, check = made[job := line.strip()]
        start, wall = time.process_time(), time.perf_counter()
        answer = function()
        times = time.process_time() - start, time.perf_counter() - wall
        if job not in errors:
            errors[job] = None if check is None else float(check(answer))
        print("DONE", json.dumps([*times, errors[job]]), flush=True)


class Worker:
    """A process that does a stack's jobs."""

    def __init__(self, stack: str, threads: int):
        settings = os.environ | dict.fromkeys(SETTINGS, str(threads))
        if threads == 1:
            settings["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
        command = [sys.executable, __file__, "work", stack]
        self.process = subprocess.Popen(
            command, env=settings, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        self.jobs = self.hear("JOBS")

    def hear(self, word: str):
        """What it says after this word; None when it has ended."""
        for line in self.process.stdout:
            if line.startswith(word):
                return json.loads(line[len(word) :])
        return None

    def do(self, job: str):
        """CPU seconds, seconds, error."""
        self.process.stdin.write(job + "\n")
        self.process.stdin.flush()
        return self.hear("DONE")


def measured(threads: int, rounds: int, only=lambda job: True) -> dict:
    """(stack, job) -> the readings of all rounds, shape (rounds, 3)."""
    workers = {stack: Worker(stack, threads) for stack in STACKS}
    tasks = [(stack, job) for stack, worker in workers.items() for job in worker.jobs or [] if only(job)]
    found, rng = {task: [] for task in tasks}, np.random.default_rng(0)
    for turn in range(rounds):
        for stack, job in rng.permutation(tasks).tolist():
            seen = found[stack, job]
            if turn < 2 or seen[0][0] < LONG:
                seen.append(workers[stack].do(job))
    for worker in workers.values():
        worker.process.stdin.close()
        worker.process.wait()
    return {task: np.array(rows, dtype=float) for task, rows in found.items() if rows}


def seconds(value: float) -> str:
    """A time with a unit that suits it."""
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if value >= size:
            return f"{value / size:.3g} {unit}"
    return f"{value / 1e-6:.3g} µs"


PARTS = {"product": 50, "product alone": 50, "five products": 50}
"""Calls in one timing of a job."""


def scale(job: str, stack: str) -> float:
    """What one timing has to be multiplied with, to be of what the table says."""
    name, job = job.split(": ")
    steps = {"A": 2000, "C": 400}[name]
    if stack == "torch" and "tracked" in job:
        return (steps + 1) / 10
    return 1.0 / PARTS.get(job, 1)


def main_table(found: dict, clock: bool = False) -> list[str]:
    """Rows: job, stack, median time (CPU, or by the clock) with its quartiles, ratio to ours, error."""
    kind = "time by the clock" if clock else "CPU time"
    lines = [f"| net: job | by | {kind} | quartiles | times ours | largest error |"]
    lines += ["| --- | --- | --- | --- | --- | --- |"]
    jobs = list(dict.fromkeys(job for _, job in found))
    for (stack, job), rows in sorted(found.items(), key=lambda item: (order_of(item[0][1]), jobs.index(item[0][1]))):
        low, middle, high = np.quantile(rows[:, int(clock)], (0.25, 0.5, 0.75)) * scale(job, stack)
        base = job.split(": ")[0] + ": " + base_of(job.split(": ")[1])
        ours = found.get(("ours", base))
        ratio = f"{middle / (np.median(ours[:, int(clock)]) * scale(base, 'ours')):.2f}" if ours is not None else ""
        error = "" if np.isnan(rows[0, 2]) else f"{np.nanmax(rows[:, 2]):.0e}"
        spread = f"{seconds(low)}-{seconds(high)}"
        lines.append(f"| {job} | {STACKS[stack]} | {seconds(middle)} | {spread} | {ratio} | {error} |")
    return lines


def order_of(job: str) -> str:
    """Jobs of a net that are to be compared stand together."""
    name, job = job.split(": ")
    return f"{name} {base_of(job)}"


def base_of(job: str) -> str:
    """Our job that one of a rival is to be compared with."""
    names = "top 1 warm", "top 5 warm", "top 1", "top 5", "tracked, every 5th", "tracked", "steps", "five products"
    for end in names:
        if job.endswith(end) or job.startswith(end):
            return end
    return "product"


COLD = {
    "ours": "import rivals_ours as o; o.tracked(o.small(False))",
    "jax": "import rivals_ours as o, rivals_jax as j; j.first_run(o.small(False))",
    "torch": "import rivals_ours as o, rivals_torch as t; t.first_run(o.small(False))",
}


def cold(rounds: int) -> list[str]:
    """Rows: 2,000 tracked steps of A from the start of Python to its end, imports and compilation as one pays them."""
    times = {stack: [] for stack in COLD}
    for _ in range(rounds):
        for stack, code in COLD.items():
            before = os.times()
            done = subprocess.run([sys.executable, "-c", code], cwd=HERE, stderr=subprocess.DEVNULL)
            after = os.times()
            used = after.children_user + after.children_system - before.children_user - before.children_system
            times[stack] += [used] if done.returncode == 0 else []
    medians = {stack: np.median(t) for stack, t in times.items() if t}
    rows = [f"| {STACKS[s]} | {t:.2f} s | {t / medians['ours']:.1f} |" for s, t in medians.items()]
    return ["| from a cold process | CPU time | times ours |", "| --- | --- | --- |", *rows]


def turns(*functions, rounds: int) -> list[float]:
    """The median CPU seconds of functions that take turns."""
    times = []
    for _ in range(rounds):
        for function in functions:
            start = time.process_time()
            function()
            times.append(time.process_time() - start)
    return np.median(np.reshape(times, (rounds, -1)), axis=0).tolist()


def sweep(rounds: int) -> list[str]:
    """Rows: 24 step sizes with their sharpness, side by side and one after the other."""
    from eos import GradientDescent, MLPLoss, chebyshev, descend, sharpness_along

    lines = ["| sweep of 24 step sizes, sharpness at every 2nd step | side by side | one by one | ratio |"]
    lines += ["| --- | --- | --- | --- |"]
    for hidden, steps in (((10,), 1000), ((20, 20), 300)):
        net, etas = MLPLoss(*chebyshev(4, 20), hidden=hidden), np.geomspace(0.02, 0.3, 24)
        theta = net.init_torch(0)

        def tracked(eta, net=net, theta=theta, steps=steps):
            return sharpness_along(descend(net, GradientDescent(eta), theta, steps), every=2)

        together, apart = turns(lambda: tracked(etas), lambda: [tracked(float(eta)) for eta in etas], rounds=rounds)
        name = "-".join(map(str, (1, *hidden, 1)))
        lines.append(f"| [{name}], {steps} steps | {together:.2f} s | {apart:.2f} s | {apart / together:.2f} |")
    return lines


def bare(net):
    """The matrix products and activations of a gradient and a Hessian-vector product, in their shapes, and no more."""
    rng, n, calls, arrays = np.random.default_rng(0), len(net.inputs), [], {}

    def array(rows, columns, out=False):
        """One of this shape to read from and one to write to, used again and again."""
        return arrays.setdefault((rows, columns, out), rng.standard_normal((rows, columns)))

    def product(rows, inner, columns, turned=False):
        right = array(columns, inner).T if turned else array(inner, columns)
        calls.append((np.dot, array(rows, inner), right, array(rows, columns, True)))

    layers = net.layout.layers
    for i, m in enumerate(layers):
        product(m.out, m.inp + m.bias, n)
        product(m.out, m.inp + m.bias, n)
        product(m.out, n, m.inp + m.bias, turned=True)
        if i:
            product(m.out, m.inp, n)
            product(m.out, n, m.inp, turned=True)
            for _ in range(3):
                product(m.inp, m.out, n)
            calls.append((np.tanh, array(m.inp, n), None, array(m.inp, n, True)))

    def run():
        for function, left, right, out in calls:
            function(left, out=out) if right is None else function(left, right, out=out)

    return run


@dataclass(frozen=True, eq=False)
class Recorded:
    """A network, or its local view, that notes each move and each block of vectors."""

    of: object
    notes: list

    def __getattr__(self, name):
        return getattr(self.of, name)

    def at(self, x):
        """The view from x."""
        self.notes.append((x, None))
        return Recorded(self.of.at(x), self.notes)

    def move_to(self, x):
        """The same view from another x."""
        self.notes.append((x, None))
        return Recorded(self.of.move_to(x), self.notes)

    def hvp(self, v):
        """The products, noted."""
        self.notes.append((None, v.copy()))
        return self.of.hvp(v)


def flops(net) -> int:
    """Floating-point operations in the matrix products of one Hessian-vector product."""
    found = 0
    for i, k in enumerate(net.layout.layers):
        found += 2 * 2 * k.out * (k.inp + k.bias) + (4 * 2 * k.out * k.inp if i else 0)
    return found * len(net.inputs)


def bounds(rounds: int) -> list[str]:
    """Rows: the parts of a tracked run, and what its matrix products would take at the rate of one large one."""
    import rivals_ours

    from eos import GradientDescent, descend, sharpness_along

    one = np.random.default_rng(0).standard_normal((1500, 1500))
    rate = 2 * 1500**3 / turns(lambda: one @ one, rounds=5)[0]
    lines = [f"One large matrix product runs at {rate / 1e9:.0f} GFlop/s.", ""]
    lines += ["| tracked run | products a reading | whole | run, losses | products | rest | products at that rate |"]
    lines += ["| --- | --- | --- | --- | --- | --- | --- |"]
    for name, case in rivals_ours.cases().items():
        for tol in (1e-6, 1e-3):
            notes, net = [], case.net
            run = descend(net, GradientDescent(case.eta), case.theta, case.steps)
            sharpness_along(replace(run, potential=Recorded(net, notes)), tol=tol)
            count = sum(v.size // net.dim for _, v in notes if v is not None)

            def products(net=net, notes=notes):
                view = None
                for x, v in notes:
                    if v is not None:
                        view.hvp(v)
                    else:
                        view = net.at(x) if view is None or view.batch != x.shape[:-1] else view.move_to(x)

            def steps(case=case, net=net):
                return descend(net, GradientDescent(case.eta), case.theta, case.steps).loss

            def everything(case=case, tol=tol):
                return rivals_ours.tracked(case, tol=tol)

            whole, before, inside = turns(everything, steps, products, rounds=rounds)
            parts = (whole, before, inside, whole - before - inside, count * flops(net) / rate)
            lines.append(f"| {name}, {tol:g} | {count / len(run.x):.1f} | {' | '.join(map(seconds, parts))} |")
    return lines


def growth(rounds: int) -> list[str]:
    """Rows: a product at a new theta against parameters and examples: time, the bound, peak memory, and slopes."""
    import tracemalloc

    from eos import MLPLoss

    rng = np.random.default_rng(0)
    lines = ["| net | parameters | examples | a product at a new θ | bare products, tanh | ratio | peak memory |"]
    lines += ["| --- | --- | --- | --- | --- | --- | --- |"]
    slopes = []
    for series in ("parameters", "examples"):
        found = []
        for size in (3, 10, 40, 130, 300, 950) if series == "parameters" else (20, 200, 2000, 20_000, 100_000):
            n, width = (500, size) if series == "parameters" else (size, 20)
            net = MLPLoss(rng.standard_normal((n, 8)), rng.standard_normal((n, 2)), hidden=(width, width))
            theta, v = net.init_torch(0), rng.standard_normal(net.dim)
            tracemalloc.start()
            view = net.at(theta)
            view.hvp(v)
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
            times = max(1, int(2e7 / (n * net.dim)))
            move, bound = (lambda: [view.move_to(theta).hvp(v) for _ in range(times)]), bare(net)
            ours, least = (t / times for t in turns(move, lambda: [bound() for _ in range(times)], rounds=rounds))
            found.append((net.dim if series == "parameters" else n, ours, peak))
            row = f"[8-{width}-{width}-2] | {net.dim:,} | {n:,} | {seconds(ours)} | {seconds(least)}"
            lines.append(f"| {row} | {ours / least:.2f} | {peak / 1e6:.1f} MB |")
        grown = np.log(np.array(found[-3:]))
        slope = [np.polyfit(grown[:, 0], grown[:, column], 1)[0] for column in (1, 2)]
        slopes.append(f"Slopes of log time and log memory against log {series}: {slope[0]:.2f}, {slope[1]:.2f}.")
    return [*lines, "", *slopes]


def versions() -> str:
    """What is installed, and what is not."""
    said = []
    for name in PACKAGES:
        try:
            said.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            said.append(f"{name} not installed")
    return ", ".join(said)


def report(rounds: int) -> str:
    """The whole of rivals.md."""
    from speed import processor

    few = ("steps", "product", "five products", "top 1", "tracked", "tracked, every 5th")
    second = measured(2, min(rounds, 2), lambda job: job.split(": ")[1] in few)
    return "\n".join([
        "# Rivals", "",
        f"CPU seconds on an {processor()}, {os.cpu_count()} cores, load average {os.getloadavg()[0]:.1f} at the "
        f"start; Python {sys.version.split()[0]}, {versions()}. "
        "Written by `python benchmarks/rivals.py`, which says how.", "",
        NOTES, "## One thread", "", *main_table(measured(1, rounds)), "",
        "## Two threads", "", *main_table(second, clock=True), "",
        "## What bounds ours", "", *bounds(rounds), "",
        "## Cold, side by side, growing", "", *cold(rounds), "", *sweep(rounds), "", *growth(rounds), "",
    ])  # fmt: skip


if __name__ == "__main__":
    if sys.argv[1:2] == ["work"]:
        work(sys.argv[2])
    else:
        text = report(1 if "--quick" in sys.argv else ROUNDS)
        print(text)
        (HERE / "rivals.md").write_text(text, encoding="utf-8")
