"""Recipes: the one line that restores a picture, `parabola(eta=0.75, a=2)`, written and read."""

import ast
import re
from collections.abc import Mapping

from eos.validation import instance, shown
from eos.widgets.slider import number

PAIR = re.compile(r"\b\w++ ?= ?-?[\w.]++(?:[-+]\w++)?,? *")
"""What a recipe has many of: `eta=1e-05, `."""
REST, BRACKETS = 500, 25
"""Most characters of all but pairs, and most that open something: parsing what is deeper ends a browser's Python."""


def written(name: str, values: Mapping[str, float]) -> str:
    """The line that says every value exactly."""
    return f"{name}({', '.join(f'{key}={number(value)}' for key, value in values.items())})"


def read(recipe: str, name: str, example: str) -> dict[str, float]:
    """The numbers that a recipe for `name` gives, `explorers.` in front or not; ValueError tells what is wrong."""
    try:
        recipe = instance("recipe", recipe, str, "a text").strip()
        rest = PAIR.sub("", recipe)
        if len(rest) > REST or sum(map(rest.count, "([{:")) > BRACKETS:
            raise SyntaxError
        call = ast.parse(recipe, mode="eval").body
        owner, called = ast.unparse(call.func).rpartition(".")[::2]
    except (AttributeError, SyntaxError, ValueError, RecursionError, MemoryError):
        raise ValueError(f"a recipe looks like {example}, got {shown(recipe)}") from None
    if called != name or owner not in ("", "explorers", "eos.explorers"):
        raise ValueError(f"this recipe is for {shown(called)[1:-1]}, not for {name}")
    if stray := [*call.args, *(word.value for word in call.keywords if not word.arg)]:
        raise ValueError(f"{_source(recipe, stray[0])} should be name=number")
    given = {}
    for word in call.keywords:
        if word.arg in given:
            raise ValueError(f"the recipe says {word.arg} twice")
        given[word.arg] = _number(recipe, word)
    return given


def _number(recipe: str, word: ast.keyword) -> float:
    try:
        value = ast.literal_eval(word.value)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        value = None
    if type(value) not in (int, float):
        raise ValueError(f"{word.arg} must be a number, got {_source(recipe, word.value)}")
    return value


def _source(recipe: str, part: ast.expr) -> str:
    """What stands there, in quotes."""
    return shown(ast.get_source_segment(recipe, part))
