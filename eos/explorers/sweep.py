"""Notebook 5: the same network trained with many step sizes at once, and with more of them on request."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from eos.explorers.step_sizes import one_curve, step_sizes
from eos.explorers.still import Still
from eos.network import MLPLoss
from eos.potentials import one_point
from eos.sharpness_path import SharpnessPath, sharpness_along
from eos.steppers import GradientDescent
from eos.trajectory import Trajectory, descend
from eos.validation import positive, shown, whole

PIECE = 40
"""Steps between two reports."""
TRAINING = 0.7
"""The share of the time that training takes; the rest is for the sharpness."""


@dataclass(frozen=True, eq=False)
class Sweep:
    """One network trained with many step sizes: `runs` and their sharpness `paths`. Shows itself with a slider."""

    runs: Trajectory = field(repr=False)
    paths: SharpnessPath = field(repr=False)
    eta: float

    @property
    def etas(self) -> np.ndarray:
        """The step sizes, rising, shape `(m,)`."""
        return self.runs.stepper.eta

    def between(self) -> np.ndarray:
        """Step sizes of four digits half way, by ratio, between the ones there are; none where there is no room."""
        middle = np.array([float(f"{eta:.4g}") for eta in np.sqrt(self.etas[1:] * self.etas[:-1])])
        return middle[(self.etas[:-1] < middle) & (middle < self.etas[1:])]

    def still(self, **values: float) -> Still:
        """The picture without sliders."""
        return step_sizes(self.runs, self.paths, eta=self.eta).still(**values)

    def panel(self):
        """The live view: an ipywidgets box."""
        from eos.explorers.sweep_panel import SweepPanel

        return SweepPanel(self)

    def _repr_mimebundle_(self, include=None, exclude=None):
        return self.panel()._repr_mimebundle_()


def sweep(net: MLPLoss, theta, etas, steps: int, *, every: int = 20, eta: float | None = None) -> Sweep:
    """Train `net` from `theta` with each of the rising step sizes `etas`, shape `(m,)`, as one batch.

    Every `every`-th step is kept, the sharpness is measured at every second record. A progress bar shows how far it
    is; the notebook's interrupt button cancels. The slider starts at `eta`, by default the middle one. Raises
    ValueError for bad input.
    """
    theta = one_point(one_curve("net", net), theta, "theta")
    etas = positive("etas", etas, array=True)
    if np.ndim(etas) != 1 or len(etas) < 2 or not (np.diff(etas) > 0).all():
        raise ValueError(f"etas must be two or more rising step sizes, got {shown(etas)}")
    eta = float(etas[len(etas) // 2]) if eta is None else positive("eta", eta)
    if not etas[0] <= eta <= etas[-1]:
        raise ValueError(f"eta must be between {etas[0]:g} and {etas[-1]:g}, got {eta:g}")
    whole("every", every, 1, PIECE)
    whole("steps", steps, 4 * every)
    runs, paths = finish(train(net, theta, etas, steps, every), _reporter(len(etas), steps))
    return Sweep(runs, paths, eta)


def train(net, theta, etas, steps, every) -> Iterator[float]:
    """Piece by piece: yields the share that is done, returns runs and paths."""
    piece = PIECE // every * every
    records = steps // every + 1
    x, escaped = np.full((records, len(etas), net.dim), np.nan), np.full(len(etas), -1)
    x[0], alive = theta, np.arange(len(etas))
    for done in range(0, (records - 1) * every, piece):
        row = done // every
        count = min(piece, (records - 1) * every - done)
        part = descend(net, GradientDescent(etas[alive]), x[row, alive], count, every=every)
        x[row + 1 : row + 1 + count // every, alive] = part.x[1:]
        gone = part.escaped_at >= 0
        escaped[alive[gone]] = done + part.escaped_at[gone]
        alive = alive[~gone]
        yield TRAINING * (done + count) / steps
        if not len(alive):
            break
    values, vectors = [], []
    for j, eta in enumerate(etas):
        path = sharpness_along(Trajectory(net, GradientDescent(eta), x[:, j], every, None), every=2)
        values.append(path.values)
        vectors.append(path.vectors)
        yield TRAINING + (1 - TRAINING) * (j + 1) / len(etas)
    runs = Trajectory(net, GradientDescent(etas), x, every, escaped)
    return runs, SharpnessPath(path.steps, np.stack(values, axis=1), np.stack(vectors, axis=1))


def finish(work: Iterator[float], report: Callable[[float], None]):
    """Do all the work and return what it returns."""
    while True:
        try:
            report(next(work))
        except StopIteration as end:
            return end.value


def merge(old: Sweep, runs: Trajectory, paths: SharpnessPath) -> Sweep:
    """A sweep with further step sizes put in their places."""
    etas = np.concatenate([old.etas, runs.stepper.eta])
    order = np.argsort(etas)

    def both(first, second, axis=1):
        return np.concatenate([first, second], axis=axis).take(order, axis=axis)

    x, escaped = both(old.runs.x, runs.x), both(old.runs.escaped_at, runs.escaped_at, axis=0)
    values, vectors = both(old.paths.values, paths.values), both(old.paths.vectors, paths.vectors)
    joined = replace(old.runs, stepper=GradientDescent(etas[order]), x=x, escaped_at=escaped)
    return replace(old, runs=joined, paths=replace(old.paths, values=values, vectors=vectors))


def _reporter(rows: int, steps: int) -> Callable[[float], None]:
    """A progress bar where there is a notebook to show it; nothing elsewhere."""
    from IPython import get_ipython

    if get_ipython() is None:
        return lambda share: None
    from eos.explorers.sweep_panel import Progress

    return Progress(f"{rows} step sizes, {steps} steps each").show
