"""Adaptive methods: PyTorch's steps, a preconditioner that is the coming step's, and an edge they adapt to."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import eos
from eos import (
    Adam,
    GradientDescent,
    MLPLoss,
    Quadratic,
    Rescaled,
    RMSProp,
    SoftAbs,
    SteeredRun,
    chebyshev,
    descend,
    exact,
    sharpness_along,
)

STORED = Path(__file__).parent / "data" / "torch_optimizers.npz"
SETTINGS = "inputs", "targets", "hidden", "biases"
with np.load(STORED) as stored:
    REFERENCE = {name: array for name, array in stored.items() if name not in SETTINGS}
    INPUTS, TARGETS, HIDDEN, BIASES = (stored[name] for name in SETTINGS)
NET = MLPLoss(INPUTS, TARGETS, hidden=tuple(HIDDEN.tolist()), biases=tuple(BIASES.tolist()))
ADAPTIVE = [RMSProp(0.1), RMSProp(0.1, 0.9), Adam(0.1), Adam(0.1, 0.5, 0.9), Adam(0.1, weight_decay=0.3)]
every_method = pytest.mark.parametrize("rule", ADAPTIVE, ids=repr)


# PyTorch's steps, as benchmarks/make_torch_optimizers.py stores them


def test_every_optimizer_is_in_the_reference():
    assert {name.split("(")[0] for name in REFERENCE} == {
        "GradientDescent", "HeavyBall", "Nesterov", "RMSProp", "Adam"
    }  # fmt: skip
    assert sum("weight_decay" in name for name in REFERENCE) > 1
    assert STORED.stat().st_size < 150_000


@pytest.mark.parametrize("name", REFERENCE)
def test_a_hundred_steps_against_torch(name):
    places = REFERENCE[name]
    run = descend(NET, eval(name, vars(eos)), places[0], 100)
    assert np.abs(places[-1] - places[0]).max() > 0.03
    np.testing.assert_allclose(run.x, places, rtol=0, atol=1e-12)


# The preconditioner


@every_method
def test_the_coming_step_is_divided_by_the_preconditioner(rule):
    potential, x = Quadratic([0.3, 2.0, 9.0]), np.array([1.0, -2.0, 0.5])
    decay, beta1 = getattr(rule, "weight_decay", 0.0), getattr(rule, "beta1", 0.0)
    state, m = rule.init(potential, x), 0.0
    for _ in range(20):
        m = beta1 * m + (1 - beta1) * potential.gradient(x)
        expected = x - rule.eta * (m / rule.preconditioner(state) + decay * x)
        x, state = rule.step(potential, x, state)
        np.testing.assert_allclose(x, expected, rtol=0, atol=1e-13)


@pytest.mark.parametrize("beta2", [0.0, 0.9, 0.999])
def test_adams_first_step_has_the_length_eta_in_every_coordinate(beta2):
    run = descend(Quadratic([0.3, 2.0, 9e4]), Adam(0.1, beta2=beta2), [1.0, -2.0, 0.5], 1)
    np.testing.assert_allclose(np.abs(run.x[1] - run.x[0]), 0.1, rtol=1e-6)
    np.testing.assert_allclose(run.kept["preconditioner"][0], 0.1 * np.array([0.3, 4.0, 4.5e4]), rtol=1e-6)


@every_method
def test_on_a_constant_slope_it_goes_by_eta_a_step_and_decay_ends_that(rule):
    slope = eos.FromFunctions(lambda x: 7.0 * x, lambda x: 7.0 + 0.0 * x, lambda x: 0.0 * x)
    x = descend(slope, rule, 0.0, 3000).x[:, 0]
    if decay := getattr(rule, "weight_decay", 0.0):
        assert x[-1] == pytest.approx(-1 / decay, rel=1e-6)
    else:
        assert x[-2] - x[-1] == pytest.approx(rule.eta, rel=0.03)


def test_without_memory_it_is_the_sign_of_the_gradient():
    for rule in (RMSProp(0.1, beta2=0.0, eps=1e-12), Adam(0.1, beta1=0.0, beta2=0.0, eps=1e-12)):
        moves = np.diff(descend(SoftAbs(), rule, 3.03, 29).x[:, 0])
        np.testing.assert_allclose(moves, -0.1, rtol=1e-9)


def test_a_large_eps_is_gradient_descent():
    plain = descend(SoftAbs(), GradientDescent(0.3), 1.3, 50).x
    for rule in (RMSProp(0.3e9, eps=1e9), Adam(0.3e9, beta1=0.0, eps=1e9)):
        np.testing.assert_allclose(descend(SoftAbs(), rule, 1.3, 50).x, plain, rtol=0, atol=1e-6)


# Its threshold


def radius(rule, top) -> float:
    """The factor at which Adam grows, P held fast where the top eigenvalue of H / P is `top`: by its characteristic
    polynomial (z - 1 + eta w) (z - beta1) + eta (1 - beta1) top z."""
    eta, beta, decay = rule.eta, rule.beta1, rule.weight_decay
    middle = -(1 - eta * decay) - beta + eta * (1 - beta) * top
    return np.abs(np.roots([1.0, middle, (1 - eta * decay) * beta])).max()


@pytest.mark.parametrize("eta", [0.01, 0.7])
@pytest.mark.parametrize("beta", [0.0, 0.37, 0.9, 0.99])
@pytest.mark.parametrize("decay", [0.0, 0.01, 1.3])
def test_at_adams_threshold_the_spectral_radius_is_one(eta, beta, decay):
    rule = Adam(eta, beta, weight_decay=decay)
    assert radius(rule, rule.threshold) == pytest.approx(1.0, abs=1e-12)
    assert radius(rule, 1.01 * rule.threshold) > 1 + 1e-5 > 1 - 1e-5 > radius(rule, 0.99 * rule.threshold)
    assert rule.critical_eta(rule.threshold) == pytest.approx(eta, rel=1e-12)


def test_known_thresholds():
    assert Adam(0.1).threshold == pytest.approx(380.0, rel=1e-14)
    assert RMSProp(0.1).threshold == pytest.approx(20.0, rel=1e-14)
    assert Adam(0.1, weight_decay=0.1).threshold == pytest.approx(380.0 * (1 - 0.1 * 0.1 / 2), rel=1e-14)
    symbols = [rule.symbol for rule in (Adam(0.1), Adam(0.1, 0.5), Adam(0.1, weight_decay=0.1))]
    assert symbols == ["38/η", "6/η", "38/η − 1.9"]


# The preconditioned sharpness along a run


@pytest.mark.parametrize("hidden", [(5,), (10,)], ids=["from the whole Hessian", "by iteration"])
@every_method
def test_the_preconditioned_sharpness_is_that_of_the_rescaled_potential(rule, hidden):
    net = MLPLoss(*chebyshev(4), hidden=hidden, biases=(True, False))
    rule = replace(rule, eta=0.003)
    run = descend(net, rule, np.stack([net.init_xavier(seed) for seed in (0, 1)]), 200, every=4)
    path = sharpness_along(run, k=2, every=5, preconditioned=True)
    assert path.values.shape == (11, 2, 2)
    for i, j in np.ndindex(11, 2):
        divided = Rescaled(net, 1 / np.sqrt(run.kept["preconditioner"][5 * i, j]))
        values = exact(divided, divided.place(run.x[5 * i, j]), 2).values
        np.testing.assert_allclose(path.values[i, j], values, rtol=0, atol=2e-6 * values[0])
    raw = sharpness_along(run, every=5).top
    assert np.abs(path.top / raw - 1).max() > 1


def test_it_is_what_a_steered_run_shows():
    net = MLPLoss(*chebyshev(4), hidden=(10,), biases=(True, False))
    steered = SteeredRun(net, Adam(0.003), net.init_xavier(0), held=False)
    steered.advance(300)
    run = descend(net, Adam(0.003), net.init_xavier(0), 300)
    path = sharpness_along(run, k=2, every=300, preconditioned=True)
    np.testing.assert_allclose(steered.sharpness, path.values[-1], rtol=0, atol=2e-3 * path.top[-1])


def test_after_an_escape_it_is_no_number_and_without_a_preconditioner_refused():
    run = descend(Quadratic([1.0, 2.0]), RMSProp(2.0, beta2=0.9, eps=1e-3), [1.0, 1.0], 40, escape=1.5)
    path = sharpness_along(run, preconditioned=True)
    here, gone = np.split(path.top, [run.escaped_at])
    assert np.isfinite(here).all() and len(gone) and np.isnan(gone).all()
    with pytest.raises(ValueError, match="trajectory must have kept a preconditioner"):
        sharpness_along(descend(Quadratic(1.0), GradientDescent(0.1), 1.0, 3), preconditioned=True)


def crossings(rule, steps=4000) -> tuple[int, float]:
    """How often the preconditioned curvature of a parabola passes the threshold upwards, and its median share of it."""
    run = descend(Quadratic(1.0), rule, 1.0, steps)
    share = 1.0 / run.kept["preconditioner"][:, 0] / rule.threshold
    return int(((share[1:] > 1) & (share[:-1] <= 1)).sum()), float(np.median(share[steps // 2 :]))


@pytest.mark.parametrize("eta", [0.003, 0.01, 0.03])
def test_even_a_parabola_is_no_safe_place_for_long(eta):
    """Near the bottom P fades like beta2^(t/2), so the share of the edge rises whatever it was: arXiv 2506.04805."""
    often, share = crossings(Adam(eta, beta2=0.99))
    assert often > 20 and 0.8 < share < 1.0
    assert crossings(Adam(eta, beta2=0.999))[0] == 0 < crossings(Adam(eta, beta2=0.999), steps=25_000)[0]


# Bad input


@pytest.mark.parametrize(
    "make, says",
    [
        (lambda: RMSProp(0.1, beta2=1.0), r"beta2 must be a number in \[0, 1\), got 1.0"),
        (lambda: RMSProp(0.1, eps=0.0), "eps must be one positive, finite number, got 0.0"),
        (lambda: Adam(0.1, beta1=-0.1), r"beta1 must be a number in \[0, 1\), got -0.1"),
        (lambda: Adam(0.1, beta2=[0.9, 0.8]), r"beta2 must be a number in \[0, 1\), got"),
        (lambda: Adam(0.1, weight_decay=-1e-3), "weight_decay must be a number of 0 or more, got -0.001"),
        (lambda: Adam(0.1, weight_decay=np.inf), "weight_decay must be finite"),
        (lambda: Adam(0.0), "eta must be positive"),
    ],
)
def test_bad_settings_are_refused_by_name(make, says):
    with pytest.raises(ValueError, match=says):
        make()
