"""Steered runs: the steps of gradient descent, a governor that holds, a way back, and a past of fixed size."""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eos.curvature import exact, sharpness
from eos.potentials import FromFunctions, MLPLoss, Quadratic, SoftAbs, Valley, chebyshev
from eos.steppers import GradientDescent, GradientFlow, HeavyBall, Nesterov, Stepper
from eos.trajectories import descend
from eos.trajectories.steered_run import CAP, RECENT, History, SteeredRun

NET = MLPLoss(*chebyshev(4), hidden=(10,), biases=(True, False))
PAPER = MLPLoss(*chebyshev(5), hidden=(100,), biases=(True, False))
DEEP = MLPLoss(*chebyshev(6), hidden=(20, 20, 20))


def at_the_edge(net, theta, eta) -> SteeredRun:
    """A run that has hovered at its edge for a thousand steps."""
    run = SteeredRun(net, GradientDescent(eta), theta)
    while run.sharpness[0] < run.edge:
        run.advance(50)
        assert run.step < 8000
    run.advance(1000)
    return run


def steps_until(run, reached, most) -> int:
    """The steps it takes until `reached()`."""
    start = run.step
    while not reached():
        run.advance(1)
        assert run.step - start <= most and run.escaped_at is None, f"not within {most} steps"
    return run.step - start


# ---- the steps


def test_its_steps_are_those_of_gradient_descent():
    theta = NET.init_xavier(0)
    run = SteeredRun(NET, GradientDescent(0.3), theta, held=False)
    assert run.advance(200) == run.step == 200
    reference = descend(NET, GradientDescent(0.3), theta, 200)
    assert np.array_equal(run.x, reference.x[-1])
    assert run.loss == pytest.approx(reference.loss[-1], rel=1e-12)


def test_its_sharpness_is_the_two_largest_eigenvalues():
    run = SteeredRun(NET, GradientDescent(0.4), NET.init_xavier(1))
    for _ in range(30):
        run.advance(40)
        np.testing.assert_allclose(run.sharpness, exact(NET, run.x, 2).values, rtol=3e-3)


def test_a_change_takes_effect_at_the_next_step():
    run = SteeredRun(Quadratic([3.0, 1.0]), GradientDescent(0.1), [1.0, 1.0], held=False)
    run.advance(1)
    np.testing.assert_allclose(run.x, [0.7, 0.9])
    run.set("eta", 0.5)
    run.advance(1)
    np.testing.assert_allclose(run.x, [-0.35, 0.45])
    assert run.moves == {(0, "eta"): 0.1, (0, "held"): False, (1, "eta"): 0.5} and run.edge == 4.0


def test_two_equal_rides_are_equal_to_the_last_bit():
    def ride():
        run = SteeredRun(DEEP, GradientDescent(0.25), DEEP.init_torch(0))
        for eta in (0.25, 0.4, 0.1):
            run.set("eta", eta)
            run.advance(300)
        return run

    one, two = ride(), ride()
    assert np.array_equal(one.x, two.x) and np.array_equal(one.history.high, two.history.high, equal_nan=True)


@pytest.mark.parametrize("rule", [HeavyBall(0.1, 0.8), Nesterov(0.1), GradientFlow(0.3)], ids=repr)
def test_it_takes_the_steps_of_any_stepper(rule):
    theta = NET.init_xavier(0)
    run = SteeredRun(NET, rule, theta, held=False)
    run.advance(150)
    assert np.array_equal(run.x, descend(NET, rule, theta, 150).x[-1])
    assert run.edge == rule.threshold


def test_any_setting_of_the_stepper_may_be_changed():
    run = SteeredRun(Quadratic([3.0, 1.0]), HeavyBall(0.1, 0.5), [1.0, 1.0], held=False)
    run.advance(1)
    run.set("beta", 0.0)
    run.set("eta", 0.5)
    run.advance(1)
    np.testing.assert_allclose(run.x, [-0.35, 0.45])
    assert run.settings == {"eta": 0.5, "beta": 0.0, "held": False}
    assert run.moves == {(0, "eta"): 0.1, (0, "beta"): 0.5, (0, "held"): False, (1, "beta"): 0.0, (1, "eta"): 0.5}


@dataclass(frozen=True, eq=False)
class Divided(Stepper):
    """x <- x - eta grad f(x) / P with P = (4, 0.25): a preconditioner, and the simplest."""

    def step(self, potential, x, state):
        return self.move(x, potential.gradient(x) / self.preconditioner(state)), state

    def preconditioner(self, state):
        return np.array([4.0, 0.25])

    @property
    def threshold(self):
        return 2.0 / self.eta


def test_with_a_preconditioner_it_is_the_preconditioned_sharpness_that_counts():
    run = SteeredRun(Quadratic([8.0, 1.0]), Divided(0.1), [1.0, 1.0])
    np.testing.assert_allclose(run.sharpness, [4.0, 2.0], rtol=1e-9)
    run.set("eta", 2.0)
    run.advance(1)
    assert run.eta_used == pytest.approx(CAP * 2.0 / 4.0)
    assert descend(run.potential, Divided(0.1), [1.0, 1.0], 3).kept["preconditioner"].tolist() == [[4.0, 0.25]] * 4


def test_a_preconditioner_set_before_the_first_step_counts():
    @dataclass(frozen=True, eq=False)
    class Scaled(Divided):
        factor: float = 1.0

        def preconditioner(self, state):
            return np.full(2, self.factor)

    run, fresh = (SteeredRun(Quadratic([8.0, 1.0]), Scaled(0.1, f), [1.0, 1.0]) for f in (1.0, 4.0))
    run.set("factor", 4.0)
    np.testing.assert_array_equal(run.sharpness, fresh.sharpness)
    np.testing.assert_allclose(run.sharpness, [2.0, 0.25], rtol=1e-9)


def test_a_stepper_may_ask_the_potential_for_more_than_its_gradient():
    @dataclass(frozen=True, eq=False)
    class Cautious(GradientDescent):
        def step(self, potential, x, state):
            return x - min(self.eta, 1.0 / sharpness(potential, x)) * potential.gradient(x), state

    run = SteeredRun(NET, Cautious(0.3), NET.init_xavier(0), held=False)
    run.advance(20)
    assert np.array_equal(run.x, descend(NET, Cautious(0.3), NET.init_xavier(0), 20).x[-1])


# ---- the governor


@pytest.mark.parametrize("beta", [0.5, 0.9])
def test_the_governor_knows_the_edge_of_momentum(beta):
    run = SteeredRun(Quadratic([3.0, 1.0]), HeavyBall(5.0, beta), [1.0, 1.0])
    run.advance(1)
    assert run.eta_used == pytest.approx(CAP * 2.0 * (1.0 + beta) / 3.0)
    assert run.history.high[3, 0] == pytest.approx(2.0 * (1.0 + beta) / 5.0)
    assert run.history.high[4, 0] == pytest.approx(3.0 / CAP)


@given(st.floats(0.05, 50.0), st.floats(0.1, 20.0))
@settings(max_examples=40, deadline=None)
def test_the_governor_steps_with_at_most_one_and_a_half_edges(eta, curvature):
    run = SteeredRun(Quadratic([curvature, 0.1 * curvature]), GradientDescent(eta), [1.0, 1.0])
    run.advance(1)
    assert run.eta_used == pytest.approx(min(eta, CAP * 2.0 / curvature), rel=1e-3)
    assert np.isfinite(run.history.high[4]).any() == (run.eta_used < eta)


@pytest.mark.parametrize("factor", [1.5, 2.0])
@pytest.mark.parametrize(("net", "eta"), [(PAPER, 0.3), (DEEP, 0.2)], ids=["one layer", "three layers"])
def test_raised_at_the_edge_it_flattens_within_eighty_steps(net, eta, factor):
    theta = net.init_xavier(0) if net is PAPER else net.init_torch(0)
    run = at_the_edge(net, theta, eta)
    run.set("eta", factor * eta)
    assert steps_until(run, lambda: run.sharpness[0] <= 1.05 * run.edge, 80) > 0


def test_lowered_it_sharpens_anew():
    run = at_the_edge(PAPER, PAPER.init_xavier(0), 0.3)
    run.set("eta", 0.2)
    took = steps_until(run, lambda: run.sharpness[0] >= run.edge, 1500)
    assert took > 100, "sharpening is slow: nothing but learning drives it"


@pytest.mark.parametrize("seed", range(3))
def test_random_drags_do_not_throw_it_out(seed):
    rng = np.random.default_rng(seed)
    run = SteeredRun(DEEP, GradientDescent(0.25), DEEP.init_torch(seed))
    for eta in np.exp(rng.uniform(np.log(0.08), np.log(0.4), 8)):
        run.set("eta", eta)
        run.advance(250)
    assert run.escaped_at is None and run.step == 2000


# ---- escape, and the way back


def test_without_the_governor_it_escapes_and_comes_back():
    run = at_the_edge(PAPER, PAPER.init_xavier(0), 0.3)
    before = run.step
    run.set("held", False)
    run.set("eta", 0.6)
    taken = run.advance(5000)
    assert run.escaped_at == run.step == before + taken and run.advance(10) == 0
    back = run.go_back()
    assert before - 200 <= back <= before and back == run.step and run.escaped_at is None
    assert run.eta == 0.3 and run.held and run.eta * run.sharpness[0] <= 2.0
    assert np.isnan(run.history.high[0, back // run.history.stride + 1 :]).all()
    assert max(step for step, _ in run.moves) == back
    run.advance(300)
    assert run.escaped_at is None


@pytest.mark.parametrize("steps", [27, 60, 2410, 2499], ids=["one cell", "cells", "a merger", "both"])
def test_what_came_after_is_forgotten_to_the_last_bit(steps):
    run = SteeredRun(NET, GradientDescent(0.4), NET.init_xavier(0))
    run.advance(steps)
    fresh = SteeredRun(NET, GradientDescent(0.4), NET.init_xavier(0))
    fresh.advance(run.go_back())
    for _ in range(2):
        assert np.array_equal(run.x, fresh.x) and run.history.stride == fresh.history.stride
        for past in "low", "high":
            np.testing.assert_array_equal(getattr(run.history, past), getattr(fresh.history, past))
        for one in (run, fresh):
            one.advance(60)


def test_the_last_steps_are_kept_one_by_one():
    run = SteeredRun(NET, GradientDescent(0.4), NET.init_xavier(0), held=False)
    run.advance(100)
    assert np.isnan(run.recent[:, : RECENT - 101]).all() and np.isfinite(run.recent[:4, RECENT - 101 :]).all()
    run.set("eta", 0.2)
    run.advance(200)
    loss = descend(NET, GradientDescent(0.4), NET.init_xavier(0), 100)
    loss = np.concatenate([loss.loss, descend(NET, GradientDescent(0.2), loss.x[-1], 200).loss[1:]])
    np.testing.assert_allclose(run.recent[0], loss[-RECENT:], rtol=1e-9)
    np.testing.assert_array_equal(run.recent[3], np.where(np.arange(301) <= 100, 5.0, 10.0)[-RECENT:])


def test_one_can_go_back_only_where_that_changes_something():
    run = SteeredRun(NET, GradientDescent(0.4), NET.init_xavier(0))
    assert not run.can_go_back
    run.advance(40)
    assert run.can_go_back and run.go_back() == 25 and not run.can_go_back
    before = run.history.high.copy(), run.recent.copy()
    run.advance(10)
    assert run.go_back() == 25
    np.testing.assert_array_equal(run.history.high, before[0])
    np.testing.assert_array_equal(run.recent, before[1])


def test_a_change_before_the_first_step_is_a_start():
    theta = NET.init_xavier(0)
    moved, fresh = SteeredRun(NET, GradientDescent(0.4), theta), SteeredRun(NET, GradientDescent(0.2), theta, False)
    moved.set("eta", 0.2)
    moved.set("held", False)
    for _ in range(2):
        np.testing.assert_array_equal(moved.history.high, fresh.history.high)
        assert (moved.moves, moved.eta_used) == (fresh.moves, 0.2)
        for run in (moved, fresh):
            run.advance(10)
            run.go_back()


def test_a_parabola_above_its_edge_escapes_without_a_warning():
    run = SteeredRun(Quadratic([1.0, 3.0]), GradientDescent(1.0), [1.0, 1.0], held=False)
    run.advance(1000)
    assert run.escaped_at == 20  # (1 - 3)^20 = 2^20 is the first power of two above a million
    assert run.go_back() == 0 and np.array_equal(run.x, [1.0, 1.0])


def test_one_coordinate_has_one_eigenvalue():
    run = SteeredRun(SoftAbs(), GradientDescent(1.5), 0.3)
    assert run.advance(500) == 500 and abs(run.x[0]) == pytest.approx(0.7311, abs=1e-4)
    assert run.sharpness.shape == (2,) and np.isnan(run.sharpness[1])


def test_a_loss_that_is_no_number_is_an_escape():
    cliff = FromFunctions(
        lambda x: x @ x if abs(x[0]) < 2 else float("nan"), lambda x: 2 * x, lambda x, v: 2 * v, dim=2
    )
    run = SteeredRun(cliff, GradientDescent(1.5), [1.0, 0.0], held=False)
    run.advance(10)
    assert run.escaped_at == 1


@pytest.mark.parametrize(
    ("call", "word"),
    [
        (lambda: SteeredRun(NET, GradientDescent(0.1), np.zeros((2, 30))), "x0"),
        (lambda: SteeredRun(NET, GradientDescent(0.1), np.zeros(29)), "x0"),
        (lambda: SteeredRun(NET, GradientDescent(0.1), np.full(30, np.nan)), "x0"),
        (lambda: SteeredRun(NET, GradientDescent(-0.1), np.zeros(30)), "eta"),
        (lambda: SteeredRun(NET, GradientDescent(0.1), np.zeros(30)).set("eta", 0), "eta"),
        (lambda: SteeredRun(NET, GradientDescent(0.1), np.zeros(30)).set("beta", 0.9), "beta"),
    ],
)
def test_bad_input_is_refused_by_name(call, word):
    with pytest.raises(ValueError, match=word):
        call()


# ---- the past


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=200), st.integers(1, 3))
def test_the_past_keeps_every_extreme(values, stride):
    past = History(1, cells=8, stride=stride)
    for step, value in enumerate(values):
        past.add(step, np.array([value]))
    assert past.low.shape == (1, 8) and past.span >= len(values)
    assert np.nanmax(past.high) == max(values) and np.nanmin(past.low) == min(values)
    cells = [values[i : i + past.stride] for i in range(0, len(values), past.stride)]
    np.testing.assert_array_equal(past.high[0, : len(cells)], [max(cell) for cell in cells])
    assert np.isnan(past.high[0, len(cells) :]).all()


def test_the_past_is_a_line_over_the_steps():
    past = History(2, cells=4, stride=2)
    for step in range(4):
        past.add(step, np.array([step, -step]))
    steps, values = past.line(0)
    np.testing.assert_array_equal(steps, [1, 1, 3, 3, 5, 5, 7, 7])
    np.testing.assert_array_equal(values, [0, 1, 2, 3, np.nan, np.nan, np.nan, np.nan])


def test_a_long_run_takes_no_more_memory():
    past = History(3)
    size = past.low.nbytes
    for step in range(0, 3_000_000, 997):
        past.add(step, np.ones(3))
    assert past.low.nbytes == size and past.span >= 2_999_000


def test_the_sharpness_is_of_this_very_step_while_the_loss_rises():
    valley, rises = Valley(), 0
    run = SteeredRun(valley, GradientDescent(0.2), (0.1, 4.2), held=False)
    for _ in range(40):
        before = run.loss
        run.advance(1)
        if run.loss > before or run.step % 2 == 0:
            rises += run.loss > before and run.step % 2
            assert run.sharpness[0] == pytest.approx(sharpness(valley, run.x), rel=1e-3)
    assert rises > 0


@pytest.mark.parametrize(("stretch", "eta"), [(1.0, 0.5), (1.5, 0.8), (2.0, 1.0)])
def test_the_sharpness_of_a_network_errs_by_a_thousandth_at_most(stretch, eta):
    net = MLPLoss(*chebyshev(4), hidden=(10, 10))
    run = SteeredRun(net, GradientDescent(eta), stretch * net.init_xavier(0), held=False)
    for _ in range(60):
        run.advance(2)
        if run.escaped_at is None:
            values = np.linalg.eigvalsh(net.hessian(run.x))
            assert abs(run.sharpness[0] - values[-1]) <= 1e-3 * np.abs(values).max()
