"""Estimators against dense eigenvalues, and sharpness along runs through the edge."""

import inspect

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import eos.curvature
from eos import (
    Eigenpairs,
    FromFunctions,
    GradientDescent,
    MLPLoss,
    Potential,
    Quadratic,
    SoftAbs,
    Trajectory,
    chebyshev,
    descend,
    exact,
    lanczos,
    power_iteration,
    secant_curvature,
    sharpness,
    sharpness_along,
)

ESTIMATORS = [
    function
    for _, function in inspect.getmembers(eos.curvature, inspect.isfunction)
    if function.__annotations__.get("return") in ("Eigenpairs", Eigenpairs)
    and "potential" in inspect.signature(function).parameters
]
every_estimator = pytest.mark.parametrize("estimate", ESTIMATORS, ids=lambda f: f.__name__)


def with_spectrum(values, seed=0):
    """A quadratic with these eigenvalues in random directions."""
    q, _ = np.linalg.qr(np.random.default_rng(seed).standard_normal((len(values), len(values))))
    h = (q * np.asarray(values, dtype=float)) @ q.T
    return Quadratic((h + h.T) / 2)


def test_the_known_estimators_are_found():
    assert {f.__name__ for f in ESTIMATORS} >= {"exact", "power_iteration", "lanczos"}


SPECTRA = {
    "trap": [-5, 3, 1],
    "all negative": [-7, -3, -1, -2],
    "twins at the top": [4, 4, 1, 0],
    "one": [2.5],
    "wide": [100, 10, 1, 0.1, -20],
    "flat": [0, 0, 0],
    "identity": [1, 1, 1, 1],
}


@every_estimator
@pytest.mark.parametrize("values", SPECTRA.values(), ids=SPECTRA.keys())
def test_the_largest_is_the_algebraically_largest(estimate, values):
    pairs = estimate(with_spectrum(values), np.zeros(len(values)))
    assert pairs.values[0] == pytest.approx(max(values), abs=1e-5 * max(1, np.abs(values).max()))
    assert pairs.converged


@every_estimator
def test_all_of_them_in_order(estimate):
    values = [6.0, 3.5, 1.0, -2.0, -9.0]
    pairs = estimate(with_spectrum(values), np.zeros(5), k=5)
    np.testing.assert_allclose(pairs.values, values, atol=1e-4)
    np.testing.assert_allclose(pairs.vectors @ pairs.vectors.T, np.eye(5), atol=1e-5)


@every_estimator
@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10**6), n=st.integers(3, 40))
def test_random_matrices(estimate, seed, n):
    h = np.random.default_rng(seed).standard_normal((n, n))
    potential = Quadratic((h + h.T) / 2)
    pairs = estimate(potential, np.zeros(n), k=2)
    dense = np.linalg.eigvalsh((h + h.T) / 2)[::-1]
    assert pairs.converged
    for value, vector, residual in zip(pairs.values, pairs.vectors, pairs.residuals, strict=True):
        honest = np.linalg.norm(potential.hvp(np.zeros(n), vector) - value * vector)
        assert residual == pytest.approx(honest, abs=1e-9)
        assert np.abs(dense - value).min() <= residual + 1e-9
    assert pairs.values[0] == pytest.approx(dense[0], rel=1e-5, abs=1e-6)


BULK = 3 * np.random.default_rng(0).uniform(-1, 0.5, 40)
MANY = {
    "spread": (np.linspace(-6, 5, 60), 20),
    "half of them": (np.linspace(-6, 5, 60), 30),
    "two clusters": ([*np.linspace(4.999, 5.001, 10), *np.linspace(2.999999, 3, 10), *BULK], 20),
    "a cluster": ([*np.linspace(4.999, 5.001, 10), *np.linspace(2.999999, 3, 10), *BULK], 10),
    "ten times the same": ([4] * 10 + [2, 1.5] + [1] * 48, 12),
    "the trap, all of it": ([-5, 3], 2),
    "the trap in a crowd": ([-5, 3, *np.linspace(-1, 1, 58)], 1),
    "all negative": (-np.linspace(0.6, 1, 60), 5),
    "zeros": ([0] * 60, 7),
}


@every_estimator
@pytest.mark.parametrize(("values", "k"), MANY.values(), ids=MANY)
def test_many_and_crowded_eigenvalues(estimate, values, k):
    potential, x = with_spectrum(values), np.zeros(len(values))
    pairs = estimate(potential, x, k)
    size = np.abs(values).max()
    assert pairs.converged and pairs.values.shape == (k,)
    np.testing.assert_allclose(pairs.values, np.sort(values)[::-1][:k], rtol=0, atol=1e-6 * size)
    np.testing.assert_allclose(pairs.vectors @ pairs.vectors.T, np.eye(k), atol=1e-6)
    honest = np.linalg.norm(potential.hvp(x, pairs.vectors) - pairs.values[:, None] * pairs.vectors, axis=1)
    np.testing.assert_allclose(pairs.residuals, honest, rtol=0, atol=1e-13 * size)
    assert (honest <= 2e-6 * size).all()


@pytest.mark.parametrize("estimate", [exact, lanczos])
@settings(max_examples=60, deadline=None)
@given(values=st.lists(st.integers(-3, 3) | st.floats(-3, 3, width=16), min_size=1, max_size=30), data=st.data())
def test_an_eigenvalue_is_found_as_often_as_it_occurs(estimate, values, data):
    k = data.draw(st.integers(1, len(values)), label="k")
    potential, x = with_spectrum(values), np.zeros(len(values))
    pairs, size = estimate(potential, x, k), np.abs(values).max()
    assert pairs.converged
    np.testing.assert_allclose(pairs.values, np.sort(values)[::-1][:k], rtol=0, atol=2e-6 * size + 1e-300)
    honest = np.linalg.norm(potential.hvp(x, pairs.vectors) - pairs.values[:, None] * pairs.vectors, axis=1)
    np.testing.assert_allclose(pairs.residuals, honest, rtol=0, atol=1e-12 * size + 1e-300)


@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_power_iteration_owns_up_to_what_it_reached(seed):
    h = np.random.default_rng(seed).standard_normal((60, 60))
    dense = np.linalg.eigvalsh((h + h.T) / 2)
    pairs = power_iteration(Quadratic((h + h.T) / 2), np.zeros(60), k=20, max_matvecs=8000)
    assert pairs.matvecs <= 8000
    for value, residual in zip(pairs.values, pairs.residuals, strict=True):
        assert np.abs(dense - value).min() <= residual + 1e-12
    if pairs.converged:
        np.testing.assert_allclose(pairs.values, dense[::-1][:20], rtol=0, atol=1e-4)


@every_estimator
@pytest.mark.parametrize("size", [1e-150, 1e-100, 1e100, 1e150])
def test_sizes_do_not_matter(estimate, size):
    values = size * np.array([5, 4, 3, 1, 0, -2, -6])
    pairs = estimate(with_spectrum(values), np.zeros(7), k=3)
    assert pairs.converged
    np.testing.assert_allclose(pairs.values, values[:3], rtol=1e-9)


class Counted(Quadratic):
    """A parabola that counts the products that are asked of it."""

    products = 0

    def hvp(self, x, v):
        Counted.products += np.size(v) // self.dim
        return super().hvp(x, v)


@pytest.mark.parametrize("k", [1, 2, 3, 7])
@pytest.mark.parametrize("limit", [None, 0, 1, 2, 5, 9, 10, 11, 12, 40])
@pytest.mark.parametrize("estimate", [power_iteration, lanczos])
def test_every_product_is_counted_and_no_more_are_used(estimate, limit, k):
    potential = Counted([4.0] * 3 + [2.0] * 3 + np.linspace(-5, 1, 30).tolist())
    least = k + 1 if estimate is power_iteration else k
    limits = {} if limit is None else {"max_matvecs": least + limit}
    Counted.products = 0
    pairs = estimate(potential, np.zeros(36), k, **limits)
    assert pairs.matvecs == Counted.products <= limits.get("max_matvecs", 20_000)
    assert pairs.values.shape == pairs.residuals.shape == (k,) and pairs.vectors.shape == (k, 36)
    assert pairs.converged or limit is not None


@pytest.mark.parametrize("estimate", [power_iteration, lanczos])
def test_a_start_at_the_wrong_eigenvector_ends_at_the_right_one(estimate):
    potential = Quadratic(np.arange(1.0, 31.0))
    pairs = estimate(potential, np.zeros(30), v0=np.eye(30)[3])
    assert pairs.values[0] == pytest.approx(30.0, rel=1e-6)


@pytest.mark.parametrize("estimate", [power_iteration, lanczos])
def test_too_few_products_are_owned_up_to(estimate):
    potential = Quadratic(np.linspace(0.9, 1.0, 200))
    pairs = estimate(potential, np.zeros(200), max_matvecs=4, tol=1e-8)
    assert not pairs.converged and pairs.residuals[0] > 1e-8


@pytest.mark.parametrize("k", [1, 2, 3, 5])
@pytest.mark.parametrize(
    "values", [(3, 3, 3, 1, 0), (1, -1) * 20, (-1e6, 1, 0.5, 0.2, 0), (7,) + (0,) * 90, (1, 0.99999, 0) * 2]
)
def test_what_claims_to_have_converged_is_right_however_few_the_products(values, k):
    right = np.sort(values)[::-1][:k]
    for limit in range(k, 5 * k + 8):
        pairs = lanczos(Quadratic(values), np.zeros(len(values)), k, max_matvecs=limit)
        if pairs.converged:
            np.testing.assert_allclose(pairs.values, right, rtol=0, atol=1e-6 * np.abs(values).max())


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("k", [2, 5])
def test_few_eigenvalues_that_are_not_zero_do_not_confuse_it(k, seed):
    """Beside what was found the Hessian is rounding, no more."""
    pairs = lanczos(Quadratic([7.0, *[0.0] * 90]), np.zeros(91), k, seed=seed)
    assert pairs.converged and pairs.matvecs < 60
    np.testing.assert_allclose(pairs.values, [7.0, *[0.0] * (k - 1)], rtol=0, atol=1e-14)


CLIFF = FromFunctions(lambda x: x**2, lambda x: 2 * x, lambda x, v: 2 * v if x < 1 else v * np.inf)


def steepening(dim):
    """A curve whose Hessian, x.x times the identity, soon overflows."""
    return FromFunctions(lambda x: 0.0, lambda x: x, lambda x, v: x @ x * v, dim=dim)


@every_estimator
@pytest.mark.parametrize("size", [1e200, 1e308])
def test_a_hessian_that_overflows_is_not_a_number(estimate, size):
    x = np.full(70, size)
    pairs = estimate(steepening(70), x, k=2)
    assert np.isnan(pairs.values).all() and np.isnan(pairs.residuals).all() and not pairs.converged
    assert pairs.values.shape == (2,) and pairs.vectors.shape == (2, 70)


def test_sharpness_is_nan_where_the_hessian_is_not_finite():
    assert np.isnan(sharpness(CLIFF, 2.0)) and sharpness(CLIFF, 0.0) == 2.0
    np.testing.assert_array_equal(sharpness(CLIFF, [[0.0], [2.0], [-1.0]]), [2.0, np.nan, 2.0])
    np.testing.assert_allclose(sharpness(steepening(70), [[1e-3] * 70, [1e200] * 70]), [7e-5, np.nan])


@pytest.mark.parametrize(("dim", "k"), [(3, 2), (70, 1), (70, 3)])
def test_a_path_goes_on_after_a_hessian_that_is_not_finite(dim, k):
    x = np.repeat([1.0, 1e200, 2.0, np.nan, 3.0], dim).reshape(5, dim)
    path = sharpness_along(Trajectory(steepening(dim), GradientDescent(0.1), x, 1, None), k=k)
    right = dim * np.square([1.0, np.nan, 2.0, np.nan, 3.0])
    np.testing.assert_allclose(path.values, np.repeat(right[:, None], k, axis=1))
    assert np.isnan(path.vectors[1]).all() and np.isfinite(path.vectors[[0, 2, 4]]).all()


def test_what_is_printed_is_short():
    for k, size in ((1, 3), (80, 90)):
        text = repr(exact(with_spectrum(np.arange(size)), np.zeros(size), k))
        assert len(text) < 120 and text.startswith(f"Eigenpairs({size - 1}")
    run = descend(with_spectrum(np.arange(90.0)), GradientDescent(np.full(50, 0.01)), np.ones(90), 5)
    assert len(repr(run)) < 400 and "6 records of shape (50, 90)" in repr(run) and "\n" not in repr(run)
    assert repr(sharpness_along(run, every=5)) == "SharpnessPath(2 records, values of shape (2, 50, 1))"


def test_sharpness_of_a_number_a_point_and_a_batch():
    assert sharpness(SoftAbs(), 0.0) == 2.0
    assert sharpness(SoftAbs(), [[0.0], [2.0]]) == pytest.approx([2.0, -2 / 5**2.5])
    wide = with_spectrum(np.linspace(-3, 7, 90))
    assert sharpness(wide, np.zeros((2, 90))) == pytest.approx([7.0, 7.0], rel=1e-9)


def test_secant_curvature_is_the_mean_of_the_second_derivative():
    x = np.linspace(-0.7, 1.4, 20_001)
    mean = np.trapezoid(SoftAbs().hessian(x[:, None])[:, 0, 0], x) / 2.1
    assert secant_curvature(SoftAbs(), -0.7, 1.4) == pytest.approx(mean, rel=1e-7)
    assert np.isnan(secant_curvature(SoftAbs(), 0.3, 0.3))


def dense_top(potential, points):
    return np.array([np.linalg.eigvalsh(potential.hessian(x))[-1] for x in points])


def test_sharpness_through_the_edge_is_right_at_every_step():
    net = MLPLoss(*chebyshev(3))
    run = descend(net, GradientDescent(0.3), net.init_torch(0), 800)
    path = sharpness_along(run)
    dense = dense_top(net, run.x[::10])
    assert np.abs(path.top[::10] / dense - 1).max() < 1e-6
    assert path.top.max() > 1.05 * run.stepper.threshold
    turns = (path.vectors[1:, 0] * path.vectors[:-1, 0]).sum(-1)
    assert (turns >= 0).all()


class Crossing(Potential):
    """sum_i c_i(x_0) y_i^2 / 2, whose largest curvatures, 8 + slope x_0, change places at x_0 = 0."""

    dim = 40

    def __init__(self, *slopes):
        self.slopes = np.array(slopes)

    def _curvatures(self, x):
        count = self.dim - 1 - len(self.slopes)
        rest = np.broadcast_to(np.linspace(1.0, 5.0, count), (*x.shape[:-1], count))
        return np.concatenate([0 * x[..., :1], 8 + self.slopes * x[..., :1], rest], axis=-1)

    def value(self, x):
        return 0.5 * (self._curvatures(x) * x**2).sum(-1)

    def gradient(self, x):
        return self._curvatures(x) * x

    def hvp(self, x, v):
        return self._curvatures(np.asarray(x)) * v


def crossing(slopes, records):
    """A walk through the crossing, and the largest curvature on the way."""
    x = np.zeros((records, 40))
    x[:, 0] = np.linspace(-1, 1, records)
    return Trajectory(Crossing(*slopes), GradientDescent(0.1), x, 1, None), 8 + np.outer(x[:, 0], slopes).max(1)


def test_two_eigenvalues_that_change_places_are_followed():
    run, top = crossing((1, -1), 201)
    np.testing.assert_allclose(sharpness_along(run, k=3).values[:, 0], top, rtol=1e-6)
    np.testing.assert_allclose(sharpness_along(run).top, top, rtol=1e-6)


@pytest.mark.parametrize("records", [20, 51, 200, 501])
@pytest.mark.parametrize("slopes", [(1, 0, -1), (1, 0.5, -1), (2, -1, -2), (1, 0.9, -1)], ids=str)
def test_three_eigenvalues_that_change_places_at_once_are_nearly_followed(slopes, records):
    run, top = crossing(slopes, records)
    error = np.abs(sharpness_along(run).top / top - 1)
    assert error.max() < 1e-4
    assert (error > 1e-6).sum() <= 2


@pytest.mark.parametrize("records", [20, 51, 200, 501])
@pytest.mark.parametrize("slopes", [(1, 0.5, -0.5, -1), (2, 1, -1, -2), (1, 0.3, 0, -1)], ids=str)
def test_four_eigenvalues_that_change_places_at_once_are_nearly_followed(slopes, records):
    for seed in range(3):
        run, top = crossing(slopes, records)
        error = np.abs(sharpness_along(run, seed=seed).top / top - 1)
        assert error.max() < 1e-5
        assert (error > 1e-6).sum() <= 1


EDGES = {
    "tanh": (MLPLoss(*chebyshev(5), hidden=(20, 20)), 0.2, 600),
    "wide, far over its edge": (MLPLoss(*chebyshev(4), hidden=(100,)), 0.6, 300),
    "deep": (MLPLoss(*chebyshev(6), hidden=(20, 20, 20)), 0.25, 300),
    "elu": (MLPLoss(*chebyshev(3), hidden=(15, 15), activation="elu"), 0.15, 300),
}


@pytest.mark.parametrize(("net", "eta", "steps"), EDGES.values(), ids=EDGES)
def test_a_path_keeps_its_tolerance_on_many_runs(net, eta, steps):
    for seed in range(2):
        run = descend(net, GradientDescent(eta), net.init_torch(seed), steps)
        points = run.x[::15][np.isfinite(run.x[::15]).all(1)]
        dense = np.array([np.linalg.eigvalsh(net.hessian(x))[::-1][:3] for x in points])
        for k, tol in ((1, 1e-6), (3, 1e-6), (1, 1e-3), (3, 1e-3)):
            values = sharpness_along(run, k=k, tol=tol, seed=seed).values[::15][: len(points)]
            assert np.abs(values - dense[:, :k]).max() <= tol * np.abs(dense).max()


def test_runs_side_by_side_have_the_sharpness_that_each_has_alone():
    net = MLPLoss(*chebyshev(4), hidden=(12,))
    runs = descend(net, GradientDescent(np.geomspace(0.05, 0.4, 30)), net.init_torch(0), 150)
    together = sharpness_along(runs).top
    alone = [sharpness_along(runs.select(j), seed=1).top for j in range(30)]
    np.testing.assert_allclose(together.T, alone, rtol=2e-6)


def test_batches_and_escaped_runs():
    net = MLPLoss(*chebyshev(3), hidden=(8,))
    etas = np.array([0.1, 50.0])
    runs = descend(net, GradientDescent(etas), net.init_torch(0), 60, every=5)
    path = sharpness_along(runs, k=2, every=2)
    assert path.values.shape == (7, 2, 2) and path.vectors.shape == (7, 2, 2, net.dim)
    assert path.steps.tolist() == [0, 10, 20, 30, 40, 50, 60]
    alone = sharpness_along(descend(net, GradientDescent(0.1), net.init_torch(0), 60, every=10))
    np.testing.assert_allclose(path.top[:, 0], alone.top, rtol=1e-6)
    assert np.isnan(path.top[-1, 1]) and np.isfinite(path.top[0, 1])


def test_exact_counts_its_products():
    assert exact(with_spectrum([1, 2, 3]), np.zeros(3)).matvecs == 3


@pytest.mark.parametrize("seed", range(60))
def test_the_second_eigenvalue_is_not_taken_for_the_first_where_a_run_begins_beside_it(seed):
    """Its residual is small before the largest, of which the start holds next to nothing, is seen."""
    rest = np.random.default_rng(seed).uniform(-1, 1, 98)
    pairs = lanczos(Quadratic([1.00064, 1.0, *rest]), np.zeros(100), v0=np.eye(100)[1], seed=seed)
    assert not pairs.converged or pairs.values[0] == pytest.approx(1.00064, abs=1e-5)
