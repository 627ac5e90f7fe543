"""Potentials: closed forms of each, and the contract that every one of them keeps."""

import inspect
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.differentiate import derivative
from scipy.optimize import rosen, rosen_der, rosen_hess, rosen_hess_prod

from eos import lanczos, sharpness
from eos.potentials import (
    Catapult,
    FromFunctions,
    MLPLoss,
    Penalized,
    Potential,
    Product,
    Quadratic,
    Rescaled,
    SoftAbs,
    Valley,
    Walls,
    symmetry_error,
    taylor_slopes,
)
from eos.steppers import GradientDescent
from eos.trajectories import descend

SQRT2 = math.sqrt(2.0)
STEEPEST = 4 * SQRT2 / (3 * math.sqrt(3))
FINITE = st.floats(allow_nan=False, allow_infinity=False)


# The parabola


@pytest.mark.parametrize(
    ("curvatures", "matrix"),
    [
        (3.0, [[3.0]]),
        (-2, [[-2.0]]),
        ([1.0, -2.0, 5.0], np.diag([1.0, -2.0, 5.0])),
        ((0.5,), [[0.5]]),
        ([[2.0, 1.0], [1.0, -3.0]], [[2.0, 1.0], [1.0, -3.0]]),
    ],
    ids=["number", "negative", "diagonal", "one number in a tuple", "matrix"],
)
def test_a_parabola_has_its_closed_form(curvatures, matrix):
    potential, matrix = Quadratic(curvatures), np.array(matrix)
    x, v = np.random.default_rng(0).standard_normal((2, len(matrix)))
    assert potential.dim == len(matrix)
    assert_allclose(potential.value(x), x @ matrix @ x / 2, rtol=1e-14)
    assert_allclose(potential.gradient(x), matrix @ x, rtol=1e-14)
    assert_allclose(potential.hvp(x, v), matrix @ v, rtol=1e-14)
    assert_array_equal(potential.hessian(x), matrix)


def test_a_parabola_keeps_its_own_numbers():
    numbers = np.array([1.0, 2.0])
    potential = Quadratic(numbers)
    numbers[:] = 9.0
    assert potential.value([1.0, 1.0]) == 1.5


@pytest.mark.parametrize(
    ("curvatures", "message"),
    [
        ([], "shape"),
        (np.ones((2, 3)), "shape"),
        (np.ones((2, 2, 2)), "shape"),
        ([1.0, math.nan], "finite"),
        (math.inf, "finite"),
        ([[1.0, 2.0], [2.1, 1.0]], "symmetric"),
        ("steep", "numbers"),
        ([[1.0], [1.0, 2.0]], "numbers"),
    ],
    ids=["empty", "not square", "three axes", "NaN", "infinite", "not symmetric", "a word", "ragged"],
)
def test_a_parabola_needs_a_symmetric_matrix(curvatures, message):
    with pytest.raises(ValueError, match=f"^curvatures .*{message}"):
        Quadratic(curvatures)


# The softened absolute value


def softabs(x):
    """x^2 / sqrt(1 + x^2) for an array of numbers, and its first two derivatives: the library's."""
    f, points = SoftAbs(), np.asarray(x)[..., None]
    return f.value(points), f.gradient(points)[..., 0], f.hessian(points)[..., 0, 0]


def test_softabs_has_its_closed_form():
    x = np.concatenate([np.linspace(-6, 6, 201), [1e-150, -1e-9, 1e-3, 50.0, -1e4, 1e20]])
    value, slope, bend = softabs(x)
    assert_allclose(value, x**2 / np.sqrt(1 + x**2), rtol=1e-14)
    assert_allclose(slope, x * (x**2 + 2) / (1 + x**2) ** 1.5, rtol=1e-14)
    assert_allclose(bend, (2 - x**2) / (1 + x**2) ** 2.5, rtol=1e-13, atol=1e-15)


def test_softabs_derivatives_are_those_of_its_value():
    x = np.linspace(-5, 5, 41)
    slope = derivative(lambda t: softabs(t)[0], x, initial_step=0.1)
    bend = derivative(lambda t: softabs(t)[1], x, initial_step=0.1)
    assert_allclose(softabs(x)[1], slope.df, rtol=1e-8, atol=1e-9)
    assert_allclose(softabs(x)[2], bend.df, rtol=1e-8, atol=1e-9)


def test_softabs_landmarks():
    _, slope, bend = softabs(np.array([0.0, SQRT2, 2.0]))
    assert_allclose(slope, [0.0, STEEPEST, 12 / 5**1.5], rtol=1e-14)
    assert_allclose(bend, [2.0, 0.0, -2 / 5**2.5], rtol=1e-14, atol=1e-15)
    assert round(bend[2], 5) == -0.03578


@given(FINITE)
def test_softabs_slope_and_curvature_stay_within_their_extremes(x):
    value, slope, bend = softabs(x)
    assert value <= abs(x)
    assert abs(slope) <= STEEPEST * (1 + 1e-15)
    assert -2 / 5**2.5 * (1 + 1e-15) <= bend <= 2.0
    assert slope == 0.0 if x == 0 else np.sign(slope) == np.sign(x)
    if SQRT2 * (1 + 1e-15) < abs(x) < 1e100:
        assert bend < 0


@given(FINITE)
def test_softabs_is_even(x):
    value, slope, bend = softabs(np.array([x, -x]))
    assert (value[0], slope[0], bend[0]) == (value[1], -slope[1], bend[1])


@pytest.mark.parametrize("x", [1e103, -1e155, 1e200, -1e308])
def test_softabs_far_out_is_the_absolute_value(x):
    value, slope, bend = softabs(x)
    assert (value, slope) == (abs(x), np.sign(x))
    assert abs(bend) < 1e-300


def test_softabs_at_infinity_is_the_absolute_value():
    value, slope, bend = softabs(np.array([np.inf, -np.inf, np.nan]))
    assert_array_equal(value, [np.inf, np.inf, np.nan])
    assert_array_equal(slope, [1.0, -1.0, np.nan])
    assert_array_equal(bend, [0.0, 0.0, np.nan])


# Functions of your own


def test_numbers_go_to_functions_of_the_math_module():
    potential = FromFunctions(math.cosh, math.sinh, lambda x, v: math.cosh(x) * v)
    x = np.linspace(-2, 2, 7)[:, None]
    assert_allclose(potential.value(x), np.cosh(x[:, 0]), rtol=1e-14)
    assert_allclose(potential.gradient(x), np.sinh(x), rtol=1e-14)
    assert_allclose(potential.hvp(x, 3.0), 3 * np.cosh(x), rtol=1e-14)


def test_arrays_go_to_functions_of_several_coordinates():
    potential = FromFunctions(rosen, rosen_der, rosen_hess_prod, dim=4)
    x, v = np.random.default_rng(1).standard_normal((2, 4))
    assert_allclose(potential.value(x), rosen(x), rtol=1e-14)
    assert_allclose(potential.gradient(x), rosen_der(x), rtol=1e-14)
    assert_allclose(potential.hvp(x, v), rosen_hess_prod(x, v), rtol=1e-14)
    assert_allclose(potential.hessian(x), rosen_hess(x), rtol=1e-14)


@pytest.mark.parametrize("size", [1e-6, 1.0, 1e6])
@pytest.mark.parametrize("far", [0.1, 1.0, 30.0])
def test_without_second_derivatives_differences_of_the_gradient_stand_in(size, far):
    potential = FromFunctions(rosen, rosen_der, dim=5)
    x, v = np.random.default_rng(2).standard_normal((2, 5)) * [[far], [size]]
    expected = rosen_hess_prod(x, v)
    assert_allclose(potential.hvp(x, v), expected, rtol=0, atol=1e-8 * np.linalg.norm(expected))
    assert_array_equal(potential.hvp(x, np.zeros(5)), np.zeros(5))


def test_differences_of_the_gradient_reach_far_out():
    assert_allclose(FromFunctions(lambda x: x, lambda x: 3 * x).hvp(1e200, 2.0), [6.0], rtol=1e-9)


OVERFLOWS = {"raised": math.exp, "a power": lambda x: float(x) ** 200, "returned": lambda x: float(x) * 1e307}


@pytest.mark.parametrize("function", OVERFLOWS.values(), ids=OVERFLOWS.keys())
def test_an_overflow_counts_as_infinite(function):
    potential = FromFunctions(function, function, lambda x, v: function(x))
    assert potential.value(1000.0) == np.inf
    assert_array_equal(potential.gradient([[1000.0], [0.0]]), [[np.inf], [function(0.0)]])
    assert_array_equal(potential.hvp(1000.0, 1.0), [np.inf])


@pytest.mark.parametrize("function", OVERFLOWS.values(), ids=OVERFLOWS.keys())
def test_differences_of_an_overflow_are_not_finite(function):
    assert not np.isfinite(FromFunctions(function, function).hvp(1000.0, 1.0)).any()


def _pair(x, v=None):
    return np.ones(2)


def _triple(x, v=None):
    return np.ones(3)


def _number(x, v=None):
    return 1.0


def _word(x, v=None):
    return "1"


def _complex(x, v=None):
    return np.full(np.shape(x), 1j)


def _nothing(x, v=None):
    pass


@pytest.mark.parametrize(
    ("dim", "wrong"),
    [(1, ("value", _pair)), (1, ("gradient", _pair)), (1, ("hvp", _pair)), (1, ("value", _nothing)),
     (2, ("value", _pair)), (2, ("gradient", _triple)), (2, ("hvp", _triple)), (2, ("gradient", _nothing)),
     (2, ("gradient", _number)), (2, ("hvp", _number)), (1, ("value", _word)), (1, ("gradient", _complex)),
     (2, ("hvp", _complex))],
    ids=lambda case: case if isinstance(case, int) else f"{case[0]}{case[1].__name__}",
)  # fmt: skip
def test_an_answer_of_another_shape_is_refused(dim, wrong):
    name, function = wrong
    right = _number if dim == 1 else _pair
    potential = FromFunctions(**{"value": _number, "gradient": right, "hvp": right, name: function}, dim=dim)
    x = np.zeros(dim)
    with pytest.raises(ValueError, match="^an answer of FromFunctions.* must be (one number|numbers of shape)"):
        getattr(potential, name)(*([x, x] if name == "hvp" else [x]))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"value": 1.0}, "value must be a function of a point, got 1.0"),
        ({"gradient": None}, "gradient must be a function of a point, got None"),
        ({"hvp": "second"}, "hvp must be a function of a point, got 'second'"),
        ({"dim": 0}, "dim must be a whole number of at least 1, got 0"),
        ({"dim": 2.0}, "dim must be a whole number of at least 1, got 2.0"),
    ],
)
def test_your_own_potential_is_made_of_functions(arguments, message):
    with pytest.raises(ValueError) as caught:
        FromFunctions(**({"value": _number, "gradient": _number} | arguments))
    assert str(caught.value) == message


def test_functions_that_write_to_their_point_leave_the_callers_alone():
    def scribble(x, v=None):
        x *= 0.0
        return x

    potential = FromFunctions(lambda x: scribble(x).sum(), scribble, scribble, dim=2)
    x = np.ones((3, 2))
    potential.value(x), potential.gradient(x), potential.hvp(x, x)
    assert_array_equal(x, np.ones((3, 2)))


def test_a_potential_of_your_own_is_named_after_its_function():
    assert repr(FromFunctions(rosen, rosen_der, dim=2)) == "FromFunctions(rosen, dim=2)"


# Potentials made from another


@pytest.mark.parametrize("scale", [0.3, [0.5, 2.0]])
def test_a_rescaled_potential_is_the_same_in_other_units(scale):
    valley, x, v = Valley(0.2), np.array([0.4, 1.7]), np.array([1.0, -0.3])
    potential = Rescaled(valley, scale)
    y, d = potential.place(x), np.broadcast_to(scale, 2)
    assert_allclose(potential.value(y), valley.value(x), rtol=1e-14)
    assert_allclose(potential.gradient(y), d * valley.gradient(x), rtol=1e-14)
    assert_allclose(potential.hvp(y, v), d * valley.hvp(x, d * v), rtol=1e-13)
    assert_allclose(potential.hessian(y), d[:, None] * valley.hessian(x) * d, rtol=1e-13)


def test_rescaling_gives_the_preconditioned_sharpness():
    net, rng = _network(), np.random.default_rng(0)
    theta, divisor = net.init_torch(0), rng.uniform(0.5, 4.0, net.dim)
    potential = Rescaled(net, 1 / np.sqrt(divisor))
    expected = np.linalg.eigvals(net.hessian(theta) / divisor[:, None]).real.max()
    assert lanczos(potential, potential.place(theta), tol=1e-9).values[0] == pytest.approx(expected, rel=1e-8)
    assert sharpness(potential, potential.place(theta)) == pytest.approx(expected, rel=1e-12)


def test_a_penalty_adds_its_strength_to_every_curvature():
    valley, x = Valley(0.2), np.array([[0.4, 1.7], [-1.0, 2.0]])
    potential = Penalized(valley, 0.7)
    assert_allclose(potential.value(x), valley.value(x) + 0.35 * (x**2).sum(-1), rtol=1e-14)
    assert_allclose(potential.gradient(x), valley.gradient(x) + 0.7 * x, rtol=1e-14)
    assert_allclose(potential.hessian(x), valley.hessian(x) + 0.7 * np.eye(2), rtol=1e-14, atol=1e-15)


@pytest.mark.parametrize("scale", [0.0, -1.0, [1.0, 2.0, 3.0], "a", [1.0, math.nan], [[1.0, 2.0]]])
def test_a_scale_is_one_positive_number_or_one_a_coordinate(scale):
    with pytest.raises(ValueError, match="^scale"):
        Rescaled(Valley(), scale)


# The contract, for every potential of the library


def _network(**options):
    rng = np.random.default_rng(5)
    labels = options.get("loss") == "cross_entropy"
    targets = np.arange(7) % 3 if labels else rng.standard_normal((7, 2))
    return MLPLoss(rng.standard_normal((7, 2)), targets, hidden=(3, 2), **options)


def _sine(x):
    return math.sin(x)


EXAMPLES = {
    Quadratic: [Quadratic(2.5), Quadratic([1.0, 3.0, -2.0]), Quadratic([[2.0, 1.0], [1.0, 4.0]])],
    FromFunctions: [
        FromFunctions(_sine, math.cos, lambda x, v: -math.sin(x) * v),
        FromFunctions(rosen, rosen_der, rosen_hess_prod, dim=3),
    ],
    Catapult: [Catapult(3)],
    Product: [Product(2), Product(4)],
    Valley: [Valley(), Valley(tilt=0.3), Valley(walls=SoftAbs())],
    Walls: [Walls(), Walls(0.0), Walls(1.5)],
    MLPLoss: [_network(), _network(loss="cross_entropy", activation="sigmoid", biases=False)],
}
"""Instances that show more than one side of a potential, or need more than its `examples` should have."""


def _concrete(cls=Potential):
    for child in cls.__subclasses__():
        if child.__module__.split(".")[0] == "eos" and not inspect.isabstract(child):
            yield child
        yield from _concrete(child)


POTENTIALS = dict.fromkeys(_concrete())


def _instances():
    for cls in POTENTIALS:
        for number, example in enumerate(EXAMPLES[cls] if cls in EXAMPLES else cls.examples()):
            yield pytest.param(example, id=f"{cls.__name__}-{number}")


every_potential = pytest.mark.parametrize("potential", list(_instances()))
every_batch = pytest.mark.parametrize("batch", [(), (3,), (2, 3), (0,)], ids=str)


def _points(potential, batch, count=1, seed=3):
    drawn = np.random.default_rng(seed).standard_normal((count, *batch, potential.dim))
    return drawn if count > 1 else drawn[0]


def test_the_known_potentials_are_found():
    assert set(EXAMPLES) | {SoftAbs, Penalized, Rescaled} <= set(POTENTIALS)


@every_potential
@every_batch
def test_leading_axes_are_a_batch(potential, batch):
    x, v = _points(potential, batch, 2)
    n = potential.dim
    answers = potential.value(x), potential.gradient(x), potential.hvp(x, v), potential.hessian(x)
    shapes = [(), (n,), (n,), (n, n)]
    assert [np.shape(a) for a in answers] == [batch + s for s in shapes]
    for i in np.ndindex(batch):
        single = (potential.value(x[i]), potential.gradient(x[i]), potential.hvp(x[i], v[i]),
                  potential.hessian(x[i]))  # fmt: skip
        for one, many in zip(single, answers, strict=True):
            assert_allclose(many[i], one, rtol=1e-12, atol=1e-14)


@every_potential
@pytest.mark.parametrize(
    ("points", "directions"), [((), (4,)), ((3,), ()), ((3,), (4, 1)), ((2, 1), (3,))], ids=str
)
def test_points_and_directions_broadcast(potential, points, directions):
    x, v = _points(potential, points), _points(potential, directions, seed=4)
    shape = np.broadcast_shapes(x.shape, v.shape)
    expected = potential.hvp(np.broadcast_to(x, shape), np.broadcast_to(v, shape))
    assert_allclose(potential.hvp(x, v), expected, rtol=1e-12, atol=1e-14)
    assert_allclose(potential.at(x).hvp(v), expected, rtol=1e-12, atol=1e-14)


@every_potential
def test_it_is_the_mean_over_its_samples(potential):
    x, v = _points(potential, (2,), 2)
    parts = [potential.minibatch([i]) for i in range(potential.samples)]
    for ask in (lambda p: p.value(x), lambda p: p.gradient(x), lambda p: p.hvp(x, v)):
        assert_allclose(np.mean([ask(part) for part in parts], axis=0), ask(potential), rtol=1e-11, atol=1e-13)
    with pytest.raises(ValueError, match=f"rows must be whole numbers below {potential.samples}"):
        potential.minibatch([potential.samples])


@every_potential
@pytest.mark.parametrize("seed", range(3))
def test_the_second_derivative_is_linear_and_symmetric(potential, seed):
    x, u, v = _points(potential, (), 3, seed)
    combined = 2.0 * potential.hvp(x, u) - 3.0 * potential.hvp(x, v)
    assert_allclose(potential.hvp(x, 2.0 * u - 3.0 * v), combined, rtol=1e-11, atol=1e-13)
    hessian = potential.hessian(x)
    assert_allclose(hessian, hessian.T, rtol=1e-11, atol=1e-13)
    assert_allclose(hessian @ v, potential.hvp(x, v), rtol=1e-11, atol=1e-13)
    assert symmetry_error(potential, x, seed) < 1e-12


@every_potential
def test_the_derivatives_are_those_of_the_value(potential):
    x = _points(potential, ())
    slopes = [taylor_slopes(potential, x, seed) for seed in range(5)]
    if np.ptp(potential.hessian(_points(potential, (4,))), axis=0).max() == 0:  # a quadratic
        assert np.isnan([cubic for _, cubic in slopes]).all()
        assert_allclose([square for square, _ in slopes], 2.0, atol=1e-6)
    else:
        assert_allclose(np.median(slopes, axis=0), (2.0, 3.0), atol=0.2)


@every_potential
@every_batch
def test_the_local_view_agrees_with_the_short_forms(potential, batch):
    x, y, v = _points(potential, batch, 3)
    listed = x.tolist() if x.size else x
    for here, at in [(potential.at(x), x), (potential.at(x).move_to(y), y), (potential.at(listed), x)]:
        if at.size == 0:
            assert here.value.shape == batch
            continue
        for _ in range(2):  # asked twice and out of order, the answers are the same
            assert_allclose(here.hvp(v), potential.hvp(at, v), rtol=1e-12, atol=1e-14)
            assert_allclose(here.hessian, potential.hessian(at), rtol=1e-12, atol=1e-14)
            assert_allclose(here.gradient, potential.gradient(at), rtol=1e-12, atol=1e-14)
            assert_allclose(here.value, potential.value(at), rtol=1e-12, atol=1e-14)


@every_potential
def test_a_local_view_moves_to_what_is_a_point(potential):
    x, y = _points(potential, (), 2)
    assert_allclose(potential.at(x.tolist()).value, potential.value(x), rtol=1e-12)
    assert_allclose(potential.at(x).move_to(y.tolist()).value, potential.value(y), rtol=1e-12)
    with pytest.raises(ValueError, match="shape"):
        potential.at(x).move_to(np.zeros(potential.dim + 1))


@every_potential
def test_views_of_two_calls_are_independent(potential):
    x, y, v = _points(potential, (), 3)
    first, second = potential.at(x), potential.at(x)
    kept = first.gradient, first.hvp(v)
    moved = first.move_to(y)
    assert_allclose(moved.hvp(v), potential.hvp(y, v), rtol=1e-12)
    assert_array_equal(second.hvp(v), kept[1])
    assert_array_equal(second.gradient, kept[0])


@every_potential
def test_not_a_number_goes_in_and_comes_out(potential):
    x, v = _points(potential, (2,), 2)
    bad, first = np.full_like(x, np.nan), x.copy()
    first[:, 0] = np.nan
    for at in (bad, first):
        assert np.isnan(potential.value(at)).all()
        assert np.isnan(potential.gradient(at)).any(axis=-1).all()
    assert np.isnan(potential.gradient(bad)).all()
    assert np.isnan(potential.hvp(x, bad)).all()
    mixed = np.stack([x[0], bad[0]])
    assert_allclose(potential.value(mixed)[0], potential.value(x[0]), rtol=1e-12)
    constant = np.ptp(potential.hessian(_points(potential, (4,))), axis=0).max() == 0
    assert constant or np.isnan(potential.hvp(bad, v)).any(axis=-1).all()


@every_potential
@pytest.mark.parametrize("size", [1e160, -1e300, 1e-320])
def test_squares_out_of_range_raise_no_warning(potential, size):
    x, y = np.full(potential.dim, size), np.ones(potential.dim)
    assert np.shape(potential.value(x)) == ()
    for answer in (potential.hvp(x, y), potential.hvp(y, x), potential.hvp(x, x)):
        assert answer.shape == x.shape
    assert len(descend(potential, GradientDescent(1.0), x, 3, escape=1.7e308).loss) == 4
    assert potential.hessian(x).shape == (potential.dim, potential.dim)


@every_potential
def test_points_of_another_length_are_refused(potential):
    n = potential.dim
    right, wrong = np.zeros(n), np.zeros((2, n + 1))
    with pytest.raises(ValueError, match=rf"^x has shape .* must have shape \(\.\.\., {n}\)"):
        potential.value(wrong)
    with pytest.raises(ValueError, match="^x has shape"):
        potential.gradient(wrong)
    with pytest.raises(ValueError, match="^x has shape"):
        potential.at(wrong)
    with pytest.raises(ValueError, match="^v has shape"):
        potential.hvp(right, wrong)


@every_potential
def test_asking_changes_nothing(potential):
    x, v = _points(potential, (3,), 2)
    before = x.copy(), v.copy()
    first = potential.gradient(x)
    kept = first.copy()
    potential.value(x), potential.hvp(x, v), potential.hessian(x), potential.gradient(x + 1.0)
    assert_array_equal(first, kept)
    assert_array_equal((x, v), before)
    assert not np.shares_memory(first, x)


def test_differences_of_the_gradient_keep_nine_digits():
    curve, places = FromFunctions(np.cosh, np.sinh), np.linspace(-2, 2, 41)[:, None]
    assert curve.hvp(places, 1.0) == pytest.approx(np.cosh(places), rel=1e-9)
