"""What happens when the step size is moved during training by other methods: with the governor, and without.

    python benchmarks/steering_methods.py            # writes benchmarks/steering_methods.md; about fifteen minutes

Random drags as in `steering.py`: 15 step sizes, log-uniform in the range of the scene's slider, 400 steps each.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np

from eos.explorers import training_scenes

SESSIONS = 10


def drag(scene, held, seed):
    """One session of random drags from a start of its own; the run at its end."""
    init = scene.net.init_torch if len(scene.net.hidden) > 1 else scene.net.init_xavier
    run, rng = replace(scene, theta=init(seed)).begin(), np.random.default_rng(seed)
    run.set("held", held)
    for eta in np.exp(rng.uniform(np.log(scene.eta[0]), np.log(scene.eta[2]), 15)):
        run.set("eta", eta)
        run.advance(400)
    return run


def main():
    """Write the table."""
    lines = [
        "# Moving the step size during training, by other methods", "",
        "Written by `python benchmarks/steering_methods.py`.",
        f"{SESSIONS} sessions of random drags, 6,000 steps each; the share is that of the edge at their last step.", "",
        f"| network | method | step sizes | escapes of {SESSIONS}, held back | free | median share |",
        "|---|---|---|---|---|---|",
    ]  # fmt: skip
    for net in ("chebyshev 5", "chebyshev 6"):
        for method, scene in list(training_scenes(net).items())[1:]:
            held, free = ([drag(scene, held, seed) for seed in range(SESSIONS)] for held in (True, False))
            escapes = [sum(run.escaped_at is not None for run in runs) for runs in (held, free)]
            share = np.median([run.sharpness[0] / run.edge for run in held])
            lines.append(
                f"| {net} | {method} | {scene.eta[0]:g}-{scene.eta[2]:g} | {escapes[0]} | {escapes[1]} | {share:.2f} |"
            )
            print(lines[-1], flush=True)
    Path(__file__).with_suffix(".md").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
