"""Two points at a time: an exact rewriting of gradient descent."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from eos import (
    Catapult,
    GradientDescent,
    MLPLoss,
    Product,
    Quadratic,
    SoftAbs,
    Valley,
    chebyshev,
    descend,
    half_differences,
    midpoints,
    weighted_midpoints,
)  # fmt: skip

NET = MLPLoss(*chebyshev(4), hidden=(10,), biases=(True, False))
CASES = {
    "a bounce": (SoftAbs(), 2.0, 1.5),
    "chaos": (SoftAbs(), 7.5, 0.5),
    "a valley": (Valley(), 0.1, (0.1, 6.0)),
    "four factors": (Product(4), 0.2, (2.3, 0.137) * 2),
    "a catapult": (Catapult(8), 2.5, Catapult(8).start(0)),
    "a network": (NET, 0.4, NET.init_xavier(0)),
}


def two_point_residuals(run):
    """By how much c' - c = -(eta/2) [g(c + d) + g(c - d)] and d' - d = -(eta/2) [g(c + d) - g(c - d)] miss."""
    c, d = midpoints(run), half_differences(run)
    half = 0.5 * np.asarray(run.stepper.eta)[..., None]
    with np.errstate(all="ignore"):
        ahead, behind = (run.potential.gradient(p[:-1]) for p in (c + d, c - d))
        return c[1:] - c[:-1] + half * (ahead + behind), d[1:] - d[:-1] + half * (ahead - behind)


@pytest.mark.parametrize("name", CASES)
def test_the_identities_hold_to_rounding(name):
    """Yardstick 21."""
    potential, eta, x0 = CASES[name]
    run = descend(potential, GradientDescent(eta), x0, 200)
    for residual in two_point_residuals(run):
        assert residual.shape == (199, potential.dim)
        assert np.abs(residual).max() < 1e-12


def test_middle_and_half_difference_give_the_iterates_back():
    run = descend(Valley(), GradientDescent(0.1), [[0.1, 6.0], [0.2, 3.0]], 50)
    c, d = midpoints(run), half_differences(run)
    assert c.shape == d.shape == (50, 2, 2)
    assert np.abs(c + d - run.x[1:]).max() < 1e-14
    assert np.abs(c - d - run.x[:-1]).max() < 1e-14


@settings(max_examples=20, deadline=None)
@given(st.floats(0.1, 3.0), st.floats(0.2, 2.0))
def test_on_a_parabola_both_shrink_like_the_iterates(a, x0):
    eta = 0.5
    run = descend(Quadratic(a), GradientDescent(eta), x0, 30)
    for part in (midpoints(run), half_differences(run)):
        assert np.allclose(part[1:], (1 - eta * a) * part[:-1], rtol=0, atol=1e-14)


def test_a_batch_of_step_sizes_keeps_the_identities_and_escapes_are_nan():
    run = descend(Quadratic(1.0), GradientDescent(np.array([0.5, 3.0])), 1.0, 60, escape=1e3)
    assert run.escaped_at[1] > 0
    for residual in two_point_residuals(run):
        assert np.abs(residual[:, 0]).max() < 1e-12
        assert_array_equal(np.isnan(residual[:, 1, 0]), np.isnan(run.x[2:, 1, 0]))


def test_weighted_midpoints_belong_to_the_step_in_their_middle():
    run = descend(NET, GradientDescent(0.4), NET.init_xavier(0), 50)
    middles = weighted_midpoints(run)
    assert middles.shape == (49, NET.dim)
    assert np.abs(middles[6] - (run.x[6] + 2 * run.x[7] + run.x[8]) / 4).max() < 1e-15


def test_a_steady_bounce_is_gone_from_them_and_a_straight_walk_is_kept():
    flip = (-1.0) ** np.arange(12)
    for size, left in ((1.0, 0.0), (1.0 + 0.01 * np.arange(12), 0.0), (1.1 ** np.arange(12), 0.003)):
        run = descend(Quadratic(1.0), GradientDescent(0.1), 1.0, 11)
        walk = 0.3 * np.arange(12.0)
        moved = replace(run, x=(walk + size * flip)[:, None])
        assert np.abs(weighted_midpoints(moved)[:, 0] - walk[1:-1]).max() <= left * np.max(size) + 1e-12


def test_half_way_the_loss_is_lower_where_it_bounces():
    run = descend(NET, GradientDescent(0.4), NET.init_xavier(0), 3000)
    late = slice(1000, 3000)
    middle = NET.value(weighted_midpoints(run))
    assert middle[late].mean() < 0.9 * run.loss[late].mean()


@pytest.mark.parametrize(
    ("run", "message"),
    [
        (descend(SoftAbs(), GradientDescent(0.1), 1.0, 6, every=2), "with every=1, got every=2"),
        (descend(SoftAbs(), GradientDescent(0.1), 1.0, 0), "one step or more .* 1 records"),
    ],
)
def test_other_runs_are_refused(run, message):
    with pytest.raises(ValueError, match=message):
        midpoints(run)


def test_one_step_has_no_weighted_midpoint():
    with pytest.raises(ValueError, match="two steps or more, got one"):
        weighted_midpoints(descend(SoftAbs(), GradientDescent(0.1), 1.0, 1))


@pytest.mark.parametrize("function", [midpoints, half_differences, weighted_midpoints])
def test_what_is_no_run_is_refused(function):
    with pytest.raises(ValueError, match="run must be a run of one step or more"):
        function(np.zeros(4))
