"""Mini-batches: an order of their own, the whole data as a limit, and the curvature along their gradients."""

from itertools import combinations

import numpy as np
import pytest

from eos import (
    SGD,
    GradientDescent,
    MLPLoss,
    Penalized,
    Quadratic,
    Rescaled,
    SteeredRun,
    batch_sharpness,
    chebyshev,
    descend,
    resume,
)
from eos.potentials import Seen

NET = MLPLoss(*chebyshev(4), hidden=(6,))
THETA = NET.init_torch(0)
LINE = MLPLoss(np.random.default_rng(0).standard_normal((9, 4)), np.arange(9.0), hidden=(), biases=False)
"""A linear model: its Hessian on one sample x is x x^T, whose gradients point along x."""


def batches(rule, potential, steps):
    """The samples that each step sees."""
    return [rule.rows(potential, step).tolist() for step in range(steps)]


# The order


@pytest.mark.parametrize("size, an_epoch", [(1, 20), (5, 4), (6, 3), (20, 1)])
def test_an_epoch_shows_no_sample_twice(size, an_epoch):
    seen = batches(SGD(0.1, size), NET, 3 * an_epoch)
    epochs = [sum(seen[i : i + an_epoch], []) for i in range(0, 3 * an_epoch, an_epoch)]
    for epoch in epochs:
        assert len(set(epoch)) == len(epoch) == an_epoch * size
    assert epochs[0] != epochs[1] != epochs[2] != epochs[0]


def test_the_seed_gives_the_order():
    first, again, other = (batches(SGD(0.1, 4, seed), NET, 20) for seed in (0, 0, 1))
    assert first == again != other


def test_a_step_is_one_on_its_mini_batch():
    rule, x = SGD(0.3, 4), THETA
    run = descend(NET, rule, THETA, 12)
    for step, rows in enumerate(batches(rule, NET, 12)):
        x = x - 0.3 * MLPLoss(NET.inputs[rows], NET.targets[rows], hidden=(6,)).gradient(x)
        np.testing.assert_allclose(run.x[step + 1], x, rtol=0, atol=1e-13)


def test_a_run_resumed_is_the_run_in_one():
    whole = descend(NET, SGD(0.3, 3), THETA, 30)
    parts = resume(resume(descend(NET, SGD(0.3, 3), THETA, 7), 13), 10)
    assert np.array_equal(whole.x, parts.x)


def test_all_samples_at_once_are_gradient_descent():
    plain, all_at_once = (descend(NET, rule, THETA, 50).x for rule in (GradientDescent(0.3), SGD(0.3, 20)))
    np.testing.assert_allclose(all_at_once, plain, rtol=0, atol=1e-13)
    plain, all_at_once = (descend(Quadratic(2.0), rule, 1.0, 9).x for rule in (GradientDescent(0.3), SGD(0.3)))
    assert np.array_equal(plain, all_at_once)


def test_one_epoch_of_short_steps_is_a_step_on_all():
    eta = 1e-5
    small = descend(NET, SGD(eta, 5), THETA, 4).x[-1] - THETA
    np.testing.assert_allclose(small, -4 * eta * NET.gradient(THETA), rtol=0, atol=1e-8)


def test_when_some_runs_escape_the_others_see_what_they_would_have_seen():
    etas = np.geomspace(0.05, 50, 20)  # as many runs as samples
    many = descend(NET, SGD(etas, 4), THETA, 40, escape=100.0)
    alone = descend(NET, SGD(etas[2], 4), THETA, 40)
    assert (many.escaped_at >= 0).any()
    np.testing.assert_allclose(many.x[:, 2], alone.x, rtol=0, atol=1e-12)


def test_a_steered_run_sees_the_same_mini_batches():
    run = SteeredRun(NET, SGD(0.1, 2), THETA, held=False)
    run.advance(25)
    np.testing.assert_allclose(run.x, descend(NET, SGD(0.1, 2), THETA, 25).x[-1], rtol=0, atol=1e-12)


@pytest.mark.parametrize(
    "around", [Penalized(NET, 0.3), Rescaled(NET, 2.0), Seen(NET, NET.at(THETA), THETA)], ids=lambda p: type(p).__name__
)
def test_what_is_made_from_a_mean_is_the_mean_of_what_is_made_from_its_parts(around):
    parts = [around.minibatch(range(i, i + 5)).gradient(THETA) for i in range(0, 20, 5)]
    np.testing.assert_allclose(np.mean(parts, axis=0), around.gradient(THETA), rtol=0, atol=1e-12)
    assert around.samples == 20


@pytest.mark.parametrize(
    "ask, says",
    [
        (lambda: SGD(0.1, 0), "size must be a whole number of at least 1, got 0"),
        (lambda: SGD(0.1, 2.5), "size must be a whole number"),
        (lambda: SGD(0.1, 4, -1), "seed must be a whole number of at least 0, got -1"),
        (lambda: descend(NET, SGD(0.1, 21), THETA, 1), "size must be at most the number of samples .* 20, got 21"),
        (lambda: descend(Quadratic(1.0), SGD(0.1, 2), 1.0, 1), "size must be at most .* samples .* 1, got 2"),
        (lambda: Quadratic(1.0).minibatch([1]), r"rows must be whole numbers below 1, shape \(m,\), got \[1\]"),
        (lambda: batch_sharpness(NET, THETA, 21), "size must be a whole number from 1 to 20, got 21"),
        (lambda: batch_sharpness(NET, THETA[None], 3), "x must be one point"),
        (lambda: batch_sharpness(NET, THETA, 3, batches=0), "batches must be a whole number of at least 1"),
        (lambda: batch_sharpness(NET, THETA, 3, seed="a"), "seed must be"),
        (lambda: batch_sharpness("net", THETA, 3), "potential must be"),
    ],
)
def test_bad_input_is_refused_by_name(ask, says):
    with pytest.raises(ValueError, match=says):
        ask()


# Batch sharpness


def test_on_all_samples_it_is_the_curvature_along_the_gradient():
    found, g = batch_sharpness(NET, THETA, 20), NET.gradient(THETA)
    assert found.value == pytest.approx(g @ NET.hvp(THETA, g) / (g @ g), rel=1e-12)
    assert (found.error, found.batches) == (0.0, 1)


def test_on_single_samples_of_a_linear_model_it_is_the_trace():
    w = np.ones(4)
    found = batch_sharpness(LINE, w, 1, batches=4000)
    trace = np.trace(LINE.hessian(w))
    assert trace == pytest.approx(np.square(LINE.inputs).sum(1).mean())
    assert abs(found.value - trace) < 4 * found.error < 0.1 * trace


def test_it_is_the_mean_over_all_mini_batches_there_are():
    x, exact = THETA + 0.3, []
    for rows in combinations(range(20), 2):
        part = MLPLoss(NET.inputs[list(rows)], NET.targets[list(rows)], hidden=(6,))
        g = part.gradient(x)
        exact.append(g @ part.hvp(x, g) / (g @ g))
    found = batch_sharpness(NET, x, 2, batches=2000)
    assert abs(found.value - np.mean(exact)) < 4 * found.error
    assert found.error == pytest.approx(np.std(exact) / np.sqrt(2000), rel=0.1)


def test_a_function_that_is_no_mean_is_one_batch():
    found = batch_sharpness(Quadratic([3.0, 1.0]), [1.0, 0.0], 1)
    assert (found.value, found.error) == (3.0, 0.0)


def test_where_nothing_slopes_there_is_none():
    found = batch_sharpness(Quadratic([3.0, 1.0]), [0.0, 0.0], 1)
    assert np.isnan(found.value) and found.batches == 0
