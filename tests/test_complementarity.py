"""The small complementarity problem: residuals on many random problems, and another way to its answer."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from eos import complementarity, complementarity_errors


def problem(k, seed, spread=0.5, n=None):
    """A random A of both signs, and B from the Gram matrix of vectors N_ij = N_ji of very different lengths."""
    rng = np.random.default_rng(seed)
    turns = rng.standard_normal((k, k, n or k * k + 5)) * np.exp(spread * rng.standard_normal((k, k, 1)))
    turns += turns.swapaxes(0, 1)
    a = rng.standard_normal((k, k)) * np.exp(rng.uniform(-8, 8))
    return a + a.T, np.einsum("ijn,pqn->ijpq", turns, turns) * np.exp(rng.uniform(-8, 8))


@pytest.mark.parametrize("spread", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("k", [1, 2, 3, 4, 5])
def test_three_conditions_hold_to_the_tolerance(k, spread):
    ranks = set()
    for seed in range(100):
        a, b = problem(k, seed, spread)
        x = complementarity(a, b)
        assert np.array_equal(x, x.T) or np.abs(x - x.T).max() < 1e-14 * np.abs(x).max()
        assert max(complementarity_errors(a, b, x)) <= 1e-10
        ranks.add(int((np.linalg.eigvalsh(x) > 1e-7 * np.abs(x).max()).sum()) if x.any() else 0)
    assert ranks >= set(range(min(k, 2) + 1)) - ({0} if k > 3 else set())


@pytest.mark.parametrize("k", [2, 3])
@pytest.mark.parametrize("seed", range(6))
def test_scipy_finds_the_same_bounce(k, seed):
    """As the least <X, B[X]> / 2 + <A, X> over X = R R^T, without any of the conditions."""
    a, b = problem(k, 100 + seed, spread=0.2)
    a, b = a / np.abs(a).max(), b / np.abs(b).max()

    def height(r):
        x = r.reshape(k, k) @ r.reshape(k, k).T
        return 0.5 * np.einsum("ij,ijpq,pq", x, b, x) + np.sum(a * x)

    starts = np.random.default_rng(0).standard_normal((4, k * k))
    answers = [minimize(height, start, method="BFGS", options={"gtol": 1e-10}) for start in starts]
    r = min(answers, key=lambda answer: answer.fun).x.reshape(k, k)
    expected = complementarity(a, b)
    assert np.abs(r @ r.T - expected).max() < 1e-5 * max(1.0, np.abs(expected).max())


@given(st.floats(-5, 5), st.floats(0.1, 10))
def test_one_eigenvalue_is_a_ratio(a, b):
    x = complementarity([[a]], [[[[b]]]])
    assert x[0, 0] == pytest.approx(max(0.0, -a / b), rel=1e-12, abs=1e-15)


def test_two_that_do_not_meet_are_two_ratios():
    b = np.zeros((2, 2, 2, 2))
    b[0, 0, 0, 0], b[1, 1, 1, 1], b[0, 1, 0, 1], b[1, 0, 1, 0], b[0, 1, 1, 0], b[1, 0, 0, 1] = 2, 5, 1, 1, 1, 1
    x = complementarity(np.diag([-1.0, -1.0]), b)
    np.testing.assert_allclose(x, np.diag([0.5, 0.2]), atol=1e-12)


@settings(max_examples=15)
@given(st.integers(0, 10_000), st.integers(2, 4))
def test_turned_coordinates_turn_the_answer(seed, k):
    a, b = problem(k, seed, spread=0.2)
    turn = np.linalg.qr(np.random.default_rng(seed).standard_normal((k, k)))[0]
    turned_b = np.einsum("ia,jb,abcd,pc,qd->ijpq", turn, turn, b, turn, turn, optimize=True)
    x, y = complementarity(a, b), complementarity(turn @ a @ turn.T, turned_b)
    assert np.abs(turn @ x @ turn.T - y).max() <= 1e-6 * max(np.abs(x).max(), 1e-300)


def test_a_tolerance_is_kept_and_a_wrong_answer_is_seen():
    a, b = problem(3, 3)
    x = complementarity(a, b, tol=1e-13)
    assert max(complementarity_errors(a, b, x)) <= 1e-13
    assert max(complementarity_errors(a, b, 1.01 * x)) > 1e-4
    assert complementarity_errors(a, b, -np.eye(3))[0] > 0


def test_a_tolerance_that_is_missed_by_little_is_missed():
    rng = np.random.default_rng(491)  # of 600 such problems the one where this happens
    rng.integers(2, 5), rng.integers(1, 8)
    turns, a = rng.standard_normal((3, 3, 6)), rng.standard_normal((3, 3))
    turns += turns.swapaxes(0, 1)
    a, b = a + a.T, np.einsum("ijn,pqn->ijpq", turns, turns)
    near = complementarity(a, b, tol=1e-4)
    assert 1e-10 < max(complementarity_errors(a, b, near)) <= 1e-4
    x = complementarity(a, b)
    assert np.isnan(x).all() or max(complementarity_errors(a, b, x)) <= 1e-10


def test_no_answer_has_no_errors():
    a, b = problem(2, 0)
    assert np.isnan(complementarity_errors(a, b, np.full((2, 2), np.nan))).all()


def test_no_answer_is_nan():
    assert np.isnan(complementarity([[-1.0]], np.zeros((1, 1, 1, 1)))).all()
    assert np.isnan(complementarity(-np.eye(2), np.zeros((2, 2, 2, 2)))).all()
    assert np.isnan(complementarity([[np.nan]], np.ones((1, 1, 1, 1)))).all()
    only_first = np.zeros((2, 2, 2, 2))
    only_first[0, 0, 0, 0] = 1.0
    assert np.isnan(complementarity(-np.eye(2), only_first)).all()
    assert not complementarity(np.eye(2), np.zeros((2, 2, 2, 2))).any()


@pytest.mark.parametrize(("a", "b"), [(np.eye(2), np.ones((2, 2))), (1.0, 1.0), (np.ones((2, 3)), np.ones((2,) * 4))])
def test_other_shapes_are_refused(a, b):
    with pytest.raises(ValueError, match="a and b must have shapes"):
        complementarity(a, b)
