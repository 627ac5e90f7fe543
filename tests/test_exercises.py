"""Exercises know right from wrong."""

import numpy as np
import pytest

from eos import FromFunctions, GradientDescent, MLPLoss, Quadratic, chebyshev, descend
from eos.exercises import EXERCISES, check

PARABOLA = FromFunctions(lambda x: x**2, lambda x: 2 * x)
MISMATCH = FromFunctions(np.cos, np.sinh)
SHARP = MLPLoss(*chebyshev(4), hidden=(10,), biases=(True, False))


def trained(eta):
    """A run of notebook 5's network."""
    return descend(SHARP, GradientDescent(eta), SHARP.init_xavier(seed=0), 8000, every=20)


def shifted_power(hvp, v, c):
    """The answer to 3.3."""
    for _ in range(200):
        v = hvp(v) + c * v
        v = v / np.linalg.norm(v)
    return v @ hvp(v)


def own_valley(ratio, steps=400):
    """A run in log cosh(x y) that starts near its floor, at a sharpness of so many edges."""
    mine = FromFunctions(
        lambda p: np.log(np.cosh(p[0] * p[1])), lambda p: np.tanh(p[0] * p[1]) * p[::-1], dim=2
    )
    return descend(mine, GradientDescent(0.2), (0.05, np.sqrt(ratio * 10)), steps)


# name: a right answer, and two wrong ones, made when they are needed
ANSWERS = {
    "1.1": lambda: (0.2, 0.4, 5.0),
    "1.2": lambda: (19.0, 1.0, 20.0),
    "1.3": lambda: (
        lambda x, eta, a: x - eta * a * x,
        lambda x, eta, a: x + eta * a * x,
        lambda x, eta, a: x - eta * a,
    ),
    "1.4": lambda: (
        FromFunctions(np.cosh, np.sinh),
        PARABOLA,
        FromFunctions(lambda x: x**4, lambda x: 4 * x**3),
    ),
    "2.1": lambda: (0.7306, 0.5, -0.7306),
    "2.2": lambda: (2.598, 2.0, np.nan),
    "2.3": lambda: (
        lambda f, p, q: (f(q) - f(p)) / (q - p),
        lambda f, p, q: f(q) - f(p),
        lambda f, p, q: (f(q) + f(p)) / (q + p),
    ),
    "2.4": lambda: (
        FromFunctions(lambda x: np.log(np.cosh(x)), np.tanh),
        PARABOLA,
        FromFunctions(lambda x: np.log(np.cosh(x)) / 10, lambda x: np.tanh(x) / 10),
    ),
    "3.1": lambda: (0.25, 0.5, 4.0),
    "3.2": lambda: (0.2, 2 / 9, 1.0),
    "3.3": lambda: (shifted_power, lambda hvp, v, c: shifted_power(hvp, v, 0.0), lambda hvp, v, c: v @ hvp(v)),
    "3.4": lambda: (
        Quadratic(0.1 * np.eye(3) - 2 * (1 - np.eye(3))),
        Quadratic([[1.0, 5.0], [5.0, 1.0]]),
        Quadratic((-5.0, 3.0, 1.0)),
    ),
    "4.1": lambda: (39.95, 40.5, 20.0),
    "4.2": lambda: (0.3704, 0.4, 2.5),
    "4.3": lambda: (
        lambda x, y, eta: y**2 - (y - eta * x * (x * y) / np.hypot(1, x * y)) ** 2,
        lambda x, y, eta: 2 * eta * x**2 * y**2,
        lambda x, y, eta: 0.0,
    ),
    "4.4": lambda: (own_valley(2.0), own_valley(0.5), own_valley(2.0, steps=8)),
    "5.1": lambda: (0.25, 4.0, 16.0),
    "5.2": lambda: (0.02, 0.2, 3.0),
    "5.3": lambda: (0.2, 0.4, 0.8),
    "5.4": lambda: (trained(0.3), trained(0.1), trained(0.2)),
}
every_exercise = pytest.mark.parametrize("name", EXERCISES)


def says(capsys, name, answer) -> str:
    """What `check` prints, in one line."""
    check(name, answer)
    (line,) = capsys.readouterr().out.splitlines()
    return line


@every_exercise
def test_right_answers_are_right_and_wrong_ones_get_the_hint(capsys, name):
    right, *wrong = ANSWERS[name]()
    assert says(capsys, name, right) == f"{name}: right. {EXERCISES[name].because}"
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


@pytest.mark.parametrize("answer", [MISMATCH, FromFunctions(lambda x: 0.0, np.tanh)], ids=["1.4", "2.4"])
def test_a_slope_that_is_not_the_curves_is_not_right(capsys, answer, request):
    assert "right." not in says(capsys, request.node.callspec.id, answer)


def test_an_unknown_exercise_is_refused():
    with pytest.raises(ValueError, match="name must be one of 1.1, .* got '9.9'"):
        check("9.9", 1)
