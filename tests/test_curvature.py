"""Estimators against dense eigenvalues, and sharpness along runs through the edge."""

import inspect

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import eos.curvature
from eos import (
    Eigenpairs,
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
