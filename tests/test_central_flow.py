"""The central flow of gradient descent, against numbers of published code, another program, and closed forms."""

from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import minimize

from eos import (
    CentralFlow,
    GradientDescent,
    GradientFlow,
    MLPLoss,
    Penalized,
    Quadratic,
    Rescaled,
    SoftAbs,
    Valley,
    complementarity,
    descend,
    eigenpairs_above,
    exact,
    half_differences,
    predicted_bounce,
    predicted_loss,
    predicted_squared_gradient,
    resume,
    sharpness,
    weighted_midpoints,
)  # fmt: skip
from eos.potentials import Potential

STORED = Path(__file__).parent / "data" / "central_flow_reference.npz"
with np.load(STORED) as stored:
    PUBLISHED = {}
    for key, array in stored.items():
        PUBLISHED.setdefault(key.split("/")[0], {})[key.split("/")[1]] = array
X = np.linspace(-1.0, 1.0, 20)


def waves(*degrees):
    """Chebyshev polynomials of these degrees, one a column."""
    return np.stack([np.cos(k * np.arccos(X)) for k in degrees], axis=1)


ONE = MLPLoss(X, waves(3), hidden=(10, 10))
THREE = MLPLoss(X, waves(2, 3, 4), hidden=(12, 12))


# ---- numbers from the published code (Cohen, Damian and co-authors, 2025), run on these nets


def test_one_eigenvalue_as_published():
    theta = ONE.init_torch(2)
    assert ONE.value(theta) == pytest.approx(0.331628124, abs=1e-9)
    assert sharpness(ONE, theta) == pytest.approx(2.327376, abs=1e-6)
    x = descend(ONE, GradientDescent(0.1), theta, 700, every=700).x[-1]
    assert (ONE.value(x), sharpness(ONE, x)) == pytest.approx((0.0302669325, 19.369134), rel=1e-7)
    u, g = exact(ONE, x).vectors[0], ONE.gradient(x)
    turn = ONE.third(x, u, u)
    assert (-g @ turn, turn @ turn) == pytest.approx((0.33676956, 423.647638), rel=1e-7)
    assert -2 * g @ turn / (turn @ turn) == pytest.approx(0.00158985691, rel=1e-7)

    flow = descend(ONE, CentralFlow(0.1), x, 899)
    run = descend(ONE, GradientDescent(0.1), x, 901)
    assert flow.loss[-1] == pytest.approx(0.012315, abs=1e-6)
    cycles = slice(225, 900)
    assert run.loss[cycles].mean() == pytest.approx(0.0262, abs=1e-4)  # another rounding turns it into another run
    assert predicted_loss(flow)[cycles].mean() == pytest.approx(0.02697, abs=3e-5)
    assert flow.loss[cycles].mean() == pytest.approx(0.01816, abs=3e-5)
    distance = np.linalg.norm(weighted_midpoints(run)[898] - flow.x[899])
    rolled = descend(ONE, GradientFlow(0.1), x, 899, every=899).x[-1]
    assert distance == pytest.approx(0.022, abs=1e-3)
    assert np.linalg.norm(weighted_midpoints(run)[898] - rolled) == pytest.approx(0.71, abs=5e-3)


def test_three_eigenvalues_as_published():
    x = descend(THREE, GradientDescent(0.3), THREE.init_torch(2), 50, every=50).x[-1]
    assert THREE.value(x) == pytest.approx(0.480073342, abs=1e-9)
    flow, run = descend(THREE, CentralFlow(0.3), x, 499), descend(THREE, GradientDescent(0.3), x, 501)
    assert flow.loss[-1] == pytest.approx(0.014641, abs=1e-6)
    sizes = CentralFlow(0.3).bounce(THREE, flow.x[-1])[0]
    assert sizes == pytest.approx((0.0051855, 0.0022015, 0.00033653), rel=2e-5)
    assert sizes.sum() == pytest.approx(predicted_bounce(flow)[-1], rel=1e-6)
    assert predicted_loss(flow)[125:].mean() == pytest.approx(0.0918, abs=5e-5)
    # As published 0.1027 and 0.54, for one rounding of a chaotic run: starts 1e-15 apart give 0.094 to 0.103.
    assert 0.09 < run.loss[125:500].mean() < 0.107
    assert np.linalg.norm(weighted_midpoints(run)[498] - flow.x[499]) == pytest.approx(0.53, abs=0.03)
    watched = [len(eigenpairs_above(THREE, at, 1.95 / 0.3)[0]) for at in flow.x[[1, 125, 377, 499]]]
    assert watched == [1, 2, 3, 3]


def test_the_published_runs_have_one_two_and_three_eigenvalues_at_the_edge():
    ranks = [int((item["sizes"] > 1e-5 * item["sizes"][0]).sum()) for item in PUBLISHED.values()]
    assert {1, 2, 3} <= set(ranks)
    assert STORED.stat().st_size < 150_000


@pytest.mark.parametrize("item", PUBLISHED.values(), ids=PUBLISHED)
def test_the_published_code_agrees(item):
    """As benchmarks/central_flow.py stores it. Its own solver leaves up to 5e-4 of the widest bounce."""
    name = {key: item[key].item() for key in ("activation", "loss")}
    net, eta = MLPLoss(item["inputs"], item["targets"], tuple(item["hidden"].tolist()), **name), float(item["eta"])
    flow = descend(net, CentralFlow(eta), item["start"], len(item["losses"]) - 1)
    most = item["traces"].max()
    np.testing.assert_allclose(flow.loss, item["losses"], rtol=2e-5)
    np.testing.assert_allclose(sharpness(net, flow.x[::10]), item["sharpness"][::10], rtol=2e-5)
    np.testing.assert_allclose(predicted_bounce(flow), item["traces"], rtol=0, atol=5e-3 * most)
    np.testing.assert_allclose(predicted_loss(flow), item["losses"] + item["traces"] / eta, rtol=1e-3)
    assert np.linalg.norm(flow.x[-1] - item["end"]) < 1e-4 * np.linalg.norm(item["start"] - item["end"])
    sizes, axes = flow.stepper.bounce(net, flow.x[-1])
    expected = item["axes"].T * item["sizes"] @ item["axes"]
    assert np.linalg.norm(axes.T * sizes @ axes - expected) < 1e-3 * most


# ---- another program for the same scheme


def least(a, b, start):
    """The least <X, B[X]> / 2 + <A, X> over X = R R^T, by BFGS."""
    k = len(a)
    size, stretch = np.abs(a).max(), np.abs(b).max()

    def height(r):
        r = r.reshape(k, k)
        x = r @ r.T
        slope = np.einsum("ijpq,pq->ij", b, x) / stretch
        return 0.5 * np.sum(x * slope) + np.sum(a * x) / size, (2 * (slope + a / size) @ r).ravel()

    answers = [minimize(height, r, jac=True, method="BFGS", options={"gtol": 1e-9}) for r in start]
    r = min(answers, key=lambda answer: answer.fun).x.reshape(k, k)
    return r @ r.T * size / stretch


def by_the_book(net, x, eta, steps, pieces=4):
    """Points and covariances at each step: dense Hessians, differences for third derivatives, BFGS for X."""
    points, spreads, dt = [x], [], eta / pieces
    rng = np.random.default_rng(0)
    for piece in range(steps * pieces + 1):
        g, (values, vectors) = net.gradient(x), np.linalg.eigh(net.hessian(x))
        near = values > 1.95 / eta
        u, k = vectors[:, near].T, int(near.sum())
        sigma, push = np.zeros((net.dim, net.dim)), 0.0
        if k:
            n = np.array([[Potential.third(net, x, u[i], u[j]) for j in range(k)] for i in range(k)])
            a = 2 / eta * np.eye(k) - np.diag(values[near]) + dt * n @ g
            b = dt / 2 * np.einsum("ijm,pqm->ijpq", n, n)
            x_ij = least(a, b, rng.standard_normal((3, k * k)) * 0.3)
            push, sigma = 0.5 * np.einsum("ij,ijm->m", x_ij, n), u.T @ x_ij @ u
        if piece % pieces == 0:
            spreads.append(sigma)
        x = x - dt * (g + push)
        if piece % pieces == pieces - 1:
            points.append(x)
    return np.array(points[: steps + 1]), np.array(spreads)


@pytest.mark.parametrize(
    ("widths", "degrees", "seed", "eta", "begin", "most"),
    [
        ((9, 7), (3,), 5, 0.4, 400, 1),
        ((14,), (2, 5), 3, 0.6, 100, 1),
        ((10, 8), (2, 3), 3, 0.4, 250, 2),
        ((11, 9), (1, 3, 4), 7, 0.5, 200, 3),
    ],
    ids=["one, deep", "one, shallow", "two", "three"],
)
def test_another_program_agrees(widths, degrees, seed, eta, begin, most):
    """Loss, covariance and place, on nets, seeds and step sizes of their own."""
    net = MLPLoss(X, waves(*degrees), hidden=widths)
    x = descend(net, CentralFlow(eta, 1), net.init_torch(seed), begin, every=begin).x[-1]
    flow = descend(net, CentralFlow(eta), x, 4)
    points, spreads = by_the_book(net, x, eta, 4)
    assert np.abs(flow.x - points).max() < 1e-6
    assert np.abs(flow.loss - net.value(points)).max() < 1e-7
    for i, sigma in enumerate(spreads):
        expected = np.linalg.eigvalsh(sigma)[::-1]
        values, vectors = flow.stepper.bounce(net, flow.x[i])
        assert (expected > 1e-7).sum() == (values > 1e-7).sum() == most
        assert np.abs(values[:most] - expected[:most]).max() < 1e-4 * expected[0]
        assert np.abs(vectors.T * values @ vectors - sigma).max() < 1e-4 * expected[0]
        assert flow.kept["variance"][i] == pytest.approx(np.diag(sigma), rel=1e-3, abs=1e-4 * expected[0])


# ---- what a central flow is


@pytest.mark.parametrize(("eta", "tilt"), [(0.2, 0.01), (0.1, 0.05), (0.4, 0.005)])
def test_in_a_tilted_valley_it_climbs_to_the_edge_and_stays(eta, tilt):
    """On the floor of L = l(xy) - tilt y the push X y balances the pull tilt: S = y^2 = 2/eta and X = tilt / y."""
    y = np.sqrt(1.8 / eta)
    flow = descend(Valley(tilt), CentralFlow(eta, 2), (0.0, y), steps := int(0.4 / (tilt * eta**1.5)), every=5)
    edge = np.sqrt(2 / eta)
    assert (np.diff(flow.x[:, 1]) >= -1e-12).all()
    assert flow.x[-1] == pytest.approx((0.0, edge), abs=1e-6)
    assert flow.kept["variance"][-1] == pytest.approx((tilt / edge, 0.0), rel=1e-5, abs=1e-12)
    below = flow.x[:, 1] ** 2 < 1.9 / eta
    assert not flow.kept["variance"][below].any()
    rolled = descend(Valley(tilt), GradientFlow(eta), (0.0, y), steps, every=5)
    np.testing.assert_allclose(flow.x[below], rolled.x[below], rtol=0, atol=1e-6)


def test_it_says_how_wide_gradient_descent_bounces_there():
    """The balanced bounce of gradient descent is x = -+ sqrt(tilt / y): loss, size and gradient, to leading order."""
    tilt, eta = 0.002, 0.2
    start = (0.01, np.sqrt(2 / eta))
    run = descend(Valley(tilt), GradientDescent(eta), start, 20_000)
    flow = descend(Valley(tilt), CentralFlow(eta), start, 100)
    late = slice(-2000, None)
    assert (half_differences(run)[late] ** 2).sum(-1).mean() == pytest.approx(predicted_bounce(flow)[-1], rel=0.02)
    assert (run.gradient_norm[late] ** 2).mean() == pytest.approx(predicted_squared_gradient(flow)[-1], rel=0.02)
    lift = run.loss[late].mean() - Valley(tilt).value(weighted_midpoints(run)[late]).mean()
    assert lift == pytest.approx(predicted_loss(flow)[-1] - flow.loss[-1], rel=0.02)
    assert sharpness(Valley(tilt), flow.x[-1]) == pytest.approx(10.0, rel=1e-4)


@pytest.mark.parametrize(("substeps", "over"), [(1, 0.03), (4, 0.008)])
def test_it_never_passes_the_edge_by_more_than_a_piece(substeps, over):
    for seed, eta in enumerate((0.12, 0.3, 0.5)):
        x = descend(THREE, GradientDescent(eta), THREE.init_torch(seed), 30, every=30).x[-1]
        flow = descend(THREE, CentralFlow(eta, substeps), x, 120, every=5)
        assert sharpness(THREE, flow.x[1:]).max() * eta / 2 < 1 + over
        assert (np.diff(flow.loss[1:]) < 0).all()


def test_finer_pieces_come_closer_like_their_length():
    x = descend(ONE, GradientDescent(0.1), ONE.init_torch(2), 700, every=700).x[-1]
    losses = [descend(ONE, CentralFlow(0.1, n), x, 40, every=40).loss[-1] for n in (1, 2, 4, 16)]
    errors = np.abs(np.array(losses[:3]) - losses[3])
    assert 1.6 < errors[0] / errors[1] < 2.9 and 1.6 < errors[1] / errors[2] < 3.2
    assert errors[0] < 0.02 * losses[3]


def test_far_below_the_edge_it_is_gradient_flow():
    theta = ONE.init_torch(4)
    flow, rolled = (descend(ONE, kind(0.02), theta, 500, every=100) for kind in (CentralFlow, GradientFlow))
    assert not flow.kept["variance"].any()
    assert np.abs(flow.x - rolled.x).max() < 2e-3


@pytest.mark.parametrize("dim", [1, 2, 60])
def test_on_a_parabola_it_settles_below_the_edge_and_escapes_above(dim):
    curvature = np.linspace(1.0, 0.5, dim)
    for factor, escapes in ((0.98, False), (1.1, True)):
        run = descend(Quadratic(2 / 0.1 * factor * curvature), CentralFlow(0.1), np.ones(dim), 60)
        assert (run.escaped_at is not None) == escapes
        assert np.isnan(predicted_bounce(run)[0]) == escapes
        sizes, vectors = run.stepper.bounce(run.potential, np.ones(dim))
        assert np.isnan(sizes).all() if escapes else len(sizes) == 0 and vectors.shape == (0, dim)


def test_rescaled_and_penalized_potentials_have_a_central_flow():
    """The flow is the same in other units of length with another step size; a penalty moves the edge."""
    valley, eta, start = Valley(0.01), 0.2, np.array([0.0, 3.1])
    plain = descend(valley, CentralFlow(eta), start, 60)
    scaled = Rescaled(valley, 0.5)
    other = descend(scaled, CentralFlow(4 * eta), scaled.place(start), 60)
    np.testing.assert_allclose(0.5 * other.x, plain.x, rtol=0, atol=1e-8)
    held = descend(Penalized(valley, 0.5), CentralFlow(eta), start, 3000, every=3000)
    assert sharpness(held.potential, held.x[-1]) <= 10.0 + 1e-6


# ---- as a stepper


def test_a_batch_is_single_runs_where_two_eigenvalues_meet():
    theta = np.stack([THREE.init_torch(seed) for seed in range(3)])
    etas = np.array([0.3, 0.5, 0.1])
    together = descend(THREE, CentralFlow(etas), theta, 60)
    for i, eta in enumerate(etas):
        alone = descend(THREE, CentralFlow(float(eta)), theta[i], 60)
        np.testing.assert_allclose(together.x[:, i], alone.x, rtol=0, atol=1e-9)
        np.testing.assert_allclose(together.kept["variance"][:, i], alone.kept["variance"], rtol=0, atol=1e-9)
        one = together.select(i)
        np.testing.assert_allclose(predicted_loss(one), predicted_loss(alone), rtol=0, atol=1e-8)
    assert predicted_loss(together).shape == (61, 3)


def test_small_ones_too():
    starts = np.array([[0.0, 3.2], [0.001, 2.5], [0.0, 1.0]])
    together = descend(Valley(0.02), CentralFlow(np.array([0.2, 0.3, 0.1])), starts, 80)
    for i, eta in enumerate((0.2, 0.3, 0.1)):
        alone = descend(Valley(0.02), CentralFlow(eta), starts[i], 80)
        np.testing.assert_allclose(together.x[:, i], alone.x, rtol=0, atol=1e-12)


def test_a_run_resumed_and_thinned_is_the_same():
    whole = descend(Valley(0.01), CentralFlow(0.2), (0.0, 3.0), 90)
    parts = resume(descend(Valley(0.01), CentralFlow(0.2), (0.0, 3.0), 40, every=10), 50)
    assert np.array_equal(parts.x, whole.x[::10])
    assert np.array_equal(parts.kept["variance"], whole.kept["variance"][::10])


def test_another_step_size_on_the_way_has_its_own_bounce():
    start = (0.0, np.sqrt(10.0))
    run = descend(Valley(0.01), CentralFlow(0.2), start, 20)
    longer, fresh = resume(run, 20, CentralFlow(0.25)), descend(Valley(0.01), CentralFlow(0.25), run.x[-1], 20)
    np.testing.assert_allclose(longer.x[20:], fresh.x, rtol=0, atol=1e-13)
    assert longer.x[-1, 1] ** 2 == pytest.approx(8.0, abs=1e-3)


def test_with_one_eigenvalue_held_another_passes_the_edge():
    x = descend(THREE, CentralFlow(0.3, 1), THREE.init_torch(2), 110, every=110).x[-1]
    runs = [descend(THREE, CentralFlow(0.3, 2, most), x, 150, every=150) for most in (None, 3, 1)]
    assert np.array_equal(runs[0].x, runs[1].x)
    tops = [exact(THREE, run.x[-1], 2).values * 0.3 / 2 for run in runs]
    assert tops[0] == pytest.approx((1, 1), abs=1e-3)
    assert tops[2][0] > 1.05 and tops[2][1] == pytest.approx(1, abs=1e-3)
    assert predicted_bounce(runs[2])[-1] < 0.8 * predicted_bounce(runs[0])[-1]


@pytest.mark.parametrize("name", ["substeps", "most"])
@pytest.mark.parametrize("number", [0, 1.5, True])
def test_pieces_and_eigenvalues_are_whole_numbers(name, number):
    with pytest.raises(ValueError, match=f"{name} must be a whole number (of at least|from) 1"):
        CentralFlow(0.1, **{name: number})


@pytest.mark.parametrize("ask", [predicted_bounce, predicted_loss, predicted_squared_gradient])
@pytest.mark.parametrize("run", [None, descend(SoftAbs(), GradientDescent(0.1), 1.0, 3)], ids=["None", "another"])
def test_predictions_are_for_central_flows(ask, run):
    with pytest.raises(ValueError, match="flow must be a run of a CentralFlow"):
        ask(run)


# ---- eigenvalues above a level


@pytest.mark.parametrize("n", [5, 48, 49, 120])
@pytest.mark.parametrize("level", [-100.0, 0.5, 1.4, 2.5])
def test_all_above_a_level_and_no_other(n, level):
    rng = np.random.default_rng(n)
    spectrum = np.concatenate([[2.0, 1.9999, 1.5, 1.5], rng.uniform(-3, 1, n - 4)])
    turn = np.linalg.qr(rng.standard_normal((n, n)))[0]
    potential = Quadratic(turn * spectrum @ turn.T)
    for start in (None, rng.standard_normal((6, n))):
        values, vectors, block = eigenpairs_above(potential, np.zeros(n), level, start=start)
        expected = np.sort(spectrum[spectrum > level])[::-1]
        np.testing.assert_allclose(values, expected, atol=1e-9)
        assert np.abs(vectors @ vectors.T - np.eye(len(values))).max(initial=0) < 1e-9
        residuals = potential.hvp(np.zeros(n), vectors) - values[:, None] * vectors
        assert np.abs(residuals).max(initial=0) < 1e-6
        assert block.shape[1] == n


@pytest.mark.parametrize("second", [1.9, 1.8, 1.5])
def test_a_second_value_close_below_the_level_hides_no_first(second):
    """From a random block the second may be found before the first."""
    spectrum = np.concatenate([[2.0, second], np.random.default_rng(3).uniform(-0.2, 0.3, 998)])
    potential = Quadratic(np.diag(spectrum))
    for seed in range(40):
        assert eigenpairs_above(potential, np.zeros(1000), 1.95, seed=seed)[0] == pytest.approx([2.0], rel=1e-9)


def test_of_a_network_too_all_are_found_from_random_vectors():
    t = np.linspace(-2, 2, 17)
    net = MLPLoss(t, np.sin(2.3 * t), hidden=(14, 13), activation="silu")
    x = descend(net, GradientDescent(0.576), net.init_torch(425), 100, every=100).x[-1]
    for x in descend(net, CentralFlow(0.576), x, 240, every=16).x:
        expected = exact(net, x, 6).values
        for seed in range(3):
            values = eigenpairs_above(net, x, 1.95 / 0.576, seed=seed)[0]
            np.testing.assert_allclose(values, expected[expected > 1.95 / 0.576], rtol=1e-8)


def test_followed_along_a_run_it_is_what_dense_eigenvalues_say():
    flow, block = descend(THREE, CentralFlow(0.3), THREE.init_torch(1), 160, every=2), None
    for x in flow.x:
        values, _, block = eigenpairs_above(THREE, x, 6.0, start=block)
        expected = exact(THREE, x, 6).values
        np.testing.assert_allclose(values, expected[expected > 6.0], rtol=1e-8)


def test_a_batch_is_filled_up():
    potential, x = Valley(), np.array([[0.0, 3.0], [0.0, 1.0]])
    values, vectors, _ = eigenpairs_above(potential, x, np.array([5.0, 5.0]))
    assert values.tolist() == [[9.0], [-np.inf]] and not vectors[1].any()
    lost = eigenpairs_above(potential, np.array([np.nan, 1.0]), 5.0)
    assert lost[0].shape == (1,) and np.isnan(lost[0]).all()


def test_a_gram_matrix_and_its_answer_meet_in_the_flow():
    """At a point of two critical eigenvalues the answer holds both at the edge to first order."""
    x = descend(THREE, CentralFlow(0.3, 1), THREE.init_torch(2), 200, every=200).x[-1]
    values, u, _ = eigenpairs_above(THREE, x, 1.95 / 0.3)
    turns = THREE.third(x, u[:, None], u)
    a = np.diag(2 / 0.3 - values) + 0.075 * turns @ THREE.gradient(x)
    spread = complementarity(a, 0.0375 * np.einsum("ijm,pqm->ijpq", turns, turns))
    ahead = x - 0.075 * (THREE.gradient(x) + 0.5 * np.einsum("ij,ijm->m", spread, turns))
    assert len(values) == 2
    np.testing.assert_allclose(exact(THREE, ahead, 2).values, 2 / 0.3, rtol=2e-4)
