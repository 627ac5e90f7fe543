"""What happens when the step size is moved during training: with the governor, and without.

    python benchmarks/steering.py            # writes benchmarks/steering.md; about five minutes

Random drags: 15 step sizes, log-uniform in the view's range, 400 steps each. Jumps: one move at the edge, after it
was hovered at for 1,000 steps. Reach: the largest sharpness in 200,000 steps of a step size that never meets its edge.
"""

from pathlib import Path

import numpy as np

from eos import GradientDescent, MLPLoss, SteeredRun, chebyshev, descend, sharpness_along

paper = MLPLoss(*chebyshev(5), hidden=(100,), biases=(True, False))
deep = MLPLoss(*chebyshev(6), hidden=(20, 20, 20))
dense = MLPLoss(*chebyshev(5, 40), hidden=(20, 20))
small = MLPLoss(*chebyshev(4), hidden=(10,), biases=(True, False))
NETS = {
    "chebyshev 5 [1-100-1]": (paper, paper.init_xavier, (0.12, 0.3, 0.6)),
    "chebyshev 6 [1-20-20-20-1]": (deep, deep.init_torch, (0.08, 0.25, 0.4)),
    "chebyshev 5, 40 points [1-20-20-1]": (dense, dense.init_torch, (0.1, 0.3, 0.45)),
    "chebyshev 4 [1-10-1]": (small, small.init_xavier, (0.1, 0.4, 0.5)),
    "the same, beyond its slider": (small, small.init_xavier, (0.1, 0.4, 0.6)),
}


def drag(net, theta, etas, held, seed) -> SteeredRun:
    """One session of random drags."""
    rng = np.random.default_rng(seed)
    run = SteeredRun(net, GradientDescent(etas[1]), theta, held)
    for eta in np.exp(rng.uniform(np.log(etas[0]), np.log(etas[2]), 15)):
        run.set("eta", eta)
        run.advance(400)
    return run


def jump(net, theta, eta, factor, most) -> int | None:
    """Steps until the sharpness is at the new edge (at most 1.05 of it from above), None when not within `most`."""
    run = SteeredRun(net, GradientDescent(eta), theta)
    while run.sharpness[0] < run.edge and run.step < 8000:
        run.advance(20)
    run.advance(1000)
    run.set("eta", factor * eta)
    start, up = run.step, factor < 1
    while run.sharpness[0] < run.edge if up else run.sharpness[0] > 1.05 * run.edge:
        if not run.advance(1) or run.step - start > most:
            return None
    return run.step - start


def counted(steps) -> str:
    """The shortest and the longest, and how many never came there."""
    known = sorted(n for n in steps if n is not None)
    never = len(steps) - len(known)
    span = f"{known[0]}-{known[-1]}" if known else "-"
    return span + (f", {never} of {len(steps)} never" if never else "")


def main():
    lines = [
        "# Moving the step size during training", "",
        "Written by `python benchmarks/steering.py`. Ten sessions of random drags a network, four starts a jump.", "",
        "| network | escapes of 10, held back | free | x 1.5: steps to the new edge | x 2 | / 1.5 | / 2 |",
        "|---|---|---|---|---|---|---|",
    ]  # fmt: skip
    for name, (net, init, etas) in NETS.items():
        escapes = [
            sum(drag(net, init(seed), etas, held, seed).escaped_at is not None for seed in range(10))
            for held in (True, False)
        ]
        jumps = [
            counted([jump(net, init(seed), etas[1], factor, 600 if factor > 1 else 5000) for seed in range(4)])
            for factor in (1.5, 2.0, 1 / 1.5, 1 / 2)
        ]
        lines.append(f"| {name} | {escapes[0]} | {escapes[1]} | {' | '.join(jumps)} |")
        print(lines[-1], flush=True)
    lines += ["", "| network, start 0 | step size | largest sharpness in 200,000 steps |", "|---|---|---|"]
    for (name, (net, init, _)), eta in zip(list(NETS.items())[:4], (0.02, 0.02, 0.02, 0.1), strict=True):
        run = descend(net, GradientDescent(eta), init(0), 200_000, every=1000)
        lines.append(f"| {name} | {eta} | {np.nanmax(sharpness_along(run).top):.1f} |")
        print(lines[-1], flush=True)
    Path(__file__).with_suffix(".md").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
