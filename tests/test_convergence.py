"""Estimates product by product: the library's own, honest about their error; and differences that lose digits."""

import numpy as np
import pytest
from found import named
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse.linalg import eigsh

from eos import (
    FromFunctions,
    MLPLoss,
    Quadratic,
    SoftAbs,
    chebyshev,
    exact,
    lanczos,
    power_iteration,
    sharpness,
)  # fmt: skip
from eos.curvature import difference_errors, lanczos_convergence, power_convergence
from eos.curvature.convergence import PROBES
from eos.pictures.difference_plots import BEST, SIZES, lost_digits
from eos.pictures.style import png_bytes

NET = MLPLoss(*chebyshev(3))
THETA = NET.init_torch(seed=0)
DENSE = np.linalg.eigvalsh(NET.hessian(THETA))
WAYS = {
    "power": power_convergence,
    "power without shift": lambda *args, **kwargs: power_convergence(*args, shifted=False, **kwargs),
    "lanczos": lanczos_convergence,
}
every_way = pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())


def turned(values, seed=0):
    """A quadratic with these eigenvalues in random directions, as a matrix."""
    q, _ = np.linalg.qr(np.random.default_rng(seed).standard_normal((len(values), len(values))))
    h = (q * np.asarray(values, dtype=float)) @ q.T
    return Quadratic((h + h.T) / 2)


@every_way
@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10**6), n=st.integers(2, 25))
def test_an_eigenvalue_lies_within_every_residual(way, seed, n):
    h = np.random.default_rng(seed).standard_normal((n, n))
    h = (h + h.T) / 2
    run = way(Quadratic(h), np.zeros(n), 40)
    nearest = np.abs(np.linalg.eigvalsh(h)[:, None] - run.values).min(axis=0)
    assert (nearest <= run.residuals + 1e-12 * np.abs(h).max() * n).all()
    assert (np.diff(run.products) == 1).all() and run.products[-1] <= 40


def test_each_residual_is_that_of_its_vector():
    """In one step of power iteration everything can be written down."""
    matrix, v = turned([4.0, 1.0, -2.0]), np.random.default_rng(0).standard_normal(3)
    v /= np.linalg.norm(v)
    hv = matrix.hvp(np.zeros(3), v)
    expected = v @ hv, np.linalg.norm(hv - (v @ hv) * v)
    for run in (power_convergence(matrix, np.zeros(3), 1, shifted=False), lanczos_convergence(matrix, np.zeros(3), 1)):
        assert run.after(1) == pytest.approx(expected, rel=1e-10)


def test_the_trap_of_the_largest_magnitude():
    trap = turned([-5.0, 3.0, 1.0])
    ends = {name: way(trap, np.zeros(3), 200).values[-1] for name, way in WAYS.items()}
    assert ends == pytest.approx({"power": 3.0, "power without shift": -5.0, "lanczos": 3.0}, abs=1e-8)


def test_scipy_falls_into_it_unless_told_otherwise():
    matrix = turned([-5.0, 3.0, 1.0]).hessian(np.zeros(3))
    assert eigsh(matrix, k=1, return_eigenvectors=False) == pytest.approx(-5.0)
    assert eigsh(matrix, k=1, which="LA", return_eigenvectors=False) == pytest.approx(3.0)


def test_a_tie_in_size_leaves_power_iteration_between_the_two():
    run = power_convergence(turned([-3.0, 3.0, 1.0]), np.zeros(3), 400, shifted=False)
    assert abs(run.values[-1]) < 2.9 and run.residuals[-1] > 0.5


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10**6), n=st.integers(3, 30))
def test_lanczos_rises_to_the_top_and_is_never_behind_power_iteration(seed, n):
    """It takes the best vector of the same space, so this is a theorem."""
    values = np.random.default_rng(seed).uniform(-4, 4, n)
    matrix, top = Quadratic(values), values.max()
    best = lanczos_convergence(matrix, np.zeros(n), 25)
    other = power_convergence(matrix, np.zeros(n), 25, shifted=False)
    assert (np.diff(best.values) > -1e-12).all() and best.values[-1] <= top + 1e-12
    assert (best.values >= other.values[: len(best.values)] - 1e-12).all()


@pytest.mark.parametrize(
    ("potential", "x"),
    [(turned(np.linspace(-5, 3, 40)), np.zeros(40)), (NET, THETA)],
    ids=["evenly spaced", "network"],
)
def test_they_follow_the_librarys_estimators(potential, x):
    """To its tolerance, with as many products but for a few."""
    for library, way in ((power_iteration, power_convergence), (lanczos, lanczos_convergence)):
        pairs, run = library(potential, x, tol=1e-6), way(potential, x, 1000)
        size = np.abs(np.linalg.eigvalsh(potential.hessian(x))).max()
        reached = run.products[np.argmax(run.residuals <= 1.2e-6 * size)]
        assert abs(reached - pairs.matvecs) <= PROBES + 5
        assert run.values[-1] == pytest.approx(pairs.values[0], rel=1e-9)


def test_the_products_for_the_shift_are_counted():
    assert power_convergence(NET, THETA, 30).products[0] == PROBES + 1
    early = power_convergence(NET, THETA, 5)
    assert len(early.products) == 0 and np.isnan(early.after(5)).all()


def test_after_is_the_last_estimate_there_was():
    run = lanczos_convergence(turned([3.0, 1.0, -1.0]), np.zeros(3), 50)
    assert run.after(50) == (run.values[-1], run.residuals[-1]) and np.isnan(run.after(0)).all()
    assert run.after(2)[0] == run.values[1]


@every_way
def test_a_flat_landscape_has_eigenvalue_zero(way):
    assert way(Quadratic([0.0, 0.0, 0.0]), np.zeros(3), 30).values[-1] == 0.0


@every_way
def test_a_hessian_that_is_not_finite_is_not_a_number(way):
    cliff = FromFunctions(lambda x: x @ x, lambda x: 2 * x, lambda x, v: v * np.inf, dim=3)
    run = way(cliff, np.zeros(3), 30)
    assert np.isnan(run.values).all() and np.isnan(run.after(30)).all() and len(run.values) == len(run.products) > 0


@every_way
@pytest.mark.parametrize(
    ("x", "products", "named"),
    [([0.0], 5, "x"), (np.zeros((2, 3)), 5, "x"), ([0, np.nan, 0], 5, "x"), (np.zeros(3), 0, "products")],
)
def test_bad_input_is_named(way, x, products, named):
    with pytest.raises(ValueError, match=named):
        way(Quadratic([1.0, 2.0, 3.0]), x, products)


# ---- all the ways of the notebook agree


def test_all_estimators_agree_with_the_dense_answer_to_a_ten_thousandth():
    slopes_only = FromFunctions(NET.value, NET.gradient, dim=NET.dim)
    answers = [
        exact(NET, THETA).values[0], power_iteration(NET, THETA).values[0], lanczos(NET, THETA).values[0],
        lanczos(slopes_only, THETA).values[0], sharpness(NET, THETA),
        power_convergence(NET, THETA, 100).values[-1], lanczos_convergence(NET, THETA, 30).values[-1],
    ]  # fmt: skip
    assert answers == pytest.approx([DENSE[-1]] * len(answers), rel=1e-4)


# ---- finite differences


@pytest.mark.parametrize(
    ("potential", "x"), [(NET, THETA), (SoftAbs(), [0.7]), (SoftAbs(), [0.3])], ids=["network", "0.7", "0.3"]
)
def test_the_error_is_a_v_with_its_tip_near_the_cube_root_of_the_rounding_unit(potential, x):
    errors = difference_errors(potential, x, SIZES)
    assert BEST / 10 < SIZES[errors.argmin()] < BEST * 10
    assert errors.min() < 1e-9 < 1e-6 < min(errors[-1], errors[0])
    formula = np.polyfit(np.log(SIZES[:13]), np.log(errors[:13]), 1)[0]
    rounding = np.polyfit(np.log(SIZES[-20:]), np.log(errors[-20:]), 1)[0]
    assert formula == pytest.approx(2, abs=0.05) and rounding == pytest.approx(-1, abs=0.25)


def test_a_quadratic_has_no_error_but_rounding():
    errors = difference_errors(turned([3.0, 1.0, -2.0]), [0.3, -0.7, 0.2], np.array([1e-1, 1e-6]))
    assert errors[0] < 1e-14 < errors[1]


@pytest.mark.parametrize("sizes", [1e-3, [1e-3, 0.0], [[1e-3]], [np.nan]])
def test_sizes_that_are_none_are_refused(sizes):
    with pytest.raises(ValueError, match="sizes"):
        difference_errors(SoftAbs(), [0.7], sizes)


def test_the_figure_holds_the_errors_and_tells_its_lines_apart():
    (ax,) = lost_digits(NET, THETA).axes
    measured = named(ax, "measured")
    np.testing.assert_allclose(measured.get_ydata(), difference_errors(NET, THETA, SIZES))
    looks = {(line.get_linestyle(), line.get_marker()) for line in ax.lines}
    assert len(looks) == len(ax.lines) == len(ax.get_legend().get_texts())


def test_no_measured_point_lies_under_the_legend():
    figure = lost_digits(NET, THETA)
    png_bytes(figure)  # lays it out
    (ax,) = figure.axes
    box = ax.get_legend().get_window_extent()
    assert not any(box.contains(*place) for place in ax.transData.transform(named(ax, "measured").get_xydata()))
