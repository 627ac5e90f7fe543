"""Trajectories: what `descend` records, when a run escapes, and what runs on known curves must do."""

import tracemalloc
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq

from eos import (
    FromFunctions,
    GradientDescent,
    GradientFlow,
    HeavyBall,
    MLPLoss,
    Nesterov,
    Quadratic,
    SoftAbs,
    chebyshev,
    descend,
    resume,
    secant_curvature,
)

CURVE = SoftAbs()
NET = MLPLoss(*chebyshev(3), hidden=(10,))


# Records


@settings(deadline=None)
@given(a=st.floats(0.05, 3), eta=st.floats(0.01, 0.8), x0=st.floats(-10, 10), steps=st.integers(0, 200))
def test_on_a_parabola_each_step_multiplies_by_the_same_number(a, eta, x0, steps):
    run = descend(Quadratic(a), GradientDescent(eta), x0, steps, escape=1e40)
    exact = (1 - eta * a) ** np.arange(steps + 1) * x0
    assert run.x.shape == (steps + 1, 1)
    np.testing.assert_allclose(run.x[:, 0], exact, rtol=1e-12, atol=1e-12 * abs(x0) + 1e-300)


def test_each_eigenvector_shrinks_at_its_own_rate():
    axes = np.linalg.qr(np.random.default_rng(1).standard_normal((4, 4)))[0]
    curvatures, start = np.array([0.1, 1.0, 2.5, -0.3]), np.array([1.0, -2.0, 3.0, 0.5])
    run = descend(Quadratic(axes * curvatures @ axes.T), GradientDescent(0.7), axes @ start, 60)
    exact = start * (1 - 0.7 * curvatures) ** run.steps[:, None]
    np.testing.assert_allclose(run.x @ axes, exact, rtol=0, atol=1e-12 * np.abs(exact).max())


BORDERS = st.integers(0, 200) | st.sampled_from([63, 64, 65, 127, 128, 129])


@settings(deadline=None)
@given(steps=BORDERS, every=st.integers(1, 210) | st.sampled_from([63, 64, 65]), eta=st.sampled_from([1.5, 2.3]))
def test_every_is_slicing(steps, every, eta):
    potential = Quadratic([1.0, 0.2])
    full, thin = (
        descend(potential, GradientDescent(eta), [[1.0, 1.0], [1e-9, 1.0]], steps, every=e) for e in (1, every)
    )
    np.testing.assert_array_equal(thin.x, full.x[::every])
    np.testing.assert_array_equal(thin.loss, full.loss[::every])
    np.testing.assert_array_equal(thin.steps, np.arange(0, steps + 1, every))
    np.testing.assert_array_equal(thin.escaped_at, full.escaped_at)


@pytest.mark.parametrize("chunk_floats", [1, 7, 2**10])
def test_where_chunks_end_makes_no_difference(monkeypatch, chunk_floats):
    def run():
        r = descend(Quadratic([3.0, 0.1]), GradientDescent(0.9), [[1.0, 1.0], [0.0, 1.0]], 150, every=3)
        return r.x, r.loss, r.gradient_norm, r.escaped_at

    whole = run()
    monkeypatch.setattr("eos.trajectories.trajectory._CHUNK_FLOATS", chunk_floats)
    for one, other in zip(whole, run(), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize(
    "potential, x0", [(Quadratic([[2.0, 0.5], [0.5, 1.0]]), [1.0, -3.0]), (NET, NET.init_xavier(0))]
)
def test_loss_and_gradient_norm_belong_to_the_iterates(potential, x0):
    run = descend(potential, GradientDescent(0.3), x0, 30)
    assert run.loss.shape == run.gradient_norm.shape == (31,)
    for x, loss, size in zip(run.x, run.loss, run.gradient_norm, strict=True):
        assert loss == pytest.approx(potential.value(x), rel=1e-13)
        assert size == pytest.approx(np.linalg.norm(potential.gradient(x)), rel=1e-13)


def test_zero_steps_is_the_start():
    run = descend(CURVE, GradientDescent(1.0), 0.3, 0)
    assert run.x.tolist() == [[0.3]]
    assert run.escaped_at is None


@pytest.mark.parametrize("x0", [0.3, [0.3], np.float32(0.25), np.array([[0.1], [2.0]]), np.ones((2, 3, 1))])
def test_the_start_is_kept_and_left_alone(x0):
    before = np.array(x0)
    run = descend(CURVE, GradientDescent(0.5), x0, 5)
    np.testing.assert_array_equal(run.x[0], before.reshape(run.x[0].shape))
    np.testing.assert_array_equal(before, x0)
    assert not np.shares_memory(run.x, np.asarray(x0))


RULES = [GradientDescent(0.9), HeavyBall(0.3), Nesterov(0.3), GradientFlow(0.4)]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: type(rule).__name__)
@pytest.mark.parametrize("batch", [(5,), (2, 3), (1,)])
def test_a_batch_is_single_runs(rule, batch):
    x0 = np.random.default_rng(2).uniform(-3, 3, (*batch, 1))
    together = descend(CURVE, rule, x0, 40)
    for i in np.ndindex(batch):
        alone = descend(CURVE, rule, x0[i], 40)
        np.testing.assert_allclose(together.x[(slice(None), *i)], alone.x, rtol=0, atol=1e-12)
        np.testing.assert_allclose(together.loss[(slice(None), *i)], alone.loss, rtol=0, atol=1e-12)


def test_a_batch_of_networks_is_single_networks():
    x0 = np.stack([NET.init_xavier(seed) for seed in range(3)])
    together = descend(NET, GradientDescent(0.1), x0, 50)
    for i, start in enumerate(x0):
        alone = descend(NET, GradientDescent(0.1), start, 50)
        np.testing.assert_allclose(together.x[:, i], alone.x, rtol=0, atol=1e-12)


def test_the_same_run_twice_is_the_same_to_the_last_bit():
    runs = [descend(NET, GradientDescent(0.4), NET.init_xavier(3), 500) for _ in range(2)]
    assert runs[0].x.tobytes() == runs[1].x.tobytes()
    assert runs[0].loss.tobytes() == runs[1].loss.tobytes()


def test_a_long_run_keeps_only_what_is_asked_for():
    tracemalloc.start()
    run = descend(Quadratic(1.0), GradientDescent(0.1), 1.0, 200_000, every=1000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(run.x) == 201
    assert run.steps[-1] == 200_000
    assert peak < 200_000  # bytes: an eighth of what all iterates would take


# Escape


@settings(deadline=None)
@given(growth=st.floats(1.02, 30), bound=st.floats(2, 1e12), every=st.integers(1, 5))
def test_a_run_escapes_at_its_first_step_beyond_the_bound(growth, bound, every):
    with np.errstate(over="ignore"):
        sizes = np.multiply.accumulate(np.append(1.0, np.full(1500, 1 - (1 + growth))))
    first = int(np.argmax(np.abs(sizes) > bound * (1 + 1e-9)))
    if first != np.argmax(np.abs(sizes) > bound * (1 - 1e-9)):
        return  # a tie, which rounding decides
    run = descend(Quadratic(1.0), GradientDescent(1 + growth), 1.0, first + 70, every=every, escape=bound)
    assert run.escaped_at == first
    gone = run.steps >= first
    assert np.isnan(run.x[gone]).all() and np.isnan(run.loss[gone]).all()
    assert np.isfinite(run.x[~gone]).all() and np.isfinite(run.gradient_norm[~gone]).all()


@pytest.mark.parametrize("steps, escaped_at", [(19, None), (20, 20), (21, 20), (500, 20)])
def test_the_step_of_escape_is_exact(steps, escaped_at):
    run = descend(Quadratic(1.0), GradientDescent(3.0), 1.0, steps)  # x_n = (-2)^n, and 2^20 > 1e6
    assert run.escaped_at == escaped_at
    assert np.isnan(run.x[:, 0]).sum() == max(0, steps - 19)


def test_on_the_bound_is_not_beyond_it():
    run = descend(Quadratic(1.0), GradientDescent(3.0), 1.0, 9, escape=256.0)
    assert run.escaped_at == 9
    assert run.x[8, 0] == 256.0


@pytest.mark.parametrize("steps", [10, 64, 65, 200])
@pytest.mark.parametrize("rule", [GradientDescent, HeavyBall, Nesterov])
def test_those_that_escape_leave_the_others_alone(rule, steps):
    potential = FromFunctions(lambda x: x**4 / 4, lambda x: x**3)
    x0 = np.array([[0.5], [3.0], [-0.7], [100.0]])
    run = descend(potential, rule(0.5), x0, steps)
    assert run.escaped_at.dtype.kind == "i"
    assert (run.escaped_at >= 0).tolist() == [False, True, False, True]
    for i, start in enumerate(x0):
        alone = descend(potential, rule(0.5), start, steps)
        assert run.escaped_at[i] == (-1 if alone.escaped_at is None else alone.escaped_at)
        np.testing.assert_array_equal(run.x[:, i], alone.x)


def test_escape_is_judged_by_the_largest_coordinate():
    run = descend(Quadratic([0.0, 1.0, 0.5]), GradientDescent(3.0), [1.0, 1.0, 1.0], 30)
    assert run.escaped_at == 20
    assert np.isnan(run.x[20:]).all()


@dataclass(frozen=True, eq=False)
class Cliff(Quadratic):
    """A parabola with no slope to be had beyond x = 1."""

    beyond: float = np.nan

    def gradient(self, x):
        return np.where(np.asarray(x) > 1, self.beyond, super().gradient(x))


@pytest.mark.parametrize("beyond", [np.nan, np.inf, -np.inf])
def test_a_slope_that_is_no_number_is_an_escape(beyond):
    run = descend(Cliff(1.0, beyond), GradientDescent(2.5), [[-0.5], [0.0]], 100)  # -0.5, 0.75, -1.125, 1.6875
    assert run.escaped_at.tolist() == [4, -1]
    np.testing.assert_allclose(run.x[:4, 0, 0], [-0.5, 0.75, -1.125, 1.6875])


@pytest.mark.parametrize("rule", [GradientDescent(50.0), HeavyBall(50.0), Nesterov(50.0)])
def test_divergence_is_silent(rule):
    x0 = NET.init_xavier(0)
    for potential, start in ((Quadratic(1e3), 1.0), (Quadratic([1e200, 1.0]), [1.0, 1.0]), (NET, x0)):
        run = descend(potential, rule, start, 700, escape=1e300)
        assert run.loss.shape == run.gradient_norm.shape == (701,)
    assert descend(Quadratic(1e3), rule, 1.0, 700, escape=1e300).escaped_at is not None


# The curve x^2 / sqrt(1 + x^2)


def late(eta, x0, steps=20_000):
    """The last two iterates, once the run has settled."""
    return descend(CURVE, GradientDescent(eta), x0, steps).x[-2:, 0]


def slope_over_x(x):
    return (x * x + 2) / (1 + x * x) ** 1.5


def test_bounded_slope_bounded_run():
    run = descend(CURVE, GradientDescent(20.0), 0.3, 100_000)
    assert run.escaped_at is None
    assert 15 < np.abs(run.x).max() < 21.8  # 20 times the steepest slope, 4 sqrt(2) / (3 sqrt(3)), is 21.77


@pytest.mark.parametrize("eta", [0.1, 0.5, 0.9, 0.99])
def test_below_the_edge_the_bottom_is_reached(eta):
    assert np.abs(late(eta, 3.0)).max() < 1e-12


CYCLES = {1.05: 0.22431, 1.2: 0.45302, 1.5: 0.73110, 2.0: 1.07140, 2.5: 1.36048}


@pytest.mark.parametrize("eta, size", CYCLES.items())
@pytest.mark.parametrize("x0", [0.3, -1.5])
def test_beyond_the_edge_it_jumps_between_two_mirror_points(eta, size, x0):
    root = brentq(lambda x: slope_over_x(x) - 2 / eta, 1e-6, 10, xtol=1e-14)
    assert root == pytest.approx(size, abs=1e-5)
    a, b = late(eta, x0)
    assert a == pytest.approx(-b, abs=1e-12)
    assert abs(a) == pytest.approx(root, abs=1e-8)


@pytest.mark.parametrize("eta", [*CYCLES, 2.62, 4.0, 5.0])
def test_on_a_two_cycle_the_secant_curvature_is_two_over_eta(eta):
    a, b = late(eta, 0.5)
    assert a != pytest.approx(b, abs=1e-3)
    assert secant_curvature(CURVE, a, b) == pytest.approx(2 / eta, abs=1e-6)


def test_at_eta_two_the_curvature_at_the_cycle_is_far_below_the_threshold():
    assert CURVE.hvp(late(2.0, 0.5)[:, None], 1.0)[:, 0] == pytest.approx([0.126025, 0.126025], abs=1e-6)


def test_the_cycle_loses_its_symmetry_at_three_halves_root_three():
    assert 2.59 < 1.5 * np.sqrt(3) < 2.62
    assert abs(late(2.59, 0.5).sum()) < 1e-8
    assert abs(late(2.62, 0.5).sum()) > 0.1


@pytest.mark.parametrize("sign", [1, -1])
def test_two_lopsided_cycles_mirror_each_other(sign):
    assert sorted(sign * late(4.0, sign * 0.5)) == pytest.approx([-3.25417, 0.89927], abs=1e-5)


def test_the_first_steps_at_eta_two():
    run = descend(CURVE, GradientDescent(2.0), [[1.5], [0.5]], 30)
    assert run.x[:4, 0, 0] == pytest.approx([1.5, -0.6761, 1.2129, -0.9547], abs=5e-5)
    assert run.x[:3, 1, 0] == pytest.approx([0.5, -1.1100, 1.0417], abs=5e-5)
    cycle = brentq(lambda x: slope_over_x(x) - 1, 0.5, 2, xtol=1e-14)
    assert np.abs(np.abs(run.x[30, :, 0]) - cycle) == pytest.approx([4.1e-5, 8.6e-6], rel=0.02)


@pytest.mark.parametrize("eta", [8.0, 10.0])
def test_a_bounded_run_has_steps_that_neither_grow_nor_shrink_on_average(eta):
    run = descend(CURVE, GradientDescent(eta), np.array([[0.5], [0.9], [3.0]]), 20_000)
    growth = np.abs(1 - eta * secant_curvature(CURVE, run.x[:-1], run.x[1:]))
    means = np.log(growth).mean(0)
    assert np.log(growth).std() > 0.1
    assert np.abs(means).max() < 1e-3


# A run that goes on

RULES = [GradientDescent, HeavyBall, Nesterov, GradientFlow]


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("every", [1, 3, 50])
@pytest.mark.parametrize("parts", [(0, 137), (100, 37), (5, 1, 0, 131), (68, 69)])
def test_a_run_that_was_resumed_is_the_run_that_never_stopped(rule, every, parts):
    whole = descend(NET, rule(0.3), NET.init_xavier(0), sum(parts), every=every)
    run = descend(NET, rule(0.3), NET.init_xavier(0), 0, every=every)
    for steps in parts:
        run = resume(run, steps)
    np.testing.assert_array_equal(run.x, whole.x)
    assert run.kept.keys() == whole.kept.keys() and run.escaped_at == whole.escaped_at
    for name, array in run.kept.items():
        np.testing.assert_array_equal(array, whole.kept[name])


def test_what_escaped_stays_escaped_when_the_others_go_on():
    def run(steps):
        return descend(Quadratic(1.0), HeavyBall(np.array([0.5, 5.0, 3.02]), 0.5), 1.0, steps, escape=1e3)

    whole, resumed = run(400), resume(resume(run(20), 130), 250)
    assert whole.escaped_at[0] == -1 and 0 < whole.escaped_at[1] < 20 < 150 < whole.escaped_at[2]
    np.testing.assert_array_equal(whole.escaped_at, resumed.escaped_at)
    np.testing.assert_array_equal(whole.x, resumed.x)
    np.testing.assert_array_equal(np.isnan(whole.kept["velocity"]), np.isnan(whole.x))


@pytest.mark.parametrize("rule", RULES[:3])
def test_a_batch_of_which_some_escape_is_what_each_would_be_alone(rule):
    etas = np.array([0.5, 2.2, 1.4, 9.0, 4.1, 0.1])
    batch = descend(Quadratic([1.0, 0.3]), rule(etas), [1.0, 2.0], 300, every=7)
    assert 0 < (batch.escaped_at >= 0).sum() < len(etas)
    for i, eta in enumerate(etas):
        alone = descend(Quadratic([1.0, 0.3]), rule(eta), [1.0, 2.0], 300, every=7)
        assert (alone.escaped_at or -1) == batch.escaped_at[i]
        np.testing.assert_allclose(batch.x[:, i], alone.x, rtol=0, atol=1e-12)


def test_one_step_size_for_starts_of_which_some_escape():
    run = descend(Quadratic(1.0), GradientDescent([2.1]), [[1.0], [1e-9], [1e5]], 200, escape=1e6)
    assert (run.escaped_at[[0, 2]] > 0).all() and run.escaped_at[1] == -1
    assert run.x[-1, 1, 0] == pytest.approx(1e-9 * 1.1**200)


@pytest.mark.parametrize("index", [3, (0, 0), "a", slice(2), None])
def test_a_run_that_is_not_in_the_batch_is_refused(index):
    with pytest.raises(ValueError, match="index must be of one run"):
        descend(CURVE, GradientDescent([0.2, 0.6]), 1.0, 3).select(index)


def test_a_state_of_words_is_refused():
    with pytest.raises(ValueError, match="velocity in state must be numbers"):
        descend(CURVE, HeavyBall(0.2), 1.0, 3, state="abc")


@pytest.mark.parametrize(("rule", "keeps"), list(zip(RULES, ([], ["velocity"], ["velocity"], []), strict=True)))
def test_a_trajectory_keeps_what_its_stepper_asks_for(rule, keeps):
    run = descend(CURVE, rule(0.4), [[1.5], [0.2]], 20, every=2)
    assert list(run.kept) == keeps
    for array in run.kept.values():
        assert array.shape == run.x.shape


def test_the_velocity_that_is_kept_is_the_one_of_its_record():
    run = descend(CURVE, HeavyBall(0.4, 0.7), 1.5, 30)
    np.testing.assert_array_equal(run.kept["velocity"][0], [0.0])
    np.testing.assert_allclose(run.x[1:], run.x[:-1] - 0.4 * run.kept["velocity"][1:], rtol=1e-14)


def test_a_step_size_may_change_on_the_way():
    run = resume(descend(Quadratic(1.0), GradientDescent(0.5), 1.0, 2), 2, GradientDescent(0.1))
    np.testing.assert_allclose(run.x[:, 0], [1.0, 0.5, 0.25, 0.225, 0.2025])
    assert run.stepper.eta == 0.1


def test_a_state_can_be_taken_over():
    before = descend(CURVE, HeavyBall(0.4), 1.5, 10)
    after = descend(CURVE, HeavyBall(0.4), before.x[-1], 10, state=before.end.state)
    np.testing.assert_array_equal(after.x, resume(before, 10).x[10:])


@pytest.mark.parametrize("rule", RULES)
def test_one_run_of_a_batch_is_a_run(rule):
    etas, starts = np.array([0.2, 0.6]), np.array([[[1.5]], [[0.3]], [[2.0]]])
    batch = descend(CURVE, rule(etas), starts, 30, every=3)
    alone, chosen = descend(CURVE, rule(0.6), 2.0, 30, every=3), batch.select((2, 1))
    assert chosen.stepper.eta == 0.6 and chosen.escaped_at is None and chosen.kept.keys() == alone.kept.keys()
    np.testing.assert_allclose(chosen.x, alone.x, rtol=0, atol=1e-12)
    with pytest.raises(ValueError, match="run must be what descend returns"):
        resume(chosen, 3)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda run: resume(run, -1), "steps must be a whole number"),
        (lambda run: resume(run.x, 1), "run must be what descend returns"),
        (lambda run: resume(run, 1, HeavyBall(0.1)), "stepper must be a GradientDescent, got HeavyBall"),
        (lambda run: resume(run, 10**15), "steps is 1000000000000000: too many to keep with every=1"),
    ],
)
def test_what_cannot_be_resumed_is_refused(call, says):
    with pytest.raises(ValueError, match=says):
        call(descend(CURVE, GradientDescent(0.4), 1.5, 3))
