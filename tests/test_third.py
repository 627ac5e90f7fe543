"""Third derivatives along two directions: exact in networks, a difference elsewhere."""

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eos import MLPLoss, Penalized, Product, Quadratic, Rescaled, SoftAbs, Valley, Walls
from eos.potentials import Potential
from eos.potentials.activations import ACTIVATIONS

BIASES = [True, False, (True, False, True)]


def network(activation="tanh", loss="squared_error", biases=True, seed=0):
    """Two inputs, hidden layers of 4 and 5, three outputs, seven samples, and a random point with two directions."""
    rng = np.random.default_rng(seed)
    inputs = rng.standard_normal((7, 2))
    targets = rng.standard_normal((7, 3)) if loss == "squared_error" else rng.integers(0, 3, 7)
    net = MLPLoss(inputs, targets, (4, 5), activation, loss, biases, outputs=3)
    return net, *rng.standard_normal((3, net.dim))


@pytest.mark.parametrize("biases", BIASES, ids=str)
@pytest.mark.parametrize("loss", ["squared_error", "cross_entropy"])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_exact_one_is_the_slope_of_the_hessian(activation, loss, biases):
    net, x, u, v = network(activation, loss, biases)
    exact, difference = net.third(x, u, v), Potential.third(net, x, u, v)
    assert np.abs(exact - difference).max() < 2e-8 * np.abs(exact).max()
    assert np.abs(exact - net.third(x, v, u)).max() < 1e-14 * np.abs(exact).max()


def test_it_agrees_with_automatic_differentiation():
    """Of a tanh network with one hidden layer, written anew."""
    net, x, u, v = network()
    net = MLPLoss(net.inputs, net.targets, (4,))
    x, u, v = (array[: net.dim] for array in (x, u, v))

    def loss(theta):
        w, b = anp.reshape(theta[:8], (4, 2)), theta[8:12]
        second, c = anp.reshape(theta[12:24], (3, 4)), theta[24:]
        out = anp.dot(anp.tanh(anp.dot(net.inputs, w.T) + b), second.T) + c
        return anp.sum((out - net.targets) ** 2) / 14

    hessian = autograd.hessian(loss)
    expected = autograd.grad(lambda theta: anp.dot(u, anp.dot(hessian(theta), v)))(x)
    assert np.abs(net.third(x, u, v) - expected).max() < 1e-13 * np.abs(expected).max()


def test_batches_of_points_and_directions_broadcast():
    net, x, u, v = network()
    rng = np.random.default_rng(1)
    xs, us, vs = x + rng.standard_normal((2, 1, 1, net.dim)), *rng.standard_normal((2, 3, net.dim))
    all_of_them = net.third(xs, us[:, None], vs)
    assert all_of_them.shape == (2, 3, 3, net.dim)
    for i, j, k in np.ndindex(2, 3, 3):
        assert np.abs(all_of_them[i, j, k] - net.third(xs[i, 0, 0], us[j], vs[k])).max() < 1e-13


@settings(max_examples=30)
@given(st.floats(-2, 2), st.floats(-3, 3), st.sampled_from([1e-6, 1.0, 1e6]))
def test_the_difference_in_a_valley_has_nine_digits(x, y, length):
    """L = sqrt(1 + z^2), z = x y, along two fixed directions, against derivatives by hand."""
    u, v = np.array([0.6, -0.8]), np.array([0.3, 0.7])
    z, slope = x * y, np.array([y, x])
    l1, l2, l3 = z / np.hypot(1, z), np.hypot(1, z) ** -3.0, -3 * z * np.hypot(1, z) ** -5.0
    turn = np.array([[0.0, 1.0], [1.0, 0.0]])
    expected = l3 * (slope @ u) * (slope @ v) * slope
    expected += l2 * (turn @ u * (slope @ v) + turn @ v * (slope @ u) + (u @ turn @ v) * slope)
    found = Valley().third((x, y), length * u, v) / length
    assert np.abs(found - expected).max() < 1e-8 * (1 + np.abs(Valley().hessian((x, y))).max())
    assert l1 == pytest.approx(Walls().gradient(z)[0])


@pytest.mark.parametrize(
    ("potential", "x"),
    [
        (Rescaled(network()[0], 0.7), network()[1]),
        (Penalized(network()[0], 0.3), network()[1]),
        (Penalized(Rescaled(SoftAbs(), 2.0), 1.0), np.array([0.4])),
        (Rescaled(Product(3), np.array([0.5, 1.0, 2.0])), np.array([1.0, 0.5, 2.0])),
    ],
    ids=["scaled network", "penalized network", "both", "product"],
)
def test_what_acts_on_a_potential_hands_it_on(potential, x):
    u, v = np.random.default_rng(0).standard_normal((2, potential.dim))
    expected = Potential.third(potential, x, u, v)
    assert np.abs(potential.third(x, u, v) - expected).max() < 1e-7 * np.abs(expected).max()


def test_a_difference_broadcasts_too():
    x, u, v = np.array([0.3, 2.0]), np.array([0.6, 0.8]), np.random.default_rng(0).standard_normal((3, 1, 2))
    together = Valley().third(x, u, v)
    assert together.shape == (3, 1, 2)
    for row, along in zip(together[:, 0], v[:, 0], strict=True):
        assert np.array_equal(row, Valley().third(x, u, along))


def test_a_parabola_has_none():
    assert not Quadratic([1.0, 3.0]).third((1.0, 2.0), (0.3, 1.0), (2.0, 1.0)).any()
    assert not SoftAbs().third(0.3, 0.0, 1.0).any()


@pytest.mark.parametrize(("u", "v"), [(np.ones(3), np.ones(2)), (np.ones(2), np.ones(3))])
def test_a_wrong_shape_is_refused(u, v):
    with pytest.raises(ValueError, match="has shape .3,., but must have shape"):
        Valley().third((1.0, 1.0), u, v)
