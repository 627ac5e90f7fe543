"""Networks as potentials: independent automatic differentiation, PyTorch, and closed forms."""

import copy
import pickle
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import grad
from autograd.scipy.special import logsumexp
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats

from eos import GradientDescent, MLPLoss, chebyshev, descend, exact, sharpness, sharpness_along
from eos.potentials.activations import ACTIVATIONS

DEPTHS = [(), (4,), (3, 4), (4, 3, 2), (3, 4, 2, 3)]
LOSSES = ["squared_error", "cross_entropy"]
PHI = {
    "tanh": anp.tanh,
    "relu": lambda z: anp.where(z > 0, z, 0.0),
    "leaky_relu": lambda z: anp.where(z > 0, z, 0.01 * z),
    "elu": lambda z: anp.where(z > 0, z, anp.exp(anp.where(z > 0, 0.0, z)) - 1.0),
    "sigmoid": lambda z: anp.exp(-anp.logaddexp(0.0, -z)),
    "softplus": lambda z: anp.logaddexp(0.0, z),
    "silu": lambda z: z * anp.exp(-anp.logaddexp(0.0, -z)),
    "identity": lambda z: z,
}
"""The activations, written down a second time."""


def flags(kind, hidden):
    """The biases True, False, or a mixture, one a layer."""
    return tuple(i % 2 == 1 for i in range(len(hidden) + 1)) if kind == "mixed" else kind


def network(hidden=(4, 3), loss="squared_error", n=6, outputs=3, seed=0, **options):
    """A network on n random samples of two features, and random parameters for it."""
    rng = np.random.default_rng(seed)
    inputs = rng.standard_normal((n, 2))
    labels = np.arange(n) % outputs
    targets = labels if loss == "cross_entropy" else rng.standard_normal((n, outputs))
    net = MLPLoss(inputs, targets, hidden=hidden, loss=loss, outputs=outputs, **options)
    return net, 0.7 * rng.standard_normal(net.dim)


def layers(theta, widths, biases):
    """[(W, b), ...] from theta = [W1, b1, W2, b2, ...] in C order."""
    parts, start = [], 0
    for inp, out, bias in zip(widths, widths[1:], biases, strict=False):
        middle, stop = start + out * inp, start + out * inp + out * bias
        parts.append((theta[start:middle].reshape(out, inp), theta[middle:stop] if bias else 0.0))
        start = stop
    assert start == len(theta)
    return parts


def scores(net, theta):
    """The outputs, shape (n, outputs), sample by row."""
    biases = net.biases if isinstance(net.biases, tuple) else (net.biases,) * (len(net.hidden) + 1)
    widths = (net.inputs.shape[1], *net.hidden, net.outputs)
    (*inner, (w, b)), a = layers(theta, widths, biases), net.inputs
    for weights, bias in inner:
        a = PHI[net.activation](anp.dot(a, weights.T) + bias)
    return anp.dot(a, w.T) + b


def loss_of(net):
    """The loss as a function that autograd can differentiate."""

    def squared_error(theta):
        return anp.sum((scores(net, theta) - net.targets) ** 2) / (2 * len(net.inputs))

    def cross_entropy(theta):
        z = scores(net, theta)
        own = z[np.arange(len(z)), net.targets]
        return anp.mean(logsumexp(z, axis=1) - own)

    return {"squared_error": squared_error, "cross_entropy": cross_entropy}[net.loss]


def oracle(net, theta, v):
    """Loss, gradient and Hessian-vector product by autograd."""
    loss = loss_of(net)
    slope = grad(loss)
    return loss(theta), slope(theta), grad(lambda t: anp.dot(slope(t), v))(theta)


def assert_close(answer, expected, relative):
    """Close in proportion to the largest expected number."""
    answer, expected = np.asarray(answer), np.asarray(expected)
    assert answer.shape == expected.shape
    scale = np.abs(expected).max()
    assert np.isfinite(scale)
    assert_allclose(answer, expected, rtol=0, atol=relative * scale + 1e-300)


def assert_agrees(net, theta, v, relative=1e-9):
    answers = net.value(theta), net.gradient(theta), net.hvp(theta, v)
    for answer, expected in zip(answers, oracle(net, theta, v), strict=True):
        assert_close(answer, expected, relative)


# Derivatives


def test_every_activation_is_written_twice():
    assert PHI.keys() == ACTIVATIONS.keys()


@pytest.mark.parametrize("biases", [True, False, "mixed"])
@pytest.mark.parametrize("hidden", DEPTHS, ids=len)
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_derivatives_against_automatic_differentiation(activation, loss, hidden, biases):
    net, theta = network(hidden, loss, activation=activation, biases=flags(biases, hidden))
    v = np.random.default_rng(1).standard_normal(net.dim)
    assert_agrees(net, theta, v)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize(
    ("changes", "scale"),
    [
        ({"n": 1}, 1),
        ({"outputs": 1}, 1),
        ({}, 50),
        ({"hidden": (3, 4, 2)}, 50),
        ({"hidden": (1,)}, 1),
    ],
    ids=["one sample", "one output", "saturated", "saturated and deep", "one unit"],
)
def test_derivatives_in_the_corners(activation, loss, changes, scale):
    net, theta = network(loss=loss, activation=activation, **changes)
    v = np.random.default_rng(2).standard_normal(net.dim)
    assert_agrees(net, scale * theta, v)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("hidden", [(), (4, 3)], ids=len)
def test_batches_of_parameters_and_blocks_of_directions(loss, hidden):
    net, _ = network(hidden, loss, biases=flags("mixed", hidden))
    rng = np.random.default_rng(3)
    theta, v = rng.standard_normal((2, 1, net.dim)), rng.standard_normal((3, net.dim))
    values, slopes, products = net.value(theta), net.gradient(theta), net.hvp(theta, v)
    for i, j in np.ndindex(2, 3):
        value, slope, product = oracle(net, theta[i, 0], v[j])
        assert values[i, 0] == pytest.approx(value, rel=1e-12)
        assert_close(slopes[i, 0], slope, 1e-12)
        assert_close(products[i, j], product, 1e-12)


@pytest.mark.parametrize("activation", ["sigmoid", "softplus", "silu", "elu"])
@pytest.mark.parametrize("z", [-700.0, -300.0, -40.0, 40.0, 300.0])
def test_saturated_units_keep_their_small_slopes(activation, z):
    small, sign = np.exp(-abs(z)), np.sign(z)
    slopes = {
        "sigmoid": small,
        "softplus": small if z < 0 else 1.0,
        "silu": (1 + z) * small if z < 0 else 1.0,
        "elu": small if z < 0 else 1.0,
    }
    bends = {
        "sigmoid": -sign * small,
        "softplus": small,
        "silu": (2 + z) * small if z < 0 else (2 - z) * small,
        "elu": small if z < 0 else 0.0,
    }
    phi, z = ACTIVATIONS[activation], np.array([z])
    a = phi.value(z, out=np.empty(1))
    slope = phi.slope(z, a)
    assert_allclose(slope, slopes[activation], rtol=1e-14)
    assert_allclose(phi.bend(z, a, slope), bends[activation], rtol=1e-14)


@pytest.mark.parametrize(
    ("activation", "slope"), [("relu", 0.0), ("leaky_relu", 0.01), ("elu", 1.0)]
)
def test_slopes_at_the_kink(activation, slope):
    phi, z = ACTIVATIONS[activation], np.zeros(1)
    assert phi.slope(z, phi.value(z, out=np.empty(1))) == slope


# Closed forms


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("outputs", [1, 3])
def test_a_linear_model_has_the_gram_matrix_for_its_hessian(bias, outputs):
    net, theta = network((), outputs=outputs, biases=bias)
    n, inp = net.inputs.shape
    columns = np.hstack([net.inputs, np.ones((n, 1))]) if bias else net.inputs
    gram = np.kron(np.eye(outputs), columns.T @ columns / n)
    weights = np.arange(outputs * inp).reshape(outputs, inp)
    rows = np.hstack([weights, outputs * inp + np.arange(outputs)[:, None]]) if bias else weights
    order = rows.ravel()  # the parameters of the first output, then of the second, ...
    hessian = net.hessian(theta)
    assert_allclose(hessian[np.ix_(order, order)], gram, rtol=1e-13, atol=1e-15)
    best, *_ = np.linalg.lstsq(columns, net.targets)
    minimum = np.empty(net.dim)
    minimum[order] = best.T.ravel()
    assert_allclose(net.gradient(minimum), 0.0, atol=1e-14)
    step = theta - minimum
    rise = net.value(theta) - net.value(minimum)
    assert rise == pytest.approx(step @ hessian @ step / 2, rel=1e-12)


@pytest.mark.parametrize("common", [0.0, 1e3])
@pytest.mark.parametrize("d", [0.0, 1.0, 30.0, 40.0, 700.0, 1e4, -1.0, -30.0, -700.0, -1e4])
def test_extreme_scores_have_exact_losses(d, common):
    net = MLPLoss([1.0], np.array([0]), (), loss="cross_entropy", biases=False, outputs=2)
    theta = np.array([common + d, common])
    wrong = np.exp(-d) / (1 + np.exp(-d)) if d > -700 else 1.0  # the other label's probability
    right = np.exp(d) / (1 + np.exp(d)) if d < 700 else 1.0
    assert net.value(theta) == pytest.approx(np.logaddexp(0.0, -d), rel=1e-14)
    if d > 0:
        assert net.value(theta) == pytest.approx(np.log1p(np.exp(-d)), rel=1e-14)
    assert_allclose(net.gradient(theta), [-wrong, wrong], rtol=1e-14)
    curvature = wrong * right * np.array([[1, -1], [-1, 1]])
    assert_allclose(net.hessian(theta), curvature, rtol=1e-13)


def test_a_confidently_wrong_answer_keeps_its_small_curvature():
    inputs = np.array([[2.0, -1.0], [0.5, 1.0]])
    net = MLPLoss(inputs, np.array([0, 2]), (), loss="cross_entropy", biases=False, outputs=3)
    weights = np.array([[0.0, 0.0], [60.0, 0.0], [30.0, -10.0]])  # class 1 wins by far, both times
    odds = np.exp(inputs @ (weights - weights[1]).T)
    p = odds / odds.sum(1, keepdims=True)
    pairs = p[:, :, None] * p[:, None, :]  # off the diagonal, -p_i p_j; each row sums to zero
    pairs *= 1 - np.eye(3)
    bends = np.eye(3) * pairs.sum(2)[:, :, None] - pairs
    expected = np.einsum("ncd,ni,nj->cidj", bends, inputs, inputs).reshape(6, 6) / 2
    assert_allclose(net.hessian(np.ravel(weights)), expected, rtol=1e-12)


def test_a_single_class_leaves_nothing_to_learn():
    net, theta = network((3,), "cross_entropy", outputs=1)
    assert net.value(theta) == 0.0
    assert not net.gradient(theta).any()
    assert not net.hessian(theta).any()


def test_equal_scores_cost_the_logarithm_of_their_number():
    net, theta = network((4,), "cross_entropy", outputs=5, n=10)
    assert net.value(np.zeros_like(theta)) == pytest.approx(np.log(5), rel=1e-14)


def test_squared_error_is_half_the_mean_square_of_the_residuals():
    net, theta = network()
    residuals = net.predict(theta) - net.targets
    assert net.value(theta) == pytest.approx(0.5 * np.square(residuals).sum(1).mean(), rel=1e-14)


# Symmetries


@settings(deadline=None)
@given(st.permutations(range(5)), st.lists(st.sampled_from([1.0, -1.0]), min_size=5, max_size=5))
def test_hidden_tanh_units_may_be_permuted_and_turned(order, signs):
    net, theta = network((5, 3))
    signs = np.array(signs)

    def mirrored(point):
        (w1, b1), (w2, b2), last = net.unpack(point)
        first = signs[:, None] * w1[order], signs * b1[order]
        return net.pack([first, (w2[:, order] * signs, b2), last])

    assert net.value(mirrored(theta)) == pytest.approx(net.value(theta), rel=1e-13)
    assert_allclose(net.gradient(mirrored(theta)), mirrored(net.gradient(theta)), atol=1e-13)


@settings(deadline=None)
@given(st.permutations(range(6)), st.sampled_from(LOSSES))
def test_the_order_of_the_samples_does_not_matter(order, loss):
    net, theta = network(loss=loss)
    twin = replace(net, inputs=net.inputs[order], targets=net.targets[order])
    v = np.cos(np.arange(net.dim))
    assert twin.value(theta) == pytest.approx(net.value(theta), rel=1e-13)
    assert_close(twin.gradient(theta), net.gradient(theta), 1e-13)
    assert_close(twin.hvp(theta, v), net.hvp(theta, v), 1e-13)


@settings(deadline=None)
@given(st.floats(-1e5, 1e5))
def test_a_shift_of_all_scores_changes_nothing(shift):
    net, theta = network(loss="cross_entropy")
    *inner, (weights, bias) = net.unpack(theta)
    shifted = net.pack([*inner, (weights, bias + shift)])
    assert net.value(shifted) == pytest.approx(net.value(theta), rel=1e-9)
    assert_close(net.gradient(shifted), net.gradient(theta), 1e-9)
    assert_close(net.hessian(shifted), net.hessian(theta), 1e-9)


@settings(deadline=None)
@given(st.floats(0.1, 10))
def test_scale_moves_freely_between_the_layers_of_a_relu_net(factor):
    net, theta = network((4,), activation="relu")
    (w1, b1), (w2, b2) = net.unpack(theta)
    scaled = net.pack([(factor * w1, factor * b1), (w2 / factor, b2)])
    assert net.value(scaled) == pytest.approx(net.value(theta), rel=1e-12)


# Layout


@pytest.mark.parametrize("biases", [True, False, "mixed"])
@pytest.mark.parametrize("hidden", DEPTHS, ids=len)
def test_parameters_are_laid_out_layer_by_layer(hidden, biases):
    net, theta = network(hidden, biases=flags(biases, hidden))
    parts = net.unpack(theta)
    flat = [array.ravel() for part in parts for array in part if array is not None]
    assert_array_equal(np.concatenate(flat), theta)
    widths = (2, *hidden, 3)
    assert [w.shape for w, _ in parts] == list(zip(widths[1:], widths, strict=False))
    given = flags(biases, hidden)
    given = given if isinstance(given, tuple) else (given,) * len(parts)
    assert [b is not None for _, b in parts] == list(given)
    assert_array_equal(net.pack(parts), theta)


def test_weights_are_stored_row_by_row_and_unpacked_as_views():
    net, theta = MLPLoss(np.ones((2, 3)), np.ones(2), hidden=(2,)), np.arange(11.0)
    (first, shift), (second, offset) = net.unpack(theta)
    assert_array_equal(first, [[0, 1, 2], [3, 4, 5]])
    assert_array_equal(shift, [6, 7])
    assert_array_equal(second, [[8, 9]])
    assert_array_equal(offset, [10])
    assert all(np.shares_memory(part, theta) for part in (first, shift, second, offset))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda first, last: [(first[0].T, first[1]), last], "layer 1: W has shape (2, 4)"),
        (lambda first, last: [(first[0], np.zeros(5)), last], "b of layer 1 has shape (5,)"),
    ],
    ids=["transposed", "a longer bias"],
)
def test_parts_that_do_not_fit_are_refused(change, message):
    net, theta = network((4,))
    with pytest.raises(ValueError) as caught:
        net.pack(change(*net.unpack(theta)))
    assert str(caught.value).startswith(message)


def test_batches_are_unpacked_and_packed():
    net, _ = network()
    theta = np.random.default_rng(4).standard_normal((2, 5, net.dim))
    parts = net.unpack(theta)
    assert [(w.shape, b.shape) for w, b in parts] == [
        ((2, 5, 4, 2), (2, 5, 4)), ((2, 5, 3, 4), (2, 5, 3)), ((2, 5, 3, 3), (2, 5, 3))
    ]  # fmt: skip
    assert_array_equal(net.pack(parts), theta)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_predictions_are_the_networks_outputs(activation):
    net, theta = network(activation=activation)
    others = np.random.default_rng(5).standard_normal((9, 2))
    assert_allclose(net.predict(theta), scores(net, theta), rtol=1e-12, atol=1e-14)
    elsewhere = replace(net, inputs=others, targets=np.zeros((9, 3)))
    assert_allclose(net.predict(theta, others), scores(elsewhere, theta), rtol=1e-12, atol=1e-14)
    batch = np.stack([theta, -theta])
    assert net.predict(batch, others).shape == (2, 9, 3)
    assert_allclose(net.predict(batch, others)[1], net.predict(-theta, others), rtol=1e-12)


def test_one_column_may_be_given_as_a_list_of_numbers():
    flat = MLPLoss([0.0, 1.0, 2.0], [1.0, 0.0, 1.0], hidden=(3,))
    columns = MLPLoss([[0.0], [1.0], [2.0]], [[1.0], [0.0], [1.0]], hidden=(3,))
    theta = flat.init_xavier(0)
    assert flat.value(theta) == columns.value(theta)
    assert_array_equal(flat.predict(theta, [5.0]), columns.predict(theta, [[5.0]]))


@pytest.mark.parametrize("loss", LOSSES)
def test_a_network_keeps_its_own_data(loss):
    inputs, targets = np.ones((3, 2)), np.ones(3, int)
    net = MLPLoss(inputs, targets, hidden=(2,), loss=loss)
    theta = net.init_xavier(0)
    before = net.value(theta)
    inputs[:], targets[:] = 7.0, 0
    assert net.value(theta) == before
    assert replace(net).value(theta) == before
    assert_allclose(net.predict(theta)[0], net.predict(theta, [[1.0, 1.0]])[0], rtol=1e-12)


def test_a_copy_with_another_option_is_a_network_of_its_own():
    net, theta = network()
    other = replace(net, activation="sigmoid")
    assert net.dim == other.dim
    assert other.value(theta) == pytest.approx(loss_of(other)(theta), rel=1e-12)
    assert net.value(theta) == pytest.approx(loss_of(net)(theta), rel=1e-12)
    assert replace(net, hidden=()).dim == 9


# Random parameters


def test_xavier_draws_the_toy_network_of_cohen_et_al():
    h, rng = 10, np.random.default_rng(7)
    net = MLPLoss(*chebyshev(4), hidden=(h,), biases=(True, False))
    w = 1.9 * np.sqrt(2 / (1 + h)) * rng.standard_normal(h)
    a = np.sqrt(2 / (1 + h)) * rng.standard_normal(h)
    assert_array_equal(net.init_xavier(7), np.concatenate([w, np.zeros(h), a]))


WIDE = MLPLoss(np.zeros((1, 50)), np.zeros((1, 30)), hidden=(80, 40))


@pytest.mark.parametrize("gain", [1.0, 1.9])
def test_xavier_weights_are_normal(gain):
    parts, gains = WIDE.unpack(WIDE.init_xavier(0, gain)), [gain, gain, 1.0]
    for (w, b), g in zip(parts, gains, strict=True):
        spread = g * np.sqrt(2 / sum(w.shape))
        assert stats.kstest(w.ravel() / spread, "norm").pvalue > 0.01
        assert not b.any()


def test_torch_weights_and_biases_are_uniform():
    for w, b in WIDE.unpack(WIDE.init_torch(0)):
        for drawn in (w.ravel(), b):
            bound = 1 / np.sqrt(w.shape[1])
            assert np.abs(drawn).max() <= bound
            assert stats.kstest(drawn / bound, stats.uniform(-1, 2).cdf).pvalue > 0.01


@pytest.mark.parametrize("name", ["init_xavier", "init_torch"])
def test_a_seed_decides_the_parameters(name):
    draw = getattr(WIDE, name)
    assert draw(3).shape == (WIDE.dim,)
    assert_array_equal(draw(3), draw(3))
    assert_array_equal(draw(3), draw(np.random.default_rng(3)))
    assert not np.array_equal(draw(3), draw(4))


# One network asked many times


@pytest.mark.parametrize("batch", [(), (2,)], ids=str)
def test_answers_are_fresh_arrays(batch):
    net, _ = network()
    x, y, u, v = np.random.default_rng(6).standard_normal((4, *batch, net.dim))
    local = net.at(x)
    asked = [net.gradient(x), local.gradient, local.hvp(u), local.hessian, net.predict(x)]
    kept = [answer.copy() for answer in asked]
    net.gradient(y), local.hvp(v), net.at(y).gradient, net.predict(y)
    for answer, before in zip(asked, kept, strict=True):
        assert_array_equal(answer, before)
    asked[1][...] = 0.0  # a caller may write to it
    assert_array_equal(local.gradient, kept[0])


def test_moving_a_view_is_looking_from_there():
    net, _ = network(loss="cross_entropy")
    points = np.random.default_rng(7).standard_normal((4, net.dim))
    local = net.at(points[0])
    for x in points[[1, 2, 1, 3]]:
        local.hvp(x)
        local = local.move_to(x)
        assert local.value == net.value(x)
        assert_array_equal(local.hvp(points[0]), net.hvp(x, points[0]))
        assert_array_equal(local.gradient, net.gradient(x))


COPIES = {"pickle": lambda thing: pickle.loads(pickle.dumps(thing)), "deepcopy": copy.deepcopy, "copy": copy.copy}


@pytest.mark.parametrize("copied", COPIES.values(), ids=COPIES)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_a_network_may_be_copied_after_use(activation, copied):
    net, theta = network(activation=activation)
    slope, product = net.gradient(theta), net.hvp(theta, theta)
    twin = copied(net)
    assert twin.spare == [] and net.spare != [] and twin.activation == activation
    assert_array_equal(twin.gradient(theta), slope)
    assert_array_equal(twin.hvp(theta, theta), product)
    assert_array_equal(net.gradient(theta), slope)
    assert len(pickle.dumps(net)) < 10_000


@pytest.mark.parametrize("copied", COPIES.values(), ids=COPIES)
@pytest.mark.parametrize("batch", [(), (2,)], ids=str)
def test_a_copy_of_a_view_is_a_view_of_its_own(batch, copied):
    net, _ = network(biases=(True, False, True))
    x, y, v = np.random.default_rng(9).standard_normal((3, *batch, net.dim))
    local = net.at(x)
    local.hvp(v)
    twin = copied(local)

    def is_at(view, point):
        assert_array_equal(view.value, net.value(point))
        assert_array_equal(view.gradient, net.gradient(point))
        assert_array_equal(view.hvp(v), net.hvp(point, v))

    local = local.move_to(y)
    is_at(twin, x)
    is_at(local, y)
    is_at(twin.move_to(2 * x), 2 * x)
    is_at(local, y)


def test_a_run_of_a_network_may_be_pickled():
    net, theta = network()
    run = descend(net, GradientDescent(0.1), theta, 5)
    again = COPIES["pickle"](run)
    assert_array_equal(again.loss, run.loss)
    assert_array_equal(sharpness_along(again).values, sharpness_along(run).values)


FAR = [np.nan, np.inf, -np.inf, 1e160, -1e200, 1e308, -1e308, 1e-320, 0.0]


@pytest.mark.parametrize("size", FAR)
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_numbers_out_of_range_raise_no_warning(activation, loss, size):
    net, theta = network(activation=activation, loss=loss)
    far, some, v = np.full(net.dim, size), theta.copy(), np.ones(net.dim)
    some[[0, 7, -1]] = size
    for x in (far, some, np.stack([far, theta])):
        answers = net.value(x), net.hvp(x, v), net.hessian(x), net.predict(x), net.hvp(theta, x)
        assert [answer.shape for answer in answers[:3]] == [x.shape[:-1], x.shape, (*x.shape, net.dim)]
        run = descend(net, GradientDescent(1.0), x, 2, escape=1.7e308) if np.isfinite(size) else None
        assert run is None or run.loss.shape == (3, *x.shape[:-1])
        with np.errstate(all="ignore"):
            slopes = net.gradient(x)
        if np.isnan(size):
            assert np.isnan(net.value(x)).any() and np.isnan(slopes).any()
    assert_array_equal(slopes[1], net.gradient(theta[None])[0])


def test_curvature_far_out_is_nan_without_a_warning():
    net, theta = network((8, 8))
    far = 1e200 * theta
    assert net.dim > 64 and np.isnan(sharpness(net, far))
    assert np.isnan(exact(net, far).values).all() and not exact(net, far).converged
    np.testing.assert_allclose(sharpness(net, np.stack([far, theta]))[1], sharpness(net, theta))


@pytest.mark.parametrize("loss", LOSSES)
def test_two_threads_may_share_a_network(loss):
    net, _ = network((8, 8), loss)
    points = [np.random.default_rng(seed).standard_normal((200, net.dim)) for seed in (8, 9)]
    v = np.cos(np.arange(net.dim))

    def work(rows):
        return [(net.gradient(x), net.value(x), net.gradient(x[None]), net.hvp(x, v)) for x in rows]

    alone = [work(rows) for rows in points]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)  # take turns as often as can be
    try:
        with ThreadPoolExecutor(2) as threads:
            together = list(threads.map(work, points))
    finally:
        sys.setswitchinterval(interval)
    for one, other in zip(alone, together, strict=True):
        for answers, expected in zip(other, one, strict=True):
            for answer, right in zip(answers, expected, strict=True):
                assert_array_equal(answer, right)


# PyTorch's answers, as benchmarks/make_torch_reference.py stores them

REFERENCE = Path(__file__).parent / "data" / "torch_reference.npz"


@pytest.fixture(scope="module")
def reference():
    """What PyTorch found, as a dictionary of dictionaries."""
    found = {}
    with np.load(REFERENCE) as stored:
        for key, array in stored.items():
            name, item = key.split("/")
            found.setdefault(name, {})[item] = array
    return found


def stored_network(items):
    """The network of a reference, from its data and options."""
    biases = tuple(bool(flag) for flag in items["biases"])
    return MLPLoss(
        items["inputs"], items["targets"], tuple(items["hidden"].tolist()),
        str(items["activation"]), str(items["loss_name"]), biases, int(items["outputs"]),
    )  # fmt: skip


NAMES = [
    "linear", "tanh", "relu", "leaky_relu", "elu", "sigmoid", "softplus", "silu", "deep",
    "saturated", "confident",
]  # fmt: skip


def test_the_reference_has_these_networks(reference):
    assert set(reference) == {*NAMES, "run"}
    assert REFERENCE.stat().st_size < 150_000


@pytest.mark.parametrize("name", NAMES)
def test_derivatives_against_torch(reference, name):
    items = reference[name]
    net, theta = stored_network(items), items["theta"]
    relative = 1e-6 if name in ("saturated", "confident") else 1e-9
    assert net.value(theta) == pytest.approx(items["loss"], rel=1e-9)
    assert_close(net.gradient(theta), items["gradient"], relative)
    assert_close(net.hvp(theta, items["v"]), items["hvp"], relative)
    assert_close(exact(net, theta, 3).values, items["eigenvalues"], relative)


def test_a_run_before_the_edge_against_torch(reference):
    items = reference["run"]
    net, eta = stored_network(items), float(items["eta"])
    run = descend(net, GradientDescent(eta), items["theta"], len(items["losses"]) - 1)
    path = sharpness_along(run, every=int(items["every"]))
    assert path.top.max() < 2 / eta
    assert_allclose(run.loss, items["losses"], rtol=1e-9)
    assert_allclose(path.top, items["sharpness"], rtol=1e-6)


# Mini-batches


@pytest.mark.parametrize("loss", ["squared_error", "cross_entropy"])
def test_a_mini_batch_is_the_network_on_some_samples(loss):
    rng = np.random.default_rng(2)
    x, y = rng.standard_normal((30, 3)), rng.integers(0, 3, 30)
    net = MLPLoss(x, y if loss == "cross_entropy" else np.eye(3)[y], hidden=(4,), loss=loss, outputs=3)
    theta, v = net.init_torch(0), rng.standard_normal(net.dim)
    whole = net.gradient(theta)
    for rows in ([3, 1, 4, 1, 5], np.arange(30), [7], range(10, 12)):
        part, anew = net.minibatch(rows), MLPLoss(x[rows], net.targets[rows], (4,), loss=loss, outputs=3)
        for ask in ("value", "gradient", "predict"):
            assert_allclose(getattr(part, ask)(theta), getattr(anew, ask)(theta), rtol=1e-12, atol=1e-15)
        assert_allclose(part.hvp(theta, v), anew.hvp(theta, v), rtol=1e-12, atol=1e-15)
        assert (part.dim, part.inputs.shape) == (net.dim, anew.inputs.shape)
    np.testing.assert_array_equal(net.gradient(theta), whole)


def test_the_mean_over_mini_batches_is_the_whole():
    net = MLPLoss(*chebyshev(4), hidden=(5,))
    theta, parts = net.init_xavier(0), [net.minibatch(range(i, i + 5)) for i in range(0, 20, 5)]
    mean = np.mean([part.gradient(theta) for part in parts], axis=0)
    assert_allclose(mean, net.gradient(theta), rtol=1e-12)


MASKED = np.ma.array([1, 2], mask=[0, 1])


@pytest.mark.parametrize("rows", [[20], [-1], [0.5], "ab", [[0, 1]], None, [], [True], 3, MASKED])
def test_rows_that_there_are_not_are_refused(rows):
    with pytest.raises(ValueError, match="rows must be"):
        MLPLoss(*chebyshev(4)).minibatch(rows)


def test_a_product_at_another_point_is_not_that_of_the_last():
    net, rng = MLPLoss(*chebyshev(4), hidden=(5,)), np.random.default_rng(0)
    theta, v = net.init_xavier(0), rng.standard_normal(net.dim)
    first = net.hvp(theta, v)
    part = net.minibatch(range(20))
    np.testing.assert_array_equal(net.hvp(theta, v), first)
    theta += 0.1
    np.testing.assert_allclose(net.hvp(theta, v), net.at(theta).hvp(v), rtol=1e-13)
    five = MLPLoss(*(array[:5] for array in chebyshev(4)), hidden=(5,))
    assert_allclose(net.minibatch(range(5)).hvp(theta, v), five.hvp(theta, v), rtol=1e-12)
    np.testing.assert_allclose(part.hvp(theta, v), net.hvp(theta, v), rtol=1e-13)
