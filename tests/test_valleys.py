"""Valleys: their derivatives, what steps conserve in them, and where runs end."""

import warnings

import numpy as np
import pytest
from autograd import hessian as autograd_hessian
from autograd import numpy as anp
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from eos import (
    Catapult,
    FromFunctions,
    GradientDescent,
    GradientFlow,
    Product,
    Quadratic,
    Rescaled,
    SoftAbs,
    Valley,
    Walls,
    descend,
    sharpness,
)

some = settings(max_examples=20, deadline=None)
FORMULAS = {
    Valley(): lambda w: anp.sqrt(1 + (w[0] * w[1]) ** 2),
    Valley(tilt=0.3): lambda w: anp.sqrt(1 + (w[0] * w[1]) ** 2) - 0.3 * w[1],
    Valley(0.3, Walls(-6.0)): lambda w: 1 + (anp.sqrt(1 + 2 * (w[0] * w[1]) ** 2) - 1) / 2 - 0.3 * w[1],
    Valley(walls=Walls(1.5)): lambda w: 1 + (w[0] * w[1]) ** 2 / 2 + (w[0] * w[1]) ** 4 / 16,
    Valley(walls=SoftAbs()): lambda w: (w[0] * w[1]) ** 2 / anp.sqrt(1 + (w[0] * w[1]) ** 2),
    Product(2): lambda w: (1 - w[0] * w[1]) ** 2 / 2,
    Product(3): lambda w: (1 - w[0] * w[1] * w[2]) ** 2 / 2,
    Product(4): lambda w: (1 - w[0] * w[1] * w[2] * w[3]) ** 2 / 2,
    Catapult(3): lambda w: anp.dot(w[:3], w[3:]) ** 2 / 6,
}
every_valley = pytest.mark.parametrize("valley", FORMULAS, ids=repr)


def predicted(eta):
    """Where y^2 ends in the untilted valley."""
    return 1 / eta + np.sqrt(1 / eta**2 - 2)


def floor_ends(eta, floors, x0, steps=6000):
    """y^2 at the end of runs that start with y0^2 - x0^2 = floors."""
    start = np.stack(np.broadcast_arrays(x0, np.sqrt(floors + np.square(x0))), axis=-1)
    return descend(Valley(), GradientDescent(eta), start, steps, every=steps).x[-1, ..., 1] ** 2


# ---- the functions


@every_valley
@pytest.mark.parametrize("seed", range(3))
def test_value_and_hessian_are_those_of_the_formula(valley, seed):
    x = 1.5 * np.random.default_rng(seed).standard_normal(valley.dim)
    assert_allclose(valley.value(x), FORMULAS[valley](x), rtol=1e-14)
    assert_allclose(valley.hessian(x), autograd_hessian(FORMULAS[valley])(x), rtol=1e-10, atol=1e-12)


@every_valley
@pytest.mark.parametrize("far", [1e160, 1e200, np.inf, -np.inf, np.nan])
def test_far_out_nothing_warns(valley, far):
    x = np.full((2, valley.dim), far)
    x[1, 1:] = 0.0
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        answers = valley.value(x), valley.gradient(x), valley.hvp(x, np.ones_like(x)), valley.hessian(x)
    assert [a.shape[0] for a in answers] == [2] * 4


@every_valley
def test_valleys_of_equal_numbers_are_equal_and_frozen(valley):
    assert eval(repr(valley)) == valley
    with pytest.raises(AttributeError):
        valley.tilt = valley.factors = valley.width = 3


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Valley(np.inf), "tilt must be finite"),
        (lambda: Valley("up"), "tilt must be one number, got 'up'"),
        (lambda: Valley([0.1, 0.2]), "tilt must be one number"),
        (lambda: Valley(walls=-3.0), "walls must be a one-dimensional potential such as .*, got -3.0"),
        (lambda: Valley(walls=Walls), "walls must be a one-dimensional potential"),
        (lambda: Valley(walls=Quadratic([1.0, 2.0])), "walls must be a one-dimensional potential"),
        (lambda: Walls(np.nan), "bend must be finite"),
        (lambda: Walls([1.0, 2.0]), "bend must be one number"),
        (lambda: Walls("steep"), "bend must be one number, got 'steep'"),
        (lambda: Product(1), "factors must be a whole number from 2 to 16, got 1"),
        (lambda: Product(2.0), "factors must be a whole number from 2 to 16, got 2.0"),
        (lambda: Catapult(0), "width must be a whole number of at least 1, got 0"),
        (lambda: Catapult(3).start(0, kernel=-1.0), "kernel must be one positive, finite number, got -1.0"),
        (lambda: Catapult(3).kernel([1.0, 2.0]), "x has shape"),
    ],
)
def test_what_cannot_be_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@some
@given(st.floats(-10, 10), st.floats(-0.2, 0.2))
def test_on_the_floor_the_sharpness_of_the_valley_is_y_squared(y, tilt):
    assert sharpness(Valley(tilt), [0.0, y]) == pytest.approx(y**2, rel=1e-12, abs=1e-300)


@some
@given(st.floats(-20, 5))
def test_walls_have_height_and_curvature_one_and_the_fourth_derivative_asked_for(bend):
    walls, h = Walls(bend), 0.01
    assert walls.value(0.0) == walls.hessian(0.0)[0, 0] == 1 and walls.gradient(0.0)[0] == 0
    curvatures = [walls.hessian(z)[0, 0] for z in (-h, 0.0, h)]
    assert np.diff(curvatures, 2)[0] / h**2 == pytest.approx(bend, rel=0.02, abs=1e-6)


def test_walls_without_bend_are_a_parabola():
    z = np.linspace(-5, 5, 11)[:, None]
    assert_allclose(Walls(0.0).value(z), 1 + Quadratic(1.0).value(z), rtol=1e-15)
    assert_allclose(Walls(0.0).gradient(z), z)


@some
@given(st.floats(0.01, 1.0), st.floats(-3, 3), st.floats(-8, 8))
def test_walls_from_functions_make_the_same_valley(eta, x, y):
    own = FromFunctions(lambda z: np.sqrt(1 + z * z), lambda z: z / np.sqrt(1 + z * z))
    assert_allclose(Valley(0.1, own).value((x, y)), Valley(0.1).value((x, y)), rtol=1e-14, atol=1e-14)
    assert_allclose(Valley(0.1, own).gradient((x, y)), Valley(0.1).gradient((x, y)), rtol=1e-13, atol=1e-300)
    assert_allclose(Valley(0.1, own).hessian((x, y)), Valley(0.1).hessian((x, y)), rtol=1e-6, atol=1e-6)


@some
@given(st.lists(st.floats(0.2, 3.0), min_size=1, max_size=5))
def test_where_a_product_is_one_its_sharpness_is_the_sum_of_inverse_squares(weights):
    w = np.array([*weights, 1 / np.prod(weights)])
    assert sharpness(Product(len(w)), w) == pytest.approx((w**-2.0).sum(), rel=1e-9)


@pytest.mark.parametrize("kernel", [0.5, 1.0, 3.0])
def test_a_catapult_starts_with_the_kernel_asked_for(kernel):
    model = Catapult(64)
    start = model.start(5, kernel)
    assert model.kernel(start) == pytest.approx(kernel, rel=1e-12)
    assert not np.array_equal(start, model.start(6, kernel))
    gradient = model.gradient(start) / model.output(start)
    assert gradient @ gradient == pytest.approx(kernel, rel=1e-12)
    still = np.concatenate([start[:64], np.zeros(64)])
    assert sharpness(model, still) == pytest.approx(model.kernel(still), rel=1e-9)


# ---- what a step does, exactly


@some
@given(st.floats(0.01, 1.0), st.floats(-3, 3), st.floats(-8, 8))
def test_a_step_in_the_valley_shrinks_y2_minus_x2_by_a_known_factor(eta, x, y):
    run = descend(Valley(), GradientDescent(eta), (x, y), 40)
    c, z2 = run.x[:, 1] ** 2 - run.x[:, 0] ** 2, np.square(run.x.prod(-1))
    size = np.square(run.x).sum(-1).max()
    assert_allclose(c[1:], c[:-1] * (1 - eta**2 * z2[:-1] / (1 + z2[:-1])), rtol=0, atol=1e-13 * (1 + size))


@some
@given(st.floats(0.01, 1.0), st.floats(-30, 30), st.floats(-30, 30))
def test_no_run_escapes_from_the_valley(eta, x, y):
    """|x'| <= max(|x|, eta |y|), and the same with x and y exchanged, because |l'(z)| <= min(1, |z|)."""
    sizes = np.abs(descend(Valley(), GradientDescent(eta), (x, y), 300).x).max(-1)
    assert (sizes[1:] <= sizes[:-1] * (1 + 1e-12)).all()


@pytest.mark.parametrize("eta", [0.05, 0.2])
@pytest.mark.parametrize("start", [(3.5, 0.1), (2.0, 1.5), (-3.0, 0.2)])
def test_two_factors_shrink_their_difference_of_squares_by_a_known_factor(eta, start):
    """Yardstick 9."""
    run = descend(Product(2), GradientDescent(eta), start, 200)
    c, r = run.x[:, 0] ** 2 - run.x[:, 1] ** 2, 1 - run.x.prod(-1)
    assert_allclose(c[1:], c[:-1] * (1 - eta**2 * r[:-1] ** 2), rtol=0, atol=1e-9)
    assert (np.diff(np.sqrt(c**2 + 4)) <= 1e-12).all()


@pytest.mark.parametrize(("x", "y"), [(2.3, 0.137), (2.85, 0.137), (1.2, 0.9)])
def test_four_factors_stay_in_their_plane_and_shrink_by_a_known_factor(x, y):
    run = descend(Product(4), GradientDescent(0.2), (x, y, x, y), 1000)
    assert_allclose(run.x[:, :2], run.x[:, 2:], rtol=0, atol=1e-12)
    x, y = run.x[:, 0], run.x[:, 1]
    c, r = x**2 - y**2, 1 - x**2 * y**2
    assert_allclose(c[1:], c[:-1] * (1 - 0.2**2 * r[:-1] ** 2 * (x * y)[:-1] ** 2), rtol=0, atol=1e-11)
    assert_allclose(x[1:], (x + 0.2 * r * x * y**2)[:-1], rtol=0, atol=1e-12)


@pytest.mark.parametrize("eta", [0.5, 1.9, 2.5, 3.9])
@pytest.mark.parametrize("width", [1, 7, 512])
def test_a_catapult_is_two_numbers(eta, width):
    """f and lam alone say how f and lam go on (Lewkowycz et al., 2020)."""
    model = Catapult(width)
    run = descend(model, GradientDescent(eta), model.start(3), 12)
    f, lam = model.output(run.x), model.kernel(run.x)
    assert_allclose(f[1:], (f * (1 - eta * lam + eta**2 * f**2 / width))[:-1], rtol=1e-9, atol=1e-9)
    assert_allclose(lam[1:], (lam + eta * f**2 / width * (eta * lam - 4))[:-1], rtol=1e-9, atol=1e-9)


# ---- where runs end


def test_the_valley_ends_at_19_8995_for_a_step_size_of_a_tenth():
    """Yardstick 7: from 1.1 to 50 times the edge, and x0 from 0.01 to 0.5."""
    ends = floor_ends(0.1, 20 * np.array([1.1, 1.5, 2.0, 4.0, 10.0, 50.0]), np.array([[0.01], [0.1], [0.5]]))
    assert predicted(0.1) == pytest.approx(19.8995, abs=5e-5)
    assert_allclose(ends, predicted(0.1), rtol=4e-9)


@pytest.mark.parametrize(("eta", "end"), [(0.1, 19.8995), (0.05, 39.9499), (0.01, 199.990)])
def test_the_prediction_in_figures(eta, end):
    assert predicted(eta) == pytest.approx(end, abs=6e-5)
    assert 2 / eta - predicted(eta) == pytest.approx(eta, rel=0.01)


@some
@given(st.floats(0.08, 0.35), st.floats(2.0, 20.0), st.floats(0.01, 0.5))
def test_from_well_above_the_edge_any_step_size_ends_as_predicted(eta, ratio, x0):
    """The closed form is the first terms of a series: it misses by about eta^7 / 2."""
    end = floor_ends(eta, ratio * 2 / eta, x0, 4000)
    assert end < 2 / eta
    assert end - predicted(eta) == pytest.approx(0.5 * eta**7, rel=0.25, abs=1e-7)


def test_half_the_step_size_misses_the_prediction_128_times_less():
    errors = [float(floor_ends(eta, 4 * 2 / eta, 0.1)) - predicted(eta) for eta in (0.2, 0.1)]
    assert errors == pytest.approx([6.65e-6, 5.04e-8], rel=0.01)
    assert errors[0] / errors[1] == pytest.approx(2**7, rel=0.05)


@pytest.mark.parametrize(("floor", "end"), [(20.0, 19.446), (21.0, 19.898)])
def test_close_to_the_edge_the_valley_ends_lower(floor, end):
    assert floor_ends(0.1, floor, 1.0) == pytest.approx(end, abs=1e-3)


@pytest.mark.parametrize(("ratio", "end"), [(0.5, 0.499), (0.9, 0.897)])
def test_below_the_edge_it_ends_where_the_flow_does_or_just_lower(ratio, end):
    assert floor_ends(0.1, 20 * ratio, 0.1) / 20 == pytest.approx(end, abs=6e-4)


@some
@given(st.floats(0.02, 0.6), st.floats(0.3, 8), st.floats(0.01, 1.0))
def test_no_run_comes_to_rest_above_the_edge(eta, y, x):
    run = descend(Valley(), GradientDescent(eta), (x, y), 2000, every=100)
    assert run.x[-1, 1] ** 2 <= 2 / eta * (1 + 1e-9) or np.abs(run.x[-1, 0]) > 1e-12


@pytest.mark.parametrize("eta", [0.05, 0.1, 0.2])
@pytest.mark.parametrize("tilt", [0.002, 0.01, 0.05])
def test_a_tilted_valley_hovers_where_pull_and_bounce_balance(eta, tilt):
    """x' = -x and y' = y: h = sqrt(1 + z^2) = eta y^2 / 2 and h - 1 / h = tilt y."""
    run = descend(Valley(tilt), GradientDescent(eta), (1e-3, 0.95 * np.sqrt(2 / eta)), 30_000, every=29_999)
    x, y = run.x[-1]
    h = np.hypot(1, x * y)
    assert h == pytest.approx(eta * y**2 / 2, rel=1e-6)
    assert h - 1 / h == pytest.approx(tilt * y, rel=1e-5)


def test_the_flow_in_the_valley_keeps_y2_minus_x2_and_sharpens():
    run = descend(Valley(), GradientFlow(0.1), (0.1, np.sqrt(40)), 40)
    assert_allclose(run.x[:, 1] ** 2 - run.x[:, 0] ** 2, 39.99, rtol=0, atol=1e-5)
    along = sharpness(Valley(), run.x)
    assert along[0] == pytest.approx(24.18, abs=0.005)
    assert along[-1] == pytest.approx(39.99, abs=1e-4)
    assert (np.diff(along) > -1e-9).all()


@pytest.mark.parametrize(
    ("eta", "y", "starts", "end"),
    [(0.2, 0.137, [2.30, 2.52, 2.85, 3.28], 9.9274), (0.1, 0.095, [3.30, 3.62, 4.09], 19.954)],
)
def test_four_factors_end_just_below_the_edge(eta, y, starts, end):
    """Yardstick 8."""
    x = np.array(starts)
    run = descend(Product(4), GradientDescent(eta), np.stack([x, y + 0 * x] * 2, axis=-1), 1000 if eta == 0.2 else 8000)
    assert_allclose(sharpness(Product(4), run.x[-1]), end, rtol=0, atol=1e-3)


def test_four_factors_from_too_far_escape():
    run = descend(Product(4), GradientDescent(0.1), (4.72, 0.095) * 2, 1000)
    assert run.escaped_at is not None


def test_two_factors_do_not_end_at_the_edge():
    run = descend(Product(2), GradientDescent(0.2), (3.5, 0.1), 500)
    first, last = sharpness(Product(2), run.x[[0, -1]])
    assert (first, last / 10) == pytest.approx((12.26, 0.645), abs=5e-3)
    flow = np.sqrt((run.x[:, 0] ** 2 - run.x[:, 1] ** 2) ** 2 + 4)
    assert (np.diff(flow) <= 1e-12).all() and flow[-1] == pytest.approx(last, rel=1e-9)


@pytest.mark.parametrize("seed", range(8))
def test_the_catapult_comes_back_below_four_and_not_above(seed):
    """Yardstick 10: at 1.9 the loss never rises, at 2.1 to 3.98 it rises first, at 4.02 the run escapes."""
    model = Catapult(512)
    etas = np.array([1.9, 2.1, 2.5, 3.0, 3.5, 3.98, 4.02])
    run = descend(model, GradientDescent(etas), model.start(seed), 400)
    assert (run.escaped_at < 0).tolist() == [True] * 6 + [False]
    assert (run.loss[1:, 0] <= run.loss[:-1, 0] + 1e-20).all()
    assert (run.loss[:, 1:6].max(0) > 1.5 * run.loss[0, 1:6]).all()
    assert (run.loss[-1, :6] < 1e-9).all()
    assert (etas * model.kernel(run.x[-1]))[1:6].max() < 2


def test_at_two_and_a_half_the_catapult_lands_at_half_of_it():
    model = Catapult(512)
    ends = [model.kernel(descend(model, GradientDescent(2.5), model.start(s), 400).x[-1]) * 2.5 for s in range(1, 6)]
    assert 1.25 < min(ends) < max(ends) < 1.29


@pytest.mark.parametrize(("above", "tolerance"), [(1.01, 0.001), (1.02, 0.002), (1.05, 0.006), (1.10, 0.02)])
def test_two_factors_end_as_far_below_the_edge_as_they_began_above(above, tolerance):
    w = np.sqrt(5 * above + np.sqrt((5 * above) ** 2 - 1))  # w^2 + 1 / w^2 = 10 above
    end = descend(Product(2), GradientDescent(0.2), (w, 1 / w + 1e-3), 6000).x[-1]
    assert sharpness(Product(2), end) / 10 == pytest.approx(2 - above, abs=tolerance)


LOG_COSH = FromFunctions(lambda z: np.logaddexp(z, -z) - np.log(2), np.tanh)
FAMILIES = [
    (Walls(-6.0), -6.0),
    (Walls(-3.0), -3.0),
    (Walls(-1.0), -1.0),
    (LOG_COSH, -2.0),
    (FromFunctions(lambda z: z * z / 2 / np.hypot(1, z), lambda z: z * (z * z + 2) / 2 / np.hypot(1, z) ** 3), -6.0),
    (Rescaled(SoftAbs(), 0.5**0.5), -3.0),
]
every_family = pytest.mark.parametrize(("walls", "bend"), FAMILIES)


def walled(walls, eta, above, steps, x0=0.1):
    """A run in l(x y) from y0^2 - x0^2 = above times the edge."""
    return descend(Valley(walls=walls), GradientDescent(eta), (x0, np.sqrt(above * 2 / eta + x0**2)), steps)


@every_family
@pytest.mark.parametrize("above", [1.3, 2.0, 4.0])
def test_the_fourth_derivative_at_the_bottom_says_where_a_run_ends(walls, bend, above):
    """S_end = 2 / eta + 3 eta / l''''(0), to leading order, whatever the walls do far out."""
    end = walled(walls, 0.1, above, 10_000).x[-1, 1] ** 2
    assert end - 20 == pytest.approx(3 * 0.1 / bend, rel=0.02)


@every_family
@pytest.mark.parametrize("eta", [0.05, 0.1])
def test_late_in_a_valley_a_run_follows_the_slow_curve(walls, bend, eta):
    """w = 3 delta / bend + 9 eta^2 / bend^2, with w = (x y)^2 and delta = 2 - eta y^2."""
    run = walled(walls, eta, 4.0, round(20 / eta**2))
    w, delta = run.x.prod(-1) ** 2, 2 - eta * run.x[:, 1] ** 2
    goal, late = -3 * eta**2 / bend, (np.abs(delta) < 0.03)
    assert late.sum() > 20
    assert_allclose(w[late], 3 / bend * (delta[late] - goal), rtol=0.1, atol=0.1 * goal)


@pytest.mark.parametrize("bend", [-6.0, -3.0, -1.0])
def test_the_bounce_is_widest_where_the_map_says_so(bend):
    """It grows while w < 3 delta / bend: so it shrinks while the floor below is still sharper than the edge."""
    run = walled(Walls(bend), 0.05, 1.02, 2000, 1e-3)
    w, delta = run.x.prod(-1) ** 2, 2 - 0.05 * run.x[:, 1] ** 2
    widest = w.argmax()
    assert delta[widest] < -0.005
    assert w[widest] == pytest.approx(3 * delta[widest] / bend, rel=0.05)


@pytest.mark.parametrize(
    ("slope", "low", "high"),
    [(lambda z: np.clip(z, -1, 1), 0.835, 0.875), (lambda z: z / (1 + z**4) ** 0.25, 0.915, 0.93)],
    ids=["Huber", "straightens late"],
)
@pytest.mark.parametrize("above", [1.1, 2.0, 4.0])
def test_walls_that_straighten_only_far_out_miss_the_edge(slope, low, high, above):
    end = walled(FromFunctions(lambda z: 0.0, slope), 0.2, above, 3000).x[-1, 1] ** 2
    assert low < end / 10 < high


@pytest.mark.parametrize("walls", [FromFunctions(np.cosh, np.sinh), Walls(6.0), Walls(1.0)])
@pytest.mark.parametrize("above", [1.1, 1.5, 2.0, 4.0])
@pytest.mark.parametrize("eta", [0.05, 0.1, 0.2])
def test_walls_that_bend_more_and_more_throw_the_run_out(walls, above, eta):
    assert walled(walls, eta, above, 3000).escaped_at is not None


def test_between_parabolic_walls_a_run_comes_back_from_near_the_edge_only():
    assert walled(Quadratic(1.0), 0.2, 1.1, 3000).x[-1, 1] ** 2 / 10 == pytest.approx(0.87, abs=0.01)
    assert walled(Quadratic(1.0), 0.2, 4.0, 3000).escaped_at is not None
