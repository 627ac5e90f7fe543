"""A live training: the scene, what was set at which step, and the line of text that brings a run back."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from numbers import Real

import numpy as np

from eos import GradientDescent, MLPLoss, SteeredRun, Stepper, descend
from eos.pictures import one_curve
from eos.potentials import one_point
from eos.trajectories import finish
from eos.validation import numbers, positive, shown, whole
from eos.widgets import recipe as recipes

MOST_STEPS = 2_000_000
"""A session ends after so many steps, and no recipe may ask for more."""
PIECE = 50
"""Steps that are replayed between two looks at the clock."""
TEST_STEPS = 150
"""Length of an edge test."""
RISEN = 1.05
"""A loss that never exceeds this many times its value has not risen."""
WORD = re.compile(r"([A-Za-z]\w*?)(?:_at_(\d{1,9}))?", re.ASCII)


@dataclass(frozen=True, eq=False)
class Scene:
    """A network to be trained live, its start, and what its pictures need.

    eta      step sizes: lowest, at the start, highest
    reach    the largest sharpness seen in 200,000 steps of a size that never meets its edge, or None where not known
    loss     limits of the loss axis
    stepper  makes the stepper from a step size: a class, or `partial(HeavyBall, beta=0.5)`
    """

    name: str
    net: MLPLoss = field(repr=False)
    theta: np.ndarray = field(repr=False)
    eta: tuple[float, float, float]
    reach: float | None = None
    loss: tuple[float, float] = (1e-4, 1e2)
    stepper: Callable[[float], Stepper] = GradientDescent

    def __post_init__(self):
        if not isinstance(self.name, str) or not self.name.isidentifier():
            raise ValueError(f"name must be a Python name, got {shown(self.name)}")
        one_curve("net", self.net)
        one_point(self.net, self.theta, "theta")
        _rising("eta", self.eta, 3, "(lowest, at the start, highest)")
        _rising("loss", self.loss, 2, "(lowest, highest)")
        if self.reach is not None:
            positive("reach", self.reach)

    def begin(self) -> SteeredRun:
        """A run that has not taken a step."""
        return SteeredRun(self.net, self.stepper(self.eta[1]), self.theta)


class Session:
    """One run of a scene, with the edge tests made on the way: (step, loss over loss before at eta, at 1.1 eta)."""

    def __init__(self, scene: Scene, run: SteeredRun):
        self.scene, self.run, self.tests = scene, run, []
        self._usual = {**scene.begin().settings, "eta": None}

    @property
    def at_end(self) -> bool:
        """Whether as many steps have been taken as a session may have."""
        return self.run.step >= MOST_STEPS

    def test_edge(self) -> None:
        """Train two copies on from here, one with eta, one with 1.1 eta; nothing, where the run has escaped."""
        run = self.run
        if run.escaped_at is not None:
            return
        raised = replace(run.stepper, eta=run.eta * np.array([1.0, 1.1]))
        loss = descend(run.potential, raised, run.x, TEST_STEPS, state=run.state).loss / run.loss
        self.tests = [*self.tests[-1:], (run.step, loss[:, 0], loss[:, 1])]

    def verdict(self) -> str:
        """What the last edge test showed."""
        step, kept, raised = self.tests[-1]
        start = f"Edge test at step {step}: with η × 1.1"
        if not np.isfinite(raised).all():
            return f"{start} the copy escapes."
        if raised.max() <= RISEN:
            return f"{start} nothing happens."
        same = "with the same η it does not rise" if (most := np.nanmax(kept)) <= RISEN else f"with η, to {most:.2g}"
        return f"{start} the loss rises to {raised.max():.2g} times its value, {same}."

    def recipe(self) -> str:
        """One line that says how to come here again: the moves, each with its step, and the number of steps.

        Edge tests, which change nothing, are not in it.
        """
        moves, last = {}, dict(self._usual)
        for (step, name), value in sorted(self.run.moves.items()):
            if last[name] != value:
                moves[f"{name}_at_{step}" if step else name] = value
            last[name] = value
        return recipes.written(self.scene.name, {**moves, "steps": self.run.step})


def read_moves(given: dict[str, float], scene: Scene) -> tuple[int, dict[tuple[int, str], float]]:
    """Steps and moves from {"eta": 0.3, "eta_at_2000": 0.45, "steps": 3000}; ValueError names what is wrong."""
    steps, moves, start = given.get("steps", 0), {}, scene.begin()
    steps = whole("steps", int(steps) if isinstance(steps, float) and steps.is_integer() else steps, 0, MOST_STEPS)
    for word, value in given.items():
        name, step = found.groups() if (found := WORD.fullmatch(word)) else ("", None)
        if word == "steps":
            continue
        if name not in start.settings:
            known = ", ".join(start.settings)
            raise ValueError(f"a move is {known}, or one of them with _at_<step>, beside steps; got {shown(word)}")
        if name == "held" and not (isinstance(value, Real | np.bool_) and value in (0, 1)):
            raise ValueError(f"{word} must be 0 or 1, got {shown(value)}")
        if name == "eta" and not scene.eta[0] <= positive(word, value) <= scene.eta[2]:
            raise ValueError(f"{word} must be between {scene.eta[0]:g} and {scene.eta[2]:g}, got {shown(value)}")
        start.set(name, value)
        place = int(step or 0), name
        if place[0] > steps:
            raise ValueError(f"{word} comes after the last of steps={steps}: ask for more steps")
        if place in moves:
            raise ValueError(f"{word} says {name} at step {place[0]} for the second time")
        moves[place] = value
    return steps, moves


def replay(scene: Scene, steps: int, moves: dict[tuple[int, str], float]) -> Session:
    """A session after `steps` steps in which these moves were made."""
    return finish(replaying(scene, steps, moves))


def replaying(scene: Scene, steps: int, moves: dict[tuple[int, str], float]):
    """The work of `replay`, piece by piece: yields the part that is done, returns the session."""
    run = scene.begin()
    for (step, name), value in [*sorted(moves.items()), ((steps, ""), None)]:
        while run.step < step and run.escaped_at is None:
            run.advance(min(PIECE, step - run.step))
            yield run.step / max(steps, 1)
        if name:
            run.set(name, bool(value) if name == "held" else value)
    return Session(scene, run)


def _rising(name: str, value, count: int, right: str) -> None:
    """Refuse what is not so many positive, rising numbers."""
    given = numbers(name, value, right)
    sound = given.shape == (count,) and np.isfinite(given).all() and 0 < given[0] < given[-1]
    if not sound or (np.diff(given) < 0).any():
        raise ValueError(f"{name} must be {right}, got {shown(value)}")
