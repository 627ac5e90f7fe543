"""Notebook 5: the same network trained with many step sizes at once, and with more of them on request."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from eos import GradientDescent, MLPLoss, SharpnessPath, Stepper, Trajectory
from eos.explorers.step_sizes import step_sizes
from eos.pictures import one_curve
from eos.potentials import one_point
from eos.trajectories import finish, in_pieces, merged
from eos.validation import instance, positive, shown, whole
from eos.widgets import Explorer, Still


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

    def finer(self):
        """The work, piece by piece as in `in_pieces`, that returns a sweep with those between them too."""
        runs, stepper = self.runs, replace(self.runs.stepper, eta=self.between())
        more = yield from in_pieces(runs.potential, stepper, runs.x[0, 0], int(runs.steps[-1]), runs.every)
        return Sweep(*merged(runs, self.paths, *more), self.eta)

    def explorer(self, **values: float) -> Explorer:
        """The picture with its sliders."""
        return step_sizes(self.runs, self.paths, **{"eta": self.eta, **values})

    def still(self, **values: float) -> Still:
        """The picture without sliders."""
        return self.explorer().still(**values)

    def panel(self):
        """The live view."""
        from eos.live.sweep_panel import SweepPanel

        return SweepPanel(self)

    def _repr_mimebundle_(self, include=None, exclude=None):
        return self.panel()._repr_mimebundle_()


def sweep(
    net: MLPLoss, theta, etas, steps: int, *, every: int = 20, eta: float | None = None,
    stepper: Callable[..., Stepper] = GradientDescent,
) -> Sweep:  # fmt: skip
    """Train `net` from `theta` with each of the rising step sizes `etas`, shape `(m,)`, as one batch.

    Every `every`-th step is kept, the sharpness is measured at every second record. A progress bar shows how far it
    is; the notebook's interrupt button cancels. The slider starts at `eta`, by default the middle one. `stepper` makes
    the stepper from step sizes: a class, or `partial(HeavyBall, beta=0.5)`. Raises ValueError for bad input.
    """
    theta = one_point(one_curve("net", net), theta, "theta")
    etas = positive("etas", etas, array=True)
    if np.ndim(etas) != 1 or len(etas) < 2 or not (np.diff(etas) > 0).all():
        raise ValueError(f"etas must be two or more rising step sizes, got {shown(etas)}")
    eta = float(etas[len(etas) // 2]) if eta is None else positive("eta", eta)
    if not etas[0] <= eta <= etas[-1]:
        raise ValueError(f"eta must be between {etas[0]:g} and {etas[-1]:g}, got {eta:g}")
    every = whole("every", every, 1)
    whole("steps", steps, 4 * every)
    try:
        made = instance("stepper", stepper(etas), Stepper, "what makes a stepper from step sizes")
    except TypeError as error:
        raise ValueError(f"stepper must be what makes a stepper from step sizes, got {shown(stepper)}") from error
    from eos.live.sweep_panel import Progress

    progress = Progress(f"{len(etas)} step sizes, {steps} steps each")
    return Sweep(*finish(in_pieces(net, made, theta, steps // every * every, every), progress.show), eta)
