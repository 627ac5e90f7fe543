"""Recipes: the one line that restores a picture, `parabola(eta=0.75, a=2)`, written and read."""

import ast
from collections.abc import Mapping

from eos.validation import shown
from eos.widgets.slider import number


def written(name: str, values: Mapping[str, float]) -> str:
    """The line that says every value exactly."""
    return f"{name}({', '.join(f'{key}={number(value)}' for key, value in values.items())})"


def read(recipe: str, name: str, example: str) -> dict[str, float]:
    """The numbers that a recipe for `name` gives, `explorers.` in front or not; ValueError tells what is wrong."""
    try:
        call = ast.parse(recipe.strip(), mode="eval").body
        owner, called = ast.unparse(call.func).rpartition(".")[::2]
    except (AttributeError, SyntaxError, ValueError, RecursionError, MemoryError):
        raise ValueError(f"a recipe looks like {example}, got {shown(recipe)}") from None
    if called != name or owner not in ("", "explorers", "eos.explorers"):
        raise ValueError(f"this recipe is for {shown(called)[1:-1]}, not for {name}")
    if stray := [shown(ast.unparse(part)) for part in (*call.args, *(k.value for k in call.keywords if not k.arg))]:
        raise ValueError(f"{stray[0]} should be name=number")
    given = {}
    for word in call.keywords:
        if word.arg in given:
            raise ValueError(f"the recipe says {word.arg} twice")
        given[word.arg] = _number(word)
    return given


def _number(word: ast.keyword) -> float:
    try:
        value = ast.literal_eval(word.value)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        value = None
    if type(value) not in (int, float):
        raise ValueError(f"{word.arg} must be a number, got {shown(ast.unparse(word.value))}")
    return value
