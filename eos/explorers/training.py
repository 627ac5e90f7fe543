"""Notebooks 5 and 6: a network in training, whose step size the reader changes while it runs, by a method of choice."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property, partial

from eos import Adam, HeavyBall, MLPLoss, Nesterov, RMSProp, SteeredRun, chebyshev
from eos.live.session import Scene, Session, read_moves, replay
from eos.live.stage import stage
from eos.validation import shown
from eos.widgets import Still

GD = "gradient descent"


def training(scene: str | Scene = "chebyshev 5", method: str | None = None, **moves: float) -> Training:
    """A network in training: `steps` steps are taken now, by default none, the rest when the reader plays.

    scene is "chebyshev 5" (one hidden layer of 100, as in Cohen et al., 2021; it goes on sharpening for very long),
    "chebyshev 6" (three of 20; it sharpens fastest), "chebyshev 4" (one of 10; it soon runs out of sharpening) or a
    `Scene`. Where a method is given, one of the names in `training_scenes`, the reader may choose another; else it is
    gradient descent, or what a `Scene` has. Moves: eta, eta_at_1000=0.45, held=0 (no governor), held_at_<step>, and
    other settings of the scene's stepper. Raises ValueError for a scene, a method or a move that cannot be, such as one
    after the last of the steps.
    """
    if isinstance(scene, Scene) and method is not None:
        raise ValueError(f"method must not be given beside a Scene, which has its stepper, got {shown(method)}")
    scenes = {GD: scene} if isinstance(scene, Scene) else training_scenes(scene)
    if method is not None and (not isinstance(method, str) or method not in scenes):
        raise ValueError(f"method must be one of {', '.join(scenes)} for {scene}, got {shown(method)}")
    chosen = scenes[method or GD]
    return Training(chosen, *read_moves({"steps": 0, **moves}, chosen), scenes if method else {})


def training_scenes(scene: str = "chebyshev 5") -> dict[str, Scene]:
    """The scenes of one network and start, by the name of the method that trains it: gradient descent first."""
    if not isinstance(scene, str) or scene not in SCENES:
        raise ValueError(f"scene must be one of {', '.join(SCENES)} or a Scene, got {shown(scene)}")
    (name, init, eta, reach, loss), net = SCENES[scene], NETS[scene]
    plain = Scene(name, net, init(net, 0), eta, reach, loss)
    others = {
        method: replace(plain, name=f"{name}_{suffix}", eta=etas[scene], reach=None, stepper=stepper)
        for method, (suffix, stepper, etas) in METHODS.items()
        if scene in etas
    }
    return {GD: plain, **others}


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
METHODS = {
    "heavy ball": (
        "heavy_ball",
        partial(HeavyBall, beta=0.5),
        {"chebyshev 5": (0.06, 0.18, 0.24), "chebyshev 6": (0.04, 0.12, 0.2)},
    ),
    "Nesterov": (
        "nesterov",
        partial(Nesterov, beta=0.5),
        {"chebyshev 5": (0.1, 0.25, 0.5), "chebyshev 6": (0.05, 0.12, 0.2)},
    ),
    "RMSProp": ("rmsprop", RMSProp, {"chebyshev 5": (0.0005, 0.001, 0.004), "chebyshev 6": (0.0005, 0.001, 0.003)}),
    "Adam": ("adam", Adam, {"chebyshev 5": (0.001, 0.003, 0.01), "chebyshev 6": (0.002, 0.005, 0.02)}),
}
"""End of the name in recipes, stepper, step sizes on each network. `benchmarks/steering_methods.md`: none escapes."""


@dataclass(frozen=True, eq=False)
class Training:
    """A scene after some steps and moves, and others to choose from, by name: shows itself live, or stands still."""

    scene: Scene
    steps: int
    moves: dict[tuple[int, str], float]
    scenes: dict[str, Scene] = field(default_factory=dict)

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

        return LivePanel(self.session, self.scenes)

    def _repr_mimebundle_(self, include=None, exclude=None):
        return self.panel()._repr_mimebundle_()
