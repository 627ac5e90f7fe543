"""Notebook 5: a network in training, whose step size the reader changes while it runs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from eos import MLPLoss, SteeredRun, chebyshev
from eos.live.session import Scene, Session, read_moves, replay
from eos.live.stage import stage
from eos.validation import shown
from eos.widgets import Still


def training(scene: str | Scene = "chebyshev 5", **moves: float) -> Training:
    """A network in training: `steps` steps are taken now, by default none, the rest when the reader plays.

    scene is "chebyshev 5" (one hidden layer of 100, as in Cohen et al., 2021; it goes on sharpening for very long),
    "chebyshev 6" (three of 20; it sharpens fastest), "chebyshev 4" (one of 10; it soon runs out of sharpening) or a
    `Scene`. Moves: eta, eta_at_1000=0.45, held=0 (no governor), held_at_<step>, and other settings of the scene's
    stepper. Raises ValueError for a scene or a move that cannot be, such as one after the last of the steps.
    """
    if not isinstance(scene, Scene):
        if not isinstance(scene, str) or scene not in SCENES:
            raise ValueError(f"scene must be one of {', '.join(SCENES)} or a Scene, got {shown(scene)}")
        (name, init, eta, reach, loss), net = SCENES[scene], NETS[scene]
        scene = Scene(name, net, init(net, 0), eta, reach, loss)
    return Training(scene, *read_moves({"steps": 0, **moves}, scene))


NETS = {
    "chebyshev 4": MLPLoss(*chebyshev(4), hidden=(10,), biases=(True, False)),
    "chebyshev 5": MLPLoss(*chebyshev(5), hidden=(100,), biases=(True, False)),
    "chebyshev 6": MLPLoss(*chebyshev(6), hidden=(20, 20, 20)),
}
SCENES = {
    "chebyshev 4": ("training_4", MLPLoss.init_xavier, (0.1, 0.4, 0.5), 9.6, (1e-5, 1e1)),
    "chebyshev 5": ("training", MLPLoss.init_xavier, (0.12, 0.3, 0.6), 101.0, (2e-2, 3e1)),
    "chebyshev 6": ("training_6", MLPLoss.init_torch, (0.08, 0.25, 0.4), 62.0, (1e-5, 1e1)),
}
"""Name in recipes, initial parameters, step sizes, reach, limits of the loss: as in `Scene`."""


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
        return stage(Session(self.scene, self.run)).still()

    def panel(self):
        """The live view."""
        from eos.live.panel import LivePanel

        return LivePanel(self.session)

    def _repr_mimebundle_(self, include=None, exclude=None):
        return self.panel()._repr_mimebundle_()
