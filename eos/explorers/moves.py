"""The moves of a live training: what was set at which step, as the line of text that brings it back."""

from __future__ import annotations

from numbers import Real
from typing import TYPE_CHECKING

import numpy as np

from eos.explorers.slider import number
from eos.validation import positive, shown, whole

if TYPE_CHECKING:
    from eos.explorers.training import Scene, Session

MOST_REPLAYED = 20_000
"""Steps that a recipe may ask for."""


def recipe(session: Session) -> str:
    """One line that says how to come here again: the moves, each with its step, and the number of steps.

    Edge tests, which change nothing, are not in it.
    """
    parts, last = [], {"held": True}
    for (step, name), value in sorted(session.run.moves.items()):
        if last.get(name) != value:
            parts.append(f"{name}_at_{step}={number(value)}" if step else f"{name}={number(value)}")
        last[name] = value
    return f"{session.scene.name}({', '.join([*parts, f'steps={session.run.step}'])})"


def read_moves(given: dict[str, float], scene: Scene) -> tuple[int, dict[tuple[int, str], float]]:
    """Steps and moves from {"eta": 0.3, "eta_at_2000": 0.45, "steps": 3000}; ValueError names what is wrong."""
    steps, moves = given.get("steps", 0), {}
    steps = whole("steps", int(steps) if isinstance(steps, float) and steps.is_integer() else steps, 0, MOST_REPLAYED)
    for word, value in given.items():
        name, _, step = word.partition("_at_")
        if name not in ("eta", "held", "steps") or not (step.isdecimal() or step == "") or name == "steps" and step:
            raise ValueError(f"a move is eta, held, eta_at_<step> or held_at_<step>, beside steps; got {shown(word)}")
        if name == "held" and not (isinstance(value, Real | np.bool_) and value in (0, 1)):
            raise ValueError(f"{word} must be 0 or 1, got {shown(value)}")
        if name == "eta" and not scene.eta[0] <= positive(word, value) <= scene.eta[2]:
            raise ValueError(f"{word} must be between {scene.eta[0]:g} and {scene.eta[2]:g}, got {shown(value)}")
        if step and int(step) > steps:
            raise ValueError(f"{word} comes after the last of steps={steps}: ask for more steps")
        if name != "steps":
            moves[int(step or 0), name] = value
    return steps, moves
