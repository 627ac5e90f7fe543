"""Estimators against dense eigenvalues, and sharpness along runs through the edge."""

import inspect

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import eos.curvature
from eos import (
    Eigenpairs, GradientDescent, MLPLoss, Potential, Quadratic, SoftAbs, Trajectory, chebyshev, descend, exact,
    lanczos, power_iteration, secant_curvature, sharpness, sharpness_along,
)  # fmt: skip

ESTIMATORS = [
    function
    for _, function in inspect.getmembers(eos.curvature, inspect.isfunction)
    if function.__annotations__.get("return") in ("Eigenpairs", Eigenpairs)
    and function.__module__ == "eos.curvature"
    and "potential" in inspect.signature(function).parameters
]
every_estimator = pytest.mark.parametrize("estimate", ESTIMATORS, ids=lambda f: f.__name__)


def with_spectrum(values, seed=0):
    """A quadratic with these eigenvalues in random directions."""
    q, _ = np.linalg.qr(np.random.default_rng(seed).standard_normal((len(values), len(values))))
    h = (q * np.asarray(values, dtype=float)) @ q.T
    return Quadratic((h + h.T) / 2)


def test_the_three_estimators_are_found():
    assert {f.__name__ for f in ESTIMATORS} == {"exact", "power_iteration", "lanczos"}


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


MANY = {
    "spread": [6.0, 3.5, 1.0, -2.0, -9.0],
    "twins at the top": [4.0, 4.0, 1.0, 0.5, -2.0],
    "triplets at the top": [2.0, 2.0, 2.0, 1.0, 0.0, -7.0],
    "plus and minus": [1.0] * 4 + [-1.0] * 4,
    "one rank": [3.0] + [0.0] * 9,
    "minus the identity": [-1.0] * 6,
    "huge": [1e150, 3e149, -1e150],
    "tiny": [1e-150, 3e-151, -1e-150],
}


@every_estimator
@pytest.mark.parametrize("k", [2, None], ids=["k=2", "k=n"])
@pytest.mark.parametrize("values", MANY.values(), ids=MANY.keys())
def test_several_in_order_each_as_often_as_it_occurs(estimate, values, k):
    k, size = k or len(values), np.abs(values).max()
    pairs = estimate(with_spectrum(values), np.zeros(len(values)), k=k)
    np.testing.assert_allclose(pairs.values, values[:k], rtol=0, atol=1e-5 * size)
    np.testing.assert_allclose(pairs.vectors @ pairs.vectors.T, np.eye(k), atol=1e-5)
    assert pairs.converged


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


@pytest.mark.parametrize("estimate", [power_iteration, lanczos])
def test_a_start_at_the_wrong_eigenvector_ends_at_the_right_one(estimate):
    potential = Quadratic(np.arange(1.0, 31.0))
    pairs = estimate(potential, np.zeros(30), v0=np.eye(30)[3])
    assert pairs.values[0] == pytest.approx(30.0, rel=1e-6)


@pytest.mark.parametrize("estimate", [power_iteration, lanczos])
@pytest.mark.parametrize("seed", range(4))
def test_starts_at_the_right_eigenvectors_converge_at_once(estimate, seed):
    potential = with_spectrum([5.0, 4.0, 3.0, *np.linspace(-2, 1, 50)], seed)
    top = exact(potential, np.zeros(53), k=3)
    pairs = estimate(potential, np.zeros(53), k=3, v0=top.vectors)
    assert pairs.converged and pairs.matvecs < 400
    np.testing.assert_allclose(pairs.values, top.values, atol=1e-5)


class Counted(Quadratic):
    """A quadratic that counts the vectors its Hessian is multiplied with."""

    products = 0

    def hvp(self, x, v):
        self.products += np.size(v) // self.dim
        return super().hvp(x, v)


@pytest.mark.parametrize("k", [1, 3])
@pytest.mark.parametrize("options", [{}, {"max_matvecs": 5}, {"max_matvecs": 1}], ids=["free", "five", "one"])
@every_estimator
def test_products_are_counted_and_kept_within_the_limit(estimate, k, options):
    if estimate is exact and options:
        pytest.skip("the whole Hessian has no limit")
    potential = Counted(with_spectrum(np.linspace(-1, 3, 30)).curvatures)
    pairs = estimate(potential, np.zeros(30), k, **options)
    assert pairs.matvecs == potential.products <= options.get("max_matvecs", 20_000)


@pytest.mark.parametrize("estimate", [power_iteration, lanczos])
@pytest.mark.parametrize("tol", [1e-2, 1e-5, 1e-9])
def test_residuals_meet_the_tolerance(estimate, tol):
    pairs = estimate(with_spectrum(np.linspace(-2, 1, 60)), np.zeros(60), tol=tol)
    assert pairs.converged and pairs.residuals[0] <= 1.2 * tol * 2  # the magnitude may be estimated 20 % high


@pytest.mark.parametrize("estimate", [power_iteration, lanczos])
def test_a_seed_settles_everything(estimate):
    potential, x = with_spectrum(np.linspace(-2, 1, 90)), np.zeros(90)
    one, same, other = (estimate(potential, x, seed=seed, tol=1e-3).vectors for seed in (5, 5, 6))
    assert np.array_equal(one, same) and not np.array_equal(one, other)


@pytest.mark.parametrize("estimate", [power_iteration, lanczos])
def test_too_few_products_are_owned_up_to(estimate):
    potential = Quadratic(np.linspace(0.9, 1.0, 200))
    pairs = estimate(potential, np.zeros(200), max_matvecs=4, tol=1e-8)
    assert not pairs.converged and pairs.residuals[0] > 1e-8


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


@given(seed=st.integers(0, 1000))
def test_on_a_parabola_the_secant_curvature_is_the_rayleigh_quotient(seed):
    potential = with_spectrum([-1.0, 0.5, 3.0, 4.0], seed)
    a, b = np.random.default_rng(seed).standard_normal((2, 4))
    d, h = b - a, potential.curvatures
    assert secant_curvature(potential, a, b) == pytest.approx(d @ h @ d / (d @ d), abs=1e-11)


@pytest.mark.parametrize("eta", [0.4, 2.0, 7.0])
def test_a_step_is_the_last_one_times_one_minus_eta_secant(eta):
    x = descend(SoftAbs(), GradientDescent(eta), 0.7, 8).x
    moves = np.diff(x[:, 0])
    np.testing.assert_allclose(moves[1:], moves[:-1] * (1 - eta * secant_curvature(SoftAbs(), x[:-2], x[1:-1])), atol=1e-12)


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
    """sum_i c_i(x_0) y_i^2 / 2, whose two largest curvatures change places at x_0 = 0."""

    dim = 40

    def _curvatures(self, x):
        rest = np.broadcast_to(np.linspace(1.0, 5.0, 37), (*x.shape[:-1], 37))
        return np.concatenate([0 * x[..., :1], 8 + x[..., :1], 8 - x[..., :1], rest], axis=-1)

    def value(self, x):
        return 0.5 * (self._curvatures(x) * x**2).sum(-1)

    def gradient(self, x):
        return self._curvatures(x) * x

    def hvp(self, x, v):
        return self._curvatures(np.asarray(x)) * v


def test_two_eigenvalues_that_change_places_are_followed():
    x = np.zeros((201, 40))
    x[:, 0] = np.linspace(-1, 1, 201)
    run = Trajectory(Crossing(), GradientDescent(0.1), x, 1, None)
    np.testing.assert_allclose(sharpness_along(run, k=3).values[:, 0], 8 + np.abs(x[:, 0]), rtol=1e-6)
    np.testing.assert_allclose(sharpness_along(run).top, 8 + np.abs(x[:, 0]), rtol=1e-6)


def test_runs_of_a_batch_cross_and_escape_each_on_its_own():
    clocks = np.stack([np.linspace(-1, 1, 60), np.linspace(0.5, -0.7, 60), np.full(60, 0.3)], axis=-1)
    x = np.zeros((60, 3, 40))
    x[..., 0] = clocks
    x[20:, 1] = np.nan
    path = sharpness_along(Trajectory(Crossing(), GradientDescent(0.1), x, 1, np.array([-1, 20, -1])), k=3)
    top = np.where(np.isnan(x[..., 0]), np.nan, 8 + np.abs(clocks))
    np.testing.assert_allclose(path.top, top, rtol=1e-6)
    np.testing.assert_allclose(path.values[:, [0, 2], 1], 16 - top[:, [0, 2]], atol=5e-5)
    np.testing.assert_allclose(path.values[:, [0, 2], 2], 5.0, atol=5e-5)
    assert np.isnan(path.vectors[20:, 1]).all() and np.isfinite(path.vectors[:20, 1]).all()
    still = path.vectors[:, 2]
    assert (still[1:] * still[:-1]).sum(-1).min() > 0.99


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
