"""Notebook 5: a network in training, whose step size the reader changes while it runs."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from eos.datasets import chebyshev
from eos.explorers.moves import read_moves
from eos.explorers.stage import TEST_STEPS, stage
from eos.explorers.step_sizes import one_curve
from eos.explorers.still import Still, still
from eos.network import MLPLoss
from eos.potentials import one_point
from eos.steered_run import SteeredRun
from eos.steppers import GradientDescent
from eos.trajectory import descend
from eos.validation import numbers, positive, shown


@dataclass(frozen=True, eq=False)
class Scene:
    """A network to be trained live, its start, and what its pictures need.

    eta    step sizes: lowest, at the start, highest
    reach  the largest sharpness seen in 200,000 steps of a size that never meets its edge, or None where not known
    loss   limits of the loss axis
    """

    name: str
    net: MLPLoss = field(repr=False)
    theta: np.ndarray = field(repr=False)
    eta: tuple[float, float, float]
    reach: float | None = None
    loss: tuple[float, float] = (1e-4, 1e2)

    def __post_init__(self):
        if not isinstance(self.name, str) or not self.name.isidentifier():
            raise ValueError(f"name must be a Python name, got {shown(self.name)}")
        one_curve("net", self.net)
        one_point(self.net, self.theta, "theta")
        _rising("eta", self.eta, 3, "(lowest, at the start, highest)")
        _rising("loss", self.loss, 2, "(lowest, highest)")
        if self.reach is not None:
            positive("reach", self.reach)


def _rising(name: str, value, count: int, right: str) -> None:
    """Refuse what is not so many positive, rising numbers."""
    given = numbers(name, value, right)
    sound = given.shape == (count,) and np.isfinite(given).all() and 0 < given[0] < given[-1]
    if not sound or (np.diff(given) < 0).any():
        raise ValueError(f"{name} must be {right}, got {shown(value)}")


class Session:
    """One run of a scene, with the edge tests made on the way: (step, losses at eta, losses at 1.1 eta)."""

    def __init__(self, scene: Scene, run: SteeredRun):
        self.scene, self.run, self.tests = scene, run, []

    def test_edge(self) -> None:
        """Train two copies on from here, one with eta, one with 1.1 eta."""
        run = self.run
        etas = run.eta * np.array([1.0, 1.1])
        loss = descend(run.potential, GradientDescent(etas), run.x, TEST_STEPS).loss / run.loss
        self.tests = [*self.tests[-1:], (run.step, loss[:, 0], loss[:, 1])]

    def verdict(self) -> str:
        """What the last edge test showed."""
        step, kept, raised = self.tests[-1]
        start = f"Edge test at step {step}: with η × 1.1"
        if not np.isfinite(raised).all():
            return f"{start} the copy escapes."
        if raised.max() <= 2.0:
            return f"{start} nothing happens."
        same = f"with the same η to {np.nanmax(kept):.2g}"
        return f"{start} the loss spikes to {raised.max():.2g} times its value, {same}."


def replay(scene: Scene, steps: int, moves: dict[tuple[int, str], float]) -> Session:
    """A session after `steps` steps in which these moves were made."""
    eta, held = moves.get((0, "eta"), scene.eta[1]), moves.get((0, "held"), True)
    run = SteeredRun(scene.net, scene.theta, eta, bool(held))
    for (step, name), value in sorted(moves.items()):
        if 0 < step <= steps:
            run.advance(step - run.step)
            run.set(name, value)
    run.advance(steps - run.step)
    return Session(scene, run)


def training(scene: str | Scene = "chebyshev 5", **moves: float) -> Training:
    """A network in training: `steps` steps are taken now, the rest when the reader plays.

    scene is "chebyshev 5" (one hidden layer of 100, as in Cohen et al., 2021; it goes on sharpening for very long),
    "chebyshev 6" (three of 20; it sharpens fastest), "chebyshev 4" (one of 10; it soon runs out of sharpening) or a
    `Scene`. Moves: eta, eta_at_1000=0.45, held=0 (no governor), held_at_<step>. Raises ValueError for a scene or a
    move that cannot be, such as one after the last of the steps.
    """
    if not isinstance(scene, Scene):
        if not isinstance(scene, str) or scene not in SCENES:
            raise ValueError(f"scene must be one of {', '.join(SCENES)} or a Scene, got {shown(scene)}")
        scene = SCENES[scene]()
    return Training(scene, *read_moves({"steps": 1500, **moves}, scene))


def _chebyshev_4() -> Scene:
    net = MLPLoss(*chebyshev(4), hidden=(10,), biases=(True, False))
    return Scene("training_4", net, net.init_xavier(0), (0.1, 0.4, 0.5), reach=9.6, loss=(1e-5, 1e1))


def _chebyshev_5() -> Scene:
    net = MLPLoss(*chebyshev(5), hidden=(100,), biases=(True, False))
    return Scene("training", net, net.init_xavier(0), (0.12, 0.3, 0.6), reach=101.0, loss=(2e-2, 3e1))


def _chebyshev_6() -> Scene:
    net = MLPLoss(*chebyshev(6), hidden=(20, 20, 20))
    return Scene("training_6", net, net.init_torch(0), (0.08, 0.25, 0.4), reach=62.0, loss=(1e-5, 1e1))


SCENES = {"chebyshev 4": _chebyshev_4, "chebyshev 5": _chebyshev_5, "chebyshev 6": _chebyshev_6}


@dataclass(frozen=True, eq=False)
class Training:
    """A scene after some steps and moves: shows itself live, or stands still."""

    scene: Scene
    steps: int
    moves: dict[tuple[int, str], float]

    def session(self) -> Session:
        """The run up to here, computed now: one that may go on."""
        return replay(self.scene, self.steps, self.moves)

    @cached_property
    def run(self) -> SteeredRun:
        """The run up to here, to be looked at."""
        return self.session().run

    def still(self) -> Still:
        """The picture without controls."""
        explorer = stage(Session(self.scene, self.run))
        return still(explorer.setup, explorer.size, explorer.values())

    def panel(self):
        """The live view: an ipywidgets box."""
        from eos.explorers.live import LivePanel

        return LivePanel(self)

    def _repr_mimebundle_(self, include=None, exclude=None):
        return self.panel()._repr_mimebundle_()
