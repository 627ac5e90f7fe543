"""Steppers: pure rules whose instability threshold on a parabola is what they say it is."""

import inspect
from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

import eos
from eos import GradientDescent, GradientFlow, HeavyBall, MLPLoss, Nesterov, Quadratic, SoftAbs, Stepper, descend


def concrete(cls):
    """The library's steppers below `cls` that can be made."""
    for sub in cls.__subclasses__():
        if sub.__module__.startswith("eos.") and not inspect.isabstract(sub):
            yield sub
        yield from concrete(sub)


STEPPERS = sorted(set(concrete(Stepper)), key=lambda cls: cls.__name__)
RULES = {
    f"{cls.__name__}-{i}": lambda eta, cls=cls, i=i: cls.examples(eta)[i]
    for cls in STEPPERS
    for i in range(len(cls.examples(0.1)))
}
"""Every example of every stepper, made from a step size."""
BETAS = [0.0, 0.3, 0.5, 0.9, 0.99]
MOMENTUM = [(GradientDescent, {})] + [(cls, {"beta": beta}) for cls in (HeavyBall, Nesterov) for beta in BETAS]
every_stepper = pytest.mark.parametrize("rule_of", RULES.values(), ids=RULES)


def numbers_in(state):
    """A state as a list of arrays."""
    if state is None:
        return []
    if isinstance(state, tuple | list):
        return [array for part in state for array in numbers_in(part)]
    return [np.asarray(state)]


def test_all_public_steppers_are_found():
    public = {cls for cls in vars(eos).values() if inspect.isclass(cls) and issubclass(cls, Stepper)}
    assert set(STEPPERS) == public - {Stepper}
    assert len(STEPPERS) >= 4


# What every stepper promises


@every_stepper
@pytest.mark.parametrize("batch", [(), (3,), (2, 3)])
def test_a_step_depends_on_its_arguments_alone(rule_of, batch):
    potential, rule = Quadratic([0.3, 2.0]), rule_of(0.4)
    x = np.random.default_rng(0).standard_normal((*batch, 2))
    state = rule.step(potential, x, rule.init(potential, x))[1]
    before = x.copy(), [array.copy() for array in numbers_in(state)]
    first, second = (rule.step(potential, x, state) for _ in range(2))
    assert first[0].shape == x.shape
    assert np.array_equal(first[0], second[0])
    assert not np.array_equal(first[0], x)
    for one, other in zip(numbers_in(first[1]), numbers_in(second[1]), strict=True):
        assert np.array_equal(one, other)
    assert np.array_equal(x, before[0])
    for array, copy in zip(numbers_in(state), before[1], strict=True):
        assert np.array_equal(array, copy)


@every_stepper
def test_the_bottom_is_a_fixed_point(rule_of):
    assert not descend(Quadratic([1.0, 2.0]), rule_of(0.5), [0.0, 0.0], 20).x.any()


def late_growth(rule, curvature):
    """The size of a run late, over its size earlier; the size is the largest of many steps."""
    x = descend(Quadratic(curvature), rule, 1.0, 4000, escape=1e300).x[:, 0]
    return np.abs(x[3500:]).max() / max(np.abs(x[1000:1500]).max(), 1e-300)  # a rule may have got to 0 by then


def held_fast(rule, divisor):
    """The same rule, its preconditioner held at `divisor`; None where it has none."""
    if rule.preconditioner(rule.init(Quadratic(1.0), np.ones(1))) is None:
        return None
    held = type("Held", (type(rule),), {"preconditioner": lambda self, state: np.array([divisor])})
    return held(**{f.name: getattr(rule, f.name) for f in fields(rule) if f.init})


@every_stepper
@pytest.mark.parametrize("eta", [0.1, 3.0])
@pytest.mark.parametrize("divisor", [1.0, 0.04])
def test_the_threshold_parts_shrinking_from_growing(rule_of, eta, divisor):
    held = held_fast(rule_of(eta), divisor)
    rule, scale = (held, divisor) if held else (rule_of(eta), 1.0)
    if np.isinf(rule.threshold):
        for curvature in (0.1 / eta, 2.02 / eta, 300 / eta):
            x = np.abs(descend(Quadratic(curvature), rule, 1.0, 20).x)
            assert x[-1] < 0.9 * x[0]
            assert x.max() == x[0]
    else:
        assert late_growth(rule, 0.99 * rule.threshold * scale) < 0.5
        assert late_growth(rule, 1.01 * rule.threshold * scale) > 2


@every_stepper
@pytest.mark.parametrize("sharpness", [0.5, 7.0])
def test_the_critical_step_size_has_that_threshold(rule_of, sharpness):
    edges = [rule_of(eta).critical_eta(sharpness) for eta in (0.2, 0.6)]
    assert edges[0] == pytest.approx(edges[1], rel=1e-14)
    if np.isfinite(edges[0]):
        message = "critical_eta is for thresholds like 1 / eta: a stepper with another needs its own"
        assert rule_of(edges[0]).threshold == pytest.approx(sharpness, rel=1e-12), message


@every_stepper
@pytest.mark.parametrize("batch", [(), (3,)])
def test_what_is_kept_is_shaped_like_the_point(rule_of, batch):
    rule, x = rule_of(0.1), np.ones((*batch, 2))
    state = rule.init(Quadratic([0.3, 2.0]), x)
    for _ in range(2):
        kept, divisor = rule.keep(state), rule.preconditioner(state)
        assert all(array.shape == x.shape for array in kept.values())
        assert (divisor is not None) == ("preconditioner" in kept)
        assert divisor is None or (divisor > 0).all()
        state = rule.step(Quadratic([0.3, 2.0]), x, state)[1]


@every_stepper
@settings(deadline=None, max_examples=10)
@given(etas=st.lists(st.floats(1e-3, 0.9), min_size=1, max_size=4))
def test_an_array_of_step_sizes_is_one_run_each(rule_of, etas):
    potential, x0 = Quadratic([[1.0, 0.3], [0.3, 0.5]]), [1.0, -2.0]
    together = descend(potential, rule_of(np.array(etas)), x0, 25)
    assert together.x.shape == (26, len(etas), 2)
    for i, eta in enumerate(etas):
        alone = rule_of(eta)
        assert together.stepper.threshold[i] == pytest.approx(alone.threshold, rel=1e-15)
        np.testing.assert_allclose(together.x[:, i], descend(potential, alone, x0, 25).x, rtol=0, atol=1e-12)


@every_stepper
def test_step_sizes_broadcast_over_a_grid_of_starts(rule_of):
    etas, starts = np.array([[0.1], [0.4], [0.8]]), np.array([[1.0], [-2.0]])
    run = descend(SoftAbs(), rule_of(etas), starts, 10)
    assert run.x.shape == (11, 3, 2, 1)
    assert np.shape(run.stepper.threshold) == (3, 1)
    for i, j in np.ndindex(3, 2):
        alone = descend(SoftAbs(), rule_of(etas[i, 0]), starts[j], 10)
        np.testing.assert_allclose(run.x[:, i, j], alone.x, rtol=0, atol=1e-12)


@every_stepper
def test_the_step_size_can_change_under_way(rule_of):
    potential, x = SoftAbs(), np.array([1.5])
    slow, fast = rule_of(0.05), replace(rule_of(0.05), eta=0.2)
    assert fast.eta == 0.2 and fast.threshold == rule_of(0.2).threshold
    state = slow.init(potential, x)
    for _ in range(10):
        x, state = slow.step(potential, x, state)
    ahead = fast.step(potential, x, state)[0]
    np.testing.assert_array_equal(ahead, rule_of(0.2).step(potential, x, state)[0])
    assert abs(ahead - x) > 1.5 * abs(slow.step(potential, x, state)[0] - x)


@every_stepper
def test_a_stepper_is_frozen(rule_of):
    with pytest.raises(AttributeError):
        rule_of(0.1).eta = 0.2


# Momentum


def one_step_matrix(rule, curvature):
    """The matrix that takes (x, velocity) on by a step on a parabola."""
    potential = Quadratic(curvature)
    columns = [rule.step(potential, np.array([x]), np.array([v])) for x, v in ((1.0, 0.0), (0.0, 1.0))]
    if rule.init(potential, np.array([1.0])) is None:
        return np.array([columns[0][0]])
    return np.array([[x[0], v[0]] for x, v in columns]).T


@pytest.mark.parametrize("eta", [0.02, 1.0, 7.0])
@pytest.mark.parametrize("cls, options", MOMENTUM)
def test_at_the_threshold_the_spectral_radius_is_one(cls, options, eta):
    rule = cls(eta, **options)

    def radius(factor):
        return np.abs(np.linalg.eigvals(one_step_matrix(rule, factor * rule.threshold))).max()

    assert radius(1.0) == pytest.approx(1.0, abs=1e-12)
    assert radius(0.99) < 1 - 1e-4
    assert radius(1.01) > 1 + 1e-4


@pytest.mark.parametrize(
    "cls, beta, threshold",
    [(HeavyBall, 0.5, 30.0), (HeavyBall, 0.9, 38.0), (Nesterov, 0.5, 15.0), (Nesterov, 0.9, 38.0 / 2.8)],
)
def test_known_thresholds(cls, beta, threshold):
    assert cls(0.1, beta).threshold == pytest.approx(threshold, rel=1e-14)


@pytest.mark.parametrize("cls", [HeavyBall, Nesterov])
def test_without_momentum_it_is_gradient_descent(cls):
    plain, rule = (descend(SoftAbs(), r, 1.3, 50).x for r in (GradientDescent(0.9), cls(0.9, beta=0.0)))
    np.testing.assert_allclose(rule, plain, rtol=0, atol=1e-13)


def polyak(slope, x, eta, beta, steps):
    """x_{n+1} = x_n - eta f'(x_n) + beta (x_n - x_{n-1})."""
    xs = [x, x - eta * slope(x)]
    for _ in range(steps - 1):
        xs.append(xs[-1] - eta * slope(xs[-1]) + beta * (xs[-1] - xs[-2]))
    return xs


def nesterov(slope, y, eta, beta, steps):
    """Points y_n where the slope is taken: x_{n+1} = y_n - eta f'(y_n), y_{n+1} = x_{n+1} + beta (x_{n+1} - x_n)."""
    x, ys = y, [y]
    for _ in range(steps):
        ahead = y - eta * slope(y)
        y = ahead + beta * (ahead - x)
        x = ahead
        ys.append(y)
    return ys


@pytest.mark.parametrize("cls, recurrence", [(HeavyBall, polyak), (Nesterov, nesterov)])
@pytest.mark.parametrize("beta", [0.0, 0.5, 0.9])
def test_momentum_against_the_two_term_recurrence(cls, recurrence, beta):
    eta, x0, steps = 0.3, 1.7, 40

    def slope(x):
        return x * (x * x + 2) / (1 + x * x) ** 1.5

    expected = recurrence(slope, x0, eta, beta, steps)
    run = descend(SoftAbs(), cls(eta, beta), x0, steps)
    np.testing.assert_allclose(run.x[:, 0], expected, rtol=0, atol=1e-12)


# Gradient flow


def reference(potential, x0, times):
    """The flow from x0 at `times`, by an integrator of order 8."""
    answer = solve_ivp(
        lambda t, x: -potential.gradient(x), (0, times[-1]), x0, "DOP853", times, rtol=1e-12, atol=1e-14
    )
    return answer.y.T


NET = MLPLoss(*eos.chebyshev(3), hidden=(10,))
SHARP = MLPLoss(*eos.chebyshev(4), hidden=(10,), biases=(True, False))
FLOWS = {
    "SoftAbs": (SoftAbs(), np.array([6.0]), 0.5, 20),
    "stiff": (Quadratic([1e4, 1.0, 1e-2]), np.array([1.0, -2.0, 3.0]), 0.05, 10),
    "network": (NET, NET.init_xavier(0), 2.0, 15),
    "valley": (eos.Valley(), np.array([0.5, 6.3]), 0.1, 20),
    "notebook 5": (SHARP, SHARP.init_xavier(0), 8.0, 40),
}


@pytest.mark.parametrize("name", FLOWS)
def test_flow_against_scipy(name):
    potential, x0, eta, steps = FLOWS[name]
    expected = reference(potential, x0, eta * np.arange(steps + 1))
    errors = [
        np.abs(descend(potential, GradientFlow(eta, tol=tol), x0, steps).x - expected).max()
        for tol in (1e-6, 1e-8, 1e-10)
    ]
    assert errors[0] < 1e-4
    assert errors[1] < 1e-6
    assert errors[2] < 1e-8


def test_flow_on_a_parabola_is_an_exponential():
    curvatures = np.array([3.0, 0.5, -0.2])
    run = descend(Quadratic(curvatures), GradientFlow(0.7), [1.0, 1.0, 1.0], 12)
    np.testing.assert_allclose(run.x, np.exp(-0.7 * run.steps[:, None] * curvatures), rtol=0, atol=3e-6)


@pytest.mark.parametrize("name", FLOWS)
def test_flow_never_rises(name):
    potential, x0, eta, steps = FLOWS[name]
    loss = descend(potential, GradientFlow(eta), x0, steps).loss
    assert (np.diff(loss) <= 1e-12 * loss[0]).all()
    assert loss[-1] < 0.7 * loss[0]


@pytest.mark.parametrize("name", FLOWS)
def test_a_batch_of_flows_is_single_flows(name):
    potential, x0, eta, _ = FLOWS[name]
    starts = x0 * np.array([[1.0], [0.5], [1.3]])
    together = descend(potential, GradientFlow(eta), starts, 8).x
    for i, start in enumerate(starts):
        alone = descend(potential, GradientFlow(eta), start, 8).x
        np.testing.assert_allclose(together[:, i], alone, rtol=0, atol=1e-11)


@pytest.mark.parametrize("eta", [0.25, 4.0])
def test_flow_time_is_the_step_size_times_the_step(eta):
    fine = descend(SoftAbs(), GradientFlow(0.25, tol=1e-11), 5.0, 32, every=int(eta / 0.25))
    coarse = descend(SoftAbs(), GradientFlow(eta, tol=1e-11), 5.0, int(8 / eta))
    np.testing.assert_allclose(fine.x, coarse.x, rtol=0, atol=1e-9)


def test_flow_into_a_pit_without_bottom_ends():
    pit = eos.FromFunctions(lambda x: -(x**4) / 4, lambda x: -(x**3))  # x = 1 / sqrt(1 - 2 t) from x0 = 1
    run = descend(pit, GradientFlow(0.11), [[1.0], [0.1]], 8)
    np.testing.assert_allclose(run.x[:5, 0, 0], 1 / np.sqrt(1 - 0.22 * np.arange(5)), rtol=1e-5)
    assert run.escaped_at.tolist() == [5, -1]
    np.testing.assert_allclose(run.x[:, 1, 0], 0.1 / np.sqrt(1 - 0.0022 * np.arange(9)), rtol=1e-7)
