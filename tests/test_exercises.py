"""Exercises know right from wrong."""

import numpy as np
import pytest
from lessons import ANSWERS

from eos import FromFunctions
from eos.exercises import EXERCISES, check

MISMATCH = FromFunctions(np.cos, np.sinh)
every_exercise = pytest.mark.parametrize("name", sorted(EXERCISES))


def says(capsys, name, answer) -> str:
    """What `check` prints, in one line."""
    check(name, answer)
    (line,) = capsys.readouterr().out.splitlines()
    return line


def test_every_exercise_is_tried():
    assert ANSWERS.keys() == EXERCISES.keys()


@every_exercise
def test_right_answers_are_right_and_wrong_ones_get_the_hint(capsys, name):
    right, wrong = ANSWERS[name]()
    assert right and len(wrong) > 1
    for answer in right:
        assert says(capsys, name, answer) == f"{name}: right. {EXERCISES[name].because}"
    for answer in wrong:
        assert says(capsys, name, answer) == f"{name}: not yet. Hint: {EXERCISES[name].hint}"


@every_exercise
def test_three_dots_are_the_readers_turn(capsys, name):
    assert says(capsys, name, ...).startswith(f"{name}: your turn.")


@every_exercise
@pytest.mark.parametrize(
    "nonsense",
    ["a string", None, lambda *_: 1 / 0, [], np.zeros(3), object()],
    ids=["text", "None", "a function that raises", "an empty list", "an array", "an object"],
)
def test_nonsense_is_told_not_raised(capsys, name, nonsense):
    said = says(capsys, name, nonsense)
    assert "right." not in said and said.endswith(f"Hint: {EXERCISES[name].hint}")


def test_what_went_wrong_in_an_answer_is_told(capsys):
    assert "ZeroDivisionError: division by zero" in says(capsys, "1.3", lambda *_: 1 / 0)


@pytest.mark.parametrize("answer", [(MISMATCH, 5.0), FromFunctions(lambda x: 0.0, np.tanh)], ids=["1.4", "2.4"])
def test_a_slope_that_is_not_the_curves_is_not_right(capsys, answer, request):
    assert "right." not in says(capsys, request.node.callspec.id, answer)


def test_an_unknown_exercise_is_refused():
    with pytest.raises(ValueError, match="name must be one of 1.1, .* got '9.9'"):
        check("9.9", 1)
