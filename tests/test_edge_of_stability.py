"""The headline: a small network trained by gradient descent ends at the edge of stability. Statistics only."""

import numpy as np
import pytest

from eos import GradientDescent, GradientFlow, MLPLoss, chebyshev, descend, sharpness, sharpness_along

ETA, EDGE = 0.4, 5.0
NET = MLPLoss(*chebyshev(4), hidden=(10,), biases=(True, False))


@pytest.fixture(scope="module")
def six():
    """Six starts, 8,000 steps, and their sharpness every 40 steps."""
    starts = np.stack([NET.init_xavier(seed) for seed in range(6)])
    run = descend(NET, GradientDescent(ETA), starts, 8000, every=8)
    return run, sharpness_along(run, every=5)


def test_the_sharpness_rises_to_the_edge_and_stays(six):
    _, path = six
    assert (path.top[0] < 0.7 * EDGE).all() and (path.top.max(axis=0) > EDGE).all()
    ratios = path.top[100:].mean(axis=0) / EDGE
    assert (np.abs(ratios - 1) < 0.03).sum() >= 5


def test_the_loss_falls_but_not_at_every_step(six):
    run, _ = six
    assert (run.loss[-100:].mean(axis=0) < 0.2 * run.loss[100]).all()
    assert (np.diff(run.loss[200:], axis=0) > 0).any(axis=0).all()


def test_a_small_step_never_arrives():
    run = descend(NET, GradientDescent(0.1), NET.init_xavier(0), 12_000, every=40)
    assert sharpness_along(run).top.max() < 20.0 / 1.5


def test_the_flow_sharpens_on_where_descent_is_held(six):
    run, path = six
    flow = descend(NET, GradientFlow(ETA), NET.init_xavier(0), 2000, every=100)
    assert sharpness(NET, flow.x[-1]) > 1.3 * EDGE
    assert abs(path.top[45:56, 0].mean() / EDGE - 1) < 0.2


@pytest.mark.parametrize(("start", "spikes"), [(304, False), (3000, True)])
def test_the_edge_test_tells(six, start, spikes):
    run, _ = six
    poked = descend(NET, GradientDescent(1.1 * ETA), run.x[start // 8, 0], 150)
    worst = poked.loss.max() / poked.loss[0]
    assert worst > 20 if spikes else worst <= 1.01
