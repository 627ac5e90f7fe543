"""Bad input is a ValueError, raised at the door, that names the parameter."""

import traceback
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

import eos
from eos import (
    Catapult,
    FromFunctions,
    GradientDescent,
    GradientFlow,
    HeavyBall,
    MLPLoss,
    Nesterov,
    Penalized,
    Product,
    Quadratic,
    Rescaled,
    SoftAbs,
    SteeredRun,
    Valley,
    Walls,
    chebyshev,
    chebyshev_sign,
    descend,
    digits,
    exact,
    half_differences,
    lanczos,
    midpoints,
    one_hot,
    power_iteration,
    resume,
    secant_curvature,
    sharpness,
    sharpness_along,
    symmetry_error,
    taylor_slopes,
)
from eos.curvature import difference_errors, lanczos_convergence, power_convergence

NAN = float("nan")
X, Y = chebyshev(3)
LABELS = np.arange(20) % 2
NET = MLPLoss(X, Y, hidden=(3,))
BOWL, CURVE, STEP, WALLS = Quadratic((1.0, 2.0)), SoftAbs(), GradientDescent(0.1), Walls()
RUN = descend(BOWL, STEP, (1.0, 1.0), 5)


ESTIMATORS = exact, lanczos, power_iteration
RECORDED = {power_convergence: 15, lanczos_convergence: 15, difference_errors: [1e-3]}
VALLEYS = Valley(0.1), Product(2), Catapult(1)
AT_A_POINT = *ESTIMATORS, sharpness, symmetry_error, taylor_slopes
HUGE = 10**400


def square(x):
    return x * x


CASES = [
    *[
        (lambda bad=bad: Quadratic(bad), "curvatures")
        for bad in ([], NAN, "a", np.ones((2, 3)), [[1, 2], [0, 1]], np.inf, ["1", "2"], None, True, 1j, HUGE)
    ],
    (lambda: BOWL.value(1.0), "x has shape"),
    (lambda: BOWL.gradient([1.0, 2.0, 3.0]), "x has shape"),
    (lambda: BOWL.gradient("ab"), "x must be numbers"),
    (lambda: BOWL.hvp((1.0, 2.0), (1.0,) * 3), "v has shape"),
    (lambda: CURVE.value([0.5, 1.5]), r"x has shape .*x\[:, None\]"),
    (lambda: NET.gradient(np.zeros(3)), "x has shape"),
    (lambda: NET.hvp(np.zeros(NET.dim), np.zeros(3)), "v has shape"),
    (lambda: NET.at(np.zeros(NET.dim)).move_to(np.zeros((2, NET.dim))), "x has shape"),
    (lambda: FromFunctions(1.0, square), "value"),
    (lambda: FromFunctions(square, square, dim=0), "dim"),
    *[
        (lambda bad=bad, rule=rule: rule(bad), "eta")
        for bad in (0.0, -1.0, NAN, np.inf, "fast", [], [0.1, -0.1], None, True)
        for rule in (GradientDescent, HeavyBall, Nesterov, GradientFlow)
    ],
    *[
        (lambda bad=bad, rule=rule: rule(0.1, beta=bad), "beta")
        for bad in (-0.1, 1.0, NAN, "a", False, None, [0.5])
        for rule in (HeavyBall, Nesterov)
    ],
    *[(lambda bad=bad: GradientFlow(0.1, tol=bad), "tol") for bad in (0.0, -1e-3, NAN)],
    (lambda: descend(BOWL, STEP, (NAN, 1.0), 5), "x0"),
    (lambda: descend(BOWL, STEP, (1.0, 1.0, 1.0), 5), "x0"),
    (lambda: descend(BOWL, STEP, (1e9, 1.0), 5), "x0.*escape"),
    (lambda: descend(BOWL, STEP, np.empty((0, 2)), 5), "x0"),
    (lambda: descend(BOWL, GradientDescent([0.1, 0.2]), np.ones((3, 2)), 5), "x0.*eta"),
    *[(lambda bad=bad: descend(BOWL, STEP, (1.0, 1.0), bad), "steps") for bad in (-1, 2.5, "3", None, True)],
    *[(lambda bad=bad: descend(BOWL, STEP, (1.0, 1.0), 5, every=bad), "every") for bad in (0, -1, 1.5)],
    *[(lambda bad=bad: descend(BOWL, STEP, (1.0, 1.0), 5, escape=bad), "escape") for bad in (0.0, -1.0, NAN)],
    *[
        (lambda bad=bad, f=f: f(BOWL, (0.0, 0.0), k=bad), "k must")
        for bad in (0, 3, 1.5, -1)
        for f in (exact, lanczos, power_iteration)
    ],
    *[(lambda f=f: f(BOWL, (NAN, 0.0)), "x must be finite") for f in (exact, lanczos, power_iteration, sharpness)],
    *[(lambda f=f: f(BOWL, np.zeros((2, 2))), "x must be one point") for f in (exact, lanczos, power_iteration)],
    *[(lambda f=f: f(BOWL, (0.0, 0.0), tol=0.0), "tol") for f in (lanczos, power_iteration)],
    *[(lambda f=f: f(BOWL, (0.0, 0.0), max_matvecs=0), "max_matvecs") for f in (lanczos, power_iteration)],
    *[
        (lambda f=f, bad=bad: f(BOWL, (0.0, 0.0), v0=bad), "v0")
        for bad in ((0.0, 0.0), (NAN, 1.0), (1.0,))
        for f in (lanczos, power_iteration)
    ],
    (lambda: secant_curvature(BOWL, (0.0,), (1.0, 1.0)), "a has shape"),
    (lambda: secant_curvature(BOWL, (0.0, 1.0), (1.0,)), "b has shape"),
    (lambda: sharpness_along(RUN, k=3), "k must"),
    (lambda: sharpness_along(RUN, every=0), "every"),
    (lambda: sharpness_along(RUN, tol=-1.0), "tol"),
    (lambda: taylor_slopes(BOWL, (NAN, 0.0)), "x must be finite"),
    (lambda: symmetry_error(BOWL, (0.0,)), "x has shape"),
    *[(lambda f=f: f(BOWL, np.zeros((2, 2))), "x must be one point") for f in (symmetry_error, taylor_slopes)],
    *[
        (lambda f=f, bad=bad: f(bad, 0.0), "potential must be a potential such as")
        for bad in (SoftAbs, "SoftAbs", None, RUN, square)
        for f in AT_A_POINT
    ],
    *[
        (lambda bad=bad: secant_curvature(bad, 0.0, 1.0), "potential must be a potential such as")
        for bad in (SoftAbs, "SoftAbs", None)
    ],
    *[(lambda bad=bad: sharpness_along(bad), "trajectory must be what") for bad in (RUN.x, BOWL, "run", None)],
    (lambda: descend(SoftAbs, STEP, 1.0, 5), "potential must be"),
    *[(lambda bad=bad: descend(CURVE, bad, 1.0, 5), "stepper must be") for bad in (0.1, GradientDescent, None)],
    *[
        (lambda f=f, bad=bad: f(BOWL, (0.0, 0.0), seed=bad), "seed must be a whole number of at least 0.*Generator")
        for bad in (-1, "one", 0.5, True, None, [1, 2])
        for f in (lanczos, power_iteration, symmetry_error, taylor_slopes)
    ],
    *[
        (lambda call=call, bad=bad: call(seed=bad), "seed must be a whole number of at least 0.*Generator")
        for bad in (-1, "one", 0.5, True, None)
        for call in (NET.init_xavier, NET.init_torch, lambda seed: sharpness_along(RUN, seed=seed))
    ],
    *[(lambda bad=bad: NET.init_xavier(gain=bad), "gain must be") for bad in (NAN, "a", -1, 0, True, None, [1.0], 1j)],
    *[
        (lambda call=call, bad=bad: call(tol=bad), "tol must be")
        for bad in (True, "a", None, NAN, [1e-6], 0.0, HUGE)
        for call in (
            lambda tol: lanczos(BOWL, (0.0, 0.0), tol=tol), lambda tol: power_iteration(BOWL, (0.0, 0.0), tol=tol),
            lambda tol: sharpness_along(RUN, tol=tol), lambda tol: GradientFlow(0.1, tol=tol),
        )
    ],
    *[
        (lambda f=f, bad=bad: f(BOWL, (0.0, 0.0), v0=bad), "v0 .*got shape .*:|v0 has shape|v0 must be numbers")
        for bad in (np.empty((0, 2)), np.ones((1, 1, 2)), np.ones((2, 3)), (0.0, 0.0), (np.inf, 0.0), "ab", (True,) * 2)
        for f in (lanczos, power_iteration)
    ],
    (lambda: lanczos(Quadratic(np.arange(9.0)), np.zeros(9), k=3, max_matvecs=2), "max_matvecs .* at least 3, got 2"),
    (
        lambda: power_iteration(Quadratic(np.arange(9.0)), np.zeros(9), k=3, max_matvecs=3),
        "max_matvecs .* at least 4, got 3",
    ),
    (lambda: secant_curvature(BOWL, np.ones((2, 2)), np.ones((3, 2))), r"a has shape \(2, 2\) and b .*\(3, 2\)"),
    *[
        (lambda f=f: f.hvp(np.zeros((2, f.dim)), np.zeros((3, f.dim))), r"x has shape \(2, .*and v has shape \(3, ")
        for f in (BOWL, CURVE, NET, FromFunctions(square, square))
    ],
    *[
        (lambda f=f, bad=bad: f(bad), "x must be numbers|x has shape")
        for bad in ("1", None, True, 1j, [[1], [1, 2]], HUGE, {})
        for f in (CURVE.value, CURVE.gradient, CURVE.at, NET.gradient, FromFunctions(square, square).value)
    ],
    *[
        (lambda bad=bad: MLPLoss(bad, Y), "inputs")
        for bad in ([], np.full((20, 1), NAN), "a", np.zeros((2, 2, 2)), None, [1j], [[1], [1, 2]])
    ],
    *[(lambda bad=bad: MLPLoss(X, bad), "targets") for bad in ([], np.full(20, np.inf), Y[:5], None)],
    (lambda: MLPLoss(["one", "two"], [1, 2]), r"inputs must be numbers .* got \['one', 'two'\]"),
    (lambda: MLPLoss([1, 2], ["one", "two"]), r"targets must be numbers .* got \['one', 'two'\]"),
    (lambda: MLPLoss([1, 2], ["cat", "dog"], loss="cross_entropy"), r"targets must be .*labels, got \['cat', 'dog'\]"),
    *[(lambda bad=bad: MLPLoss(X, Y, hidden=bad), "hidden") for bad in ((0,), (-3,), (2.5,), 5, "ab")],
    *[(lambda bad=bad: MLPLoss(X, Y, activation=bad), "activation") for bad in ("swish", None, ["tanh"])],
    *[(lambda bad=bad: MLPLoss(X, Y, loss=bad), "loss") for bad in ("mse", None)],
    *[(lambda bad=bad: MLPLoss(X, Y, biases=bad), "biases") for bad in ((True,), 1, "yes", (1, 0, 1))],
    (lambda: MLPLoss(X, Y, outputs=3), "outputs"),
    *[
        (lambda bad=bad: MLPLoss(X, bad, loss="cross_entropy"), "targets")
        for bad in (LABELS.astype(float), LABELS[:5], LABELS - 1, LABELS[:, None])
    ],
    (lambda: MLPLoss(X, LABELS, loss="cross_entropy", outputs=1), "outputs"),
    (lambda: MLPLoss(X, LABELS, loss="cross_entropy", outputs=2.5), "outputs"),
    (lambda: NET.predict(np.zeros(NET.dim), np.zeros((4, 2))), "inputs"),
    (lambda: NET.unpack(np.zeros(2)), "theta has shape"),
    *[(lambda bad=bad: NET.pack(bad), "parts") for bad in ([], 3, None, "ab", [1, 2], [(1, 2, 3)] * 2)],
    (lambda: NET.pack([("W", np.zeros(3)), (np.zeros((1, 3)), np.zeros(1))]), "W of layer 1 must be numbers, got 'W'"),
    (
        lambda: NET.pack([(np.zeros((2, 3, 1)), np.zeros((2, 3))), (np.zeros((5, 1, 3)), np.zeros((5, 1)))]),
        r"parts has layers of the batch shapes \(2,\), \(5,\)",
    ),
    (lambda: NET.pack([(np.zeros((3, 1)), None), (np.zeros((1, 3)), np.zeros(1))]), "layer 1"),
    *[(lambda f=f: f(-1), "degree") for f in (chebyshev, chebyshev_sign)],
    *[(lambda f=f: f(3, n=1), "n must") for f in (chebyshev, chebyshev_sign)],
    (lambda: digits(1798), "n must"),
    (lambda: one_hot([0, 5], classes=3), "labels|classes"),
]


@pytest.mark.parametrize(("call", "says"), CASES, ids=range(len(CASES)))
def test_bad_input_is_a_value_error_that_names_it(call, says):
    with pytest.raises(ValueError, match=says):
        call()


def test_a_message_is_a_short_line_whatever_was_given():
    with pytest.raises(ValueError) as caught:
        MLPLoss(np.full((500, 2), NAN), np.zeros(500))
    said = str(caught.value)
    assert len(said) < 200 and "\n" not in said and "array([[nan, nan]" in said


GARBAGE = [
    None, True, 0, -1, 2, 0.5, NAN, np.inf, 1e308, HUGE, 1j, "a", "1", b"x", [], [[]], [1, [2]], [1, 2], (1.0,) * 3,
    {}, {1: 2}, object(), SoftAbs, CURVE, np.zeros((0, 2)), np.zeros((2, 0)), np.zeros((3, 2)), np.ones((1, 1, 1)),
    np.array(1.0), np.array(["a"]), np.array([True]), np.array([None]), np.float32(1), np.int64(3), np.longdouble(1),
    np.datetime64("2020"), Fraction(1, 2), Decimal(1), square, range(3), np.full(2, 1e200), slice(3), {"a"},
]  # fmt: skip
AT, THETA = (0.1, 0.2), NET.init_xavier(0)
DOORS = {
    "Quadratic": Quadratic,
    "a parabola": lambda bad: (BOWL.value(bad), BOWL.gradient(bad), BOWL.hvp(bad, AT), BOWL.hessian(bad)),
    "its directions": lambda bad: BOWL.hvp(AT, bad),
    "its view": lambda bad: BOWL.at(AT).move_to(bad),
    "SoftAbs": lambda bad: (CURVE.value(bad), CURVE.gradient(bad), CURVE.hvp(bad, 1.0), CURVE.hvp(1.0, bad)),
    "value": lambda bad: FromFunctions(bad, square),
    "gradient": lambda bad: FromFunctions(square, bad),
    "hvp": lambda bad: FromFunctions(square, square, bad),
    "dim": lambda bad: FromFunctions(square, square, dim=bad),
    "an answer": lambda bad: FromFunctions(lambda x: bad, square).value(1.0),
    "a slope": lambda bad: FromFunctions(square, lambda x: bad).hvp(1.0, 1.0),
    "eta": lambda bad: [descend(BOWL, rule(bad), AT, 3).loss for rule in (GradientDescent, GradientFlow)],
    "beta": lambda bad: (HeavyBall(0.1, bad), Nesterov(0.1, bad)),
    "x0": lambda bad: descend(BOWL, STEP, bad, 3).loss,
    "steps": lambda bad: descend(BOWL, STEP, AT, bad),
    "every": lambda bad: descend(BOWL, STEP, AT, 3, every=bad),
    "escape": lambda bad: descend(BOWL, STEP, AT, 3, escape=bad),
    "a run": sharpness_along,
    "its k": lambda bad: sharpness_along(RUN, bad),
    "its every": lambda bad: sharpness_along(RUN, every=bad),
    "secant": lambda bad: secant_curvature(BOWL, AT, bad),
    "inputs": lambda bad: MLPLoss(bad, Y),
    "targets": lambda bad: MLPLoss([0.0, 1.0], bad),
    "labels": lambda bad: MLPLoss([0.0, 1.0], bad, loss="cross_entropy"),
    "hidden": lambda bad: MLPLoss(X, Y, bad),
    "biases": lambda bad: MLPLoss(X, Y, biases=bad),
    "outputs": lambda bad: MLPLoss(X, Y, outputs=bad),
    "theta": lambda bad: (NET.value(bad), NET.gradient(bad), NET.hvp(bad, THETA), NET.predict(bad), NET.unpack(bad)),
    "v": lambda bad: NET.hvp(THETA, bad),
    "other inputs": lambda bad: NET.predict(THETA, bad),
    "parts": NET.pack,
    "W": lambda bad: NET.pack([(bad, np.zeros(3)), (np.zeros((1, 3)), np.zeros(1))]),
    "b": lambda bad: NET.pack([(np.zeros((3, 1)), bad), (np.zeros((1, 3)), np.zeros(1))]),
    "seed": lambda bad: (NET.init_xavier(bad), NET.init_torch(bad)),
    "tilt": lambda bad: Valley(bad).gradient(AT),
    "walls": lambda bad: Valley(walls=bad).gradient(AT),
    "bend": lambda bad: (Walls(bad).gradient(0.3), WALLS.value(bad), WALLS.gradient(bad), WALLS.hvp(bad, 1.0)),
    "factors": Product,
    "width": Catapult,
    "a start": lambda bad: (Catapult(2).start(bad), Catapult(2).start(0, kernel=bad)),
    **{repr(f): lambda bad, f=f: (f.value(bad), f.gradient(bad), f.hvp(bad, AT), f.hessian(bad)) for f in VALLEYS},
    **{f"directions in {f}": lambda bad, f=f: f.hvp(AT, bad) for f in VALLEYS},
    **{f.__name__: f for f in (midpoints, half_differences, digits, one_hot)},
    "steered": lambda bad: SteeredRun(bad, STEP, AT),
    "steered with": lambda bad: SteeredRun(BOWL, bad, AT),
    "steered from": lambda bad: SteeredRun(BOWL, STEP, bad).advance(5),
    "steered by": lambda bad: SteeredRun(BOWL, STEP, AT).set("eta", bad),
    "its beta": lambda bad: SteeredRun(BOWL, HeavyBall(0.1), AT).set("beta", bad),
    "a setting": lambda bad: SteeredRun(BOWL, STEP, AT).set(bad, 1),
    "steered or not": lambda bad: (SteeredRun(BOWL, STEP, AT, bad), SteeredRun(BOWL, STEP, AT).set("held", bad)),
    "its seed": lambda bad: SteeredRun(BOWL, STEP, AT, seed=bad),
    "its steps": lambda bad: bad is HUGE or SteeredRun(BOWL, STEP, AT).advance(bad),
    "resumed": lambda bad: resume(bad, 3),
    "resumed for": lambda bad: resume(RUN, bad),
    "resumed with": lambda bad: resume(RUN, 3, bad),
    "a mini-batch": NET.minibatch,
    "rescaled": lambda bad: (Rescaled(bad, 2.0), Rescaled(BOWL, bad), Rescaled(BOWL, 2.0).place(bad)),
    "penalized": lambda bad: (Penalized(bad, 2.0), Penalized(BOWL, bad)),
    **{f"potential of {f.__name__}": lambda bad, f=f, m=m: f(bad, AT, m) for f, m in RECORDED.items()},
    **{f"x of {f.__name__}": lambda bad, f=f, m=m: f(BOWL, bad, m) for f, m in RECORDED.items()},
    **{f"amount of {f.__name__}": lambda bad, f=f: f(BOWL, AT, bad) for f in RECORDED},
    **{f"seed of {f.__name__}": lambda bad, f=f, m=m: f(BOWL, AT, m, seed=bad) for f, m in RECORDED.items()},
    "an exercise": lambda bad: eos.exercises.check(bad, 1),
    "a figure": lambda bad: eos.show(bad, "what is to be seen in it, at some length"),
    "its text": lambda bad: eos.show(eos.pictures.new_figure(), bad),
    "a scene": lambda bad: eos.explorers.training(bad, steps=1),
    "steps of a training": lambda bad: eos.explorers.training("chebyshev 4", steps=bad).moves,
    "moves of a training": lambda bad: eos.explorers.training("chebyshev 4", eta_at_5=bad, held_at_5=bad).moves,
    "a swept network": lambda bad: eos.explorers.sweep(bad, THETA, [0.1, 0.2], 80),
    "a recipe": eos.explorers.parabola().parse,
    "a slider": lambda bad: (eos.explorers.parabola(eta=bad), eos.explorers.parabola().still(eta=bad)),
    "after": lambda bad: lanczos_convergence(BOWL, AT, 5).after(bad),
    **{f.__name__: lambda bad, f=f: f(BOWL, bad) for f in AT_A_POINT},
    **{f"{f.__name__} on a line": lambda bad, f=f: f(CURVE, bad) for f in AT_A_POINT},
    **{f"k of {f.__name__}": lambda bad, f=f: f(BOWL, AT, bad) for f in ESTIMATORS},
    **{f"v0 of {f.__name__}": lambda bad, f=f: f(BOWL, AT, v0=bad) for f in ESTIMATORS[1:]},
    **{f"max_matvecs of {f.__name__}": lambda bad, f=f: f(BOWL, AT, max_matvecs=bad) for f in ESTIMATORS[1:]},
}
"""Every way in, as a function of what is put there."""


@pytest.mark.parametrize("door", DOORS.values(), ids=DOORS)
def test_whatever_is_put_in_the_answer_is_an_answer_or_a_clear_no(door):
    for bad in GARBAGE:
        try:
            door(bad)
        except ValueError as error:
            assert 20 < len(str(error)) < 300 and "\n" not in str(error)
            assert "eos" in Path(traceback.extract_tb(error.__traceback__)[-1].filename).parts, error


def test_the_message_holds_the_value():
    with pytest.raises(ValueError, match="eta must be positive and finite, got -0.5"):
        eos.GradientDescent(-0.5)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda net, x: descend(net, GradientDescent(0.1), x, 10**6), r"steps is 1000000: .*: 264,000,264 bytes"),
        (lambda net, x: exact(net, x), "the Hessian of 1 points .* 33 parameters: 17,424 bytes, more than the 10,000"),
        (lambda net, x: lanczos(net, x, max_matvecs=25), "max_matvecs is 25: too many vectors to keep: 13,200 bytes"),
        (lambda net, x: sharpness_along(descend(net, GradientDescent(0.1), x, 30), k=2), "every is 1: .*k=2: 16,368 b"),
    ],
)
def test_what_would_not_fit_is_refused_with_its_size(monkeypatch, call, said):
    net = MLPLoss([0.0, 1.0, 2.0], [1.0, 0.0, 1.0], hidden=(11,), biases=(True, False))
    monkeypatch.setattr("eos.validation.MOST_BYTES", 10_000)
    with pytest.raises(ValueError, match=said):
        call(net, net.init_torch(0))


def test_above_five_hundred_coordinates_an_iteration_keeps_far_fewer_vectors():
    hard = Quadratic(np.linspace(0, 1, 3000) ** 0.01)
    pairs = lanczos(hard, np.zeros(3000), tol=1e-14)
    assert not pairs.converged and pairs.matvecs <= 500


MASKED = np.ma.array([1.0, 99.0], mask=[False, True])


@pytest.mark.parametrize(
    "call",
    [
        lambda: Quadratic(MASKED),
        lambda: Quadratic([MASKED, MASKED]),
        lambda: Quadratic([1.0, np.ma.masked]),
        lambda: BOWL.value(MASKED),
        lambda: descend(BOWL, STEP, MASKED, 3),
        lambda: GradientDescent(MASKED),
        lambda: MLPLoss(MASKED, [0.0, 1.0]),
        lambda: MLPLoss([0.0, 1.0], MASKED),
        lambda: MLPLoss([0.0, 1.0], np.ma.array([0, 1], mask=[0, 1]), loss="cross_entropy"),
        lambda: one_hot(np.ma.array([0, 1], mask=[0, 1])),
        lambda: FromFunctions(square, lambda x: np.ma.array(x, mask=True)).gradient(1.0),
    ],
)
def test_what_is_masked_is_not_taken_for_a_number(call):
    with pytest.raises(ValueError, match="got .*(masked|--)"):
        call()


def test_an_array_of_which_nothing_is_masked_is_an_array():
    assert sharpness(Quadratic(np.ma.array([1.0, 99.0])), (0.0, 0.0)) == 99.0


@pytest.mark.parametrize(
    "call",
    [
        lambda: one_hot([10**9]),
        lambda: one_hot([1], classes=10**12),
        lambda: MLPLoss(X, Y, hidden=(20_000, 20_000)),
        lambda: MLPLoss(X, Y, hidden=(10**6, 10**6)),
        lambda: MLPLoss(X, Y, hidden=(HUGE,)),
        lambda: MLPLoss(X, LABELS, loss="cross_entropy", outputs=10**9),
        lambda: MLPLoss([0.0, 1.0], [0, 10**9], loss="cross_entropy"),
        lambda: chebyshev(3, n=10**9),
        lambda: chebyshev_sign(3, n=HUGE),
        lambda: Catapult(10**10),
        lambda: Product(16).hvp(np.broadcast_to(1.0, (10**7, 16)), np.ones(16)),
        lambda: eos.explorers.parabola().still(eta=np.full(10**6, 0.1)),
    ],
)
def test_what_would_not_fit_is_refused_at_the_door_with_the_number_of_bytes(call):
    with pytest.raises(ValueError, match=r"[\d,]{9,} bytes, more than|10\^18 and more bytes"):
        call()
