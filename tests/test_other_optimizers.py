"""Notebook 6 at work: networks at the edges of other methods, by statistics; its explorers; live training by them."""

import re

import numpy as np
import pytest
from found import ADAPTIVE, BOTH, EXPLORERS
from test_explorers import numbers, shown

import eos.explorers
from eos import (
    SGD,
    Adam,
    GradientDescent,
    HeavyBall,
    MLPLoss,
    Nesterov,
    RMSProp,
    WarmUp,
    batch_sharpness,
    chebyshev,
    descend,
    digits,
    exact,
    found_edge,
    one_hot,
    sharpness_along,
)
from eos.explorers import sweep, training, training_scenes
from eos.explorers.methods import METHODS, _rule
from eos.pictures import edges_found

NET = MLPLoss(*chebyshev(4), hidden=(100,), biases=(True, False))
DEEP = MLPLoss(*chebyshev(6), hidden=(20, 20, 20))
STARTS = np.stack([NET.init_xavier(seed) for seed in range(3)])


# ---- at the edge of one's own


@pytest.mark.parametrize(
    "method, off",
    [
        (HeavyBall(0.2, 0.5), 0.03), (HeavyBall(0.4, 0.5), 0.03),
        (Nesterov(0.2, 0.5), 0.03), (Nesterov(0.4, 0.5), 0.06),
        (RMSProp(0.001), 0.03), (RMSProp(0.003), 0.06), (RMSProp(0.001, beta2=0.999), 0.03),
        (Adam(0.003), 0.06), (Adam(0.001), 0.09), (Adam(0.003, beta2=0.99), 0.06),
    ],
    ids=repr,
)  # fmt: skip
def test_the_sharpness_that_matters_sits_at_the_edge_of_the_method(method, off):
    run = descend(NET, method, STARTS, 8000, every=40)
    divided = "preconditioner" in run.kept
    share = sharpness_along(run, every=2, preconditioned=divided).top / method.threshold
    assert (np.abs(np.median(share[50:], axis=0) - 1) < off).sum() >= 2
    if divided:
        raw = sharpness_along(run, every=50).top
        assert (raw[-1] > (10 if isinstance(method, Adam) else 7) * raw[0]).all()


def test_a_warm_up_mostly_starts_below_the_edge_and_saves_starts():
    starts, learned, shares = np.stack([DEEP.init_torch(seed) for seed in range(8, 16)]), [], []
    for length in (0, 100):
        run = descend(DEEP, WarmUp(0.1, length, Adam), starts, 500, every=10)
        shares.append(sharpness_along(run, every=100, preconditioned=True).top[0] / run.stepper.at(0).threshold)
        learned.append((np.median(run.loss[40:], axis=0) < 0.01).sum())
    np.testing.assert_allclose(shares[1], shares[0] / 100, rtol=1e-5)
    assert (shares[0] > 1).all() and (shares[1] < 1).sum() >= 6
    assert learned[0] <= 2 and learned[1] >= 4


@pytest.mark.parametrize("seed", [0, 1])
def test_mini_batches_wiggle_far_from_the_edge_and_sit_below_it(seed):
    images, labels = digits(400)
    net = MLPLoss(images, one_hot(labels), hidden=(16,))
    calm = descend(net, SGD(0.1, 8, seed), net.init_torch(seed), 1000)
    assert (np.diff(calm.loss[500:]) > 0).mean() > 0.35
    assert sharpness_along(calm, every=250).top.max() * 0.1 / 2 < 0.45
    same, raised = descend(net, SGD(np.array([0.1, 0.11]), 8, seed + 5), calm.x[-1], 150).loss.mean(axis=0)
    assert abs(raised / same - 1) < 0.03
    shares = {}
    for size in (400, 8):
        run = descend(net, SGD(0.5, size, seed), net.init_torch(seed), 2000, every=20)
        shares[size] = sharpness_along(run, every=10).top[5:].mean() / 4
        batch = np.mean([batch_sharpness(net, x, size).value for x in run.x[60::10]]) / 4
        assert batch > 0.9 if size == 400 else 0.5 < batch < 0.95
    assert abs(shares[400] - 1) < 0.03 and shares[8] < 0.75


# ---- warm-up


def test_a_warm_up_raises_the_step_size_in_a_straight_line_and_then_is_its_rule():
    rule = WarmUp(0.4, 4, HeavyBall)
    assert [rule.at(step).eta for step in (0, 1, 2, 3, 9)] == pytest.approx([0.1, 0.2, 0.3, 0.4, 0.4])
    run, x, state = descend(NET, rule, STARTS[0], 10), STARTS[0], np.zeros(NET.dim)
    for step in range(10):
        x, state = HeavyBall(min(0.4, 0.1 * (step + 1))).step(NET, x, state)
    np.testing.assert_allclose(run.x[-1], x, rtol=0, atol=1e-13)
    for length in (0, 1):
        plain, warm = (descend(NET, r, STARTS[0], 20) for r in (Adam(0.01), WarmUp(0.01, length, Adam)))
        assert np.array_equal(plain.x, warm.x)
        assert np.array_equal(plain.kept["preconditioner"], warm.kept["preconditioner"])
    assert (WarmUp(0.1, 5, Adam).threshold, WarmUp(0.1, 5, Adam).symbol) == (Adam(0.1).threshold, "38/η")


@pytest.mark.parametrize(
    "make, says",
    [
        (lambda: WarmUp(0.1, -1), "length must be a whole number of at least 0, got -1"),
        (lambda: WarmUp(0.1, 2, Adam(0.1)), "rule must make a stepper from a step size, such as Adam, got Adam"),
        (lambda: WarmUp(0.1, 2, float), "what rule makes must be a stepper, got 0.1"),
        (lambda: edges_found({}, [0.5]), "methods must be 1 to 5 methods, got 0"),
        (lambda: training("chebyshev 5", method="Lion"), "method must be one of gradient descent, .* 'Lion'"),
        (lambda: training("chebyshev 4", method="Adam"), "method must be one of gradient descent for chebyshev 4"),
        (lambda: training(training_scenes()["Adam"], method="Adam"), "method must not be given beside a Scene"),
        (lambda: training_scenes("chebyshev 9"), "scene must be one of chebyshev 4"),
        (lambda: eos.explorers.preconditioned(ADAPTIVE.select(0), *BOTH), "runs must be one start with rising"),
        (lambda: eos.explorers.preconditioned(ADAPTIVE, BOTH[0], sharpness_along(ADAPTIVE)), "divided must be"),
    ],
)
def test_bad_input_is_refused_by_name(make, says):
    with pytest.raises(ValueError, match=says):
        make()


# ---- explorers


@pytest.mark.parametrize("method", range(1, len(METHODS) + 1))
@pytest.mark.parametrize("beta", [0.0, 0.5, 0.9])
def test_methods_shrinks_below_its_edge_and_grows_above(method, beta):
    edge = EXPLORERS["methods"].edge_values(method=method, beta=beta)["eta"]
    assert edge == pytest.approx(found_edge(_rule(method, 1.0, beta)), rel=1e-3)
    below, above = (shown("methods", method=method, beta=beta, eta=part * edge, steps=200)[0] for part in (0.95, 1.1))
    assert numbers(r"the distance is ([\d.e-]+\d) times", below)[0] < 0.1
    assert "escaped" in above or numbers(r"the distance is ([\d.e+]+\d) times", above)[0] > 10


@pytest.mark.parametrize("preset", EXPLORERS["methods"].presets)
def test_presets_of_methods_do_what_they_say(preset):
    values = EXPLORERS["methods"].presets[preset]
    own, plain = shown("methods", **values)[0], shown("methods", **{**values, "method": 1})[0]
    assert list(METHODS)[values["method"] - 1].split(",")[0] in preset
    assert ("escaped" in own) == ("escapes" in preset.split(" where")[0])
    assert ("escaped" in plain) == ("gradient descent settles" not in preset)


@pytest.mark.parametrize(
    "preset, least, most",
    [("thrown out, and then at its edge", 20, 100), ("not in 4,000 steps", 0, 0), ("almost no memory", 0, 5)],
)
def test_presets_of_adam_on_a_parabola_do_what_they_say(preset, least, most):
    values = EXPLORERS["adam_on_a_parabola"].presets[preset]
    reading = shown("adam_on_a_parabola", **values)[0]
    said = re.search(r"crossed it (\d+|once)", reading)
    assert least <= (0 if said is None else 1 if said[1] == "once" else int(said[1])) <= most
    assert len(EXPLORERS["adam_on_a_parabola"].presets) == 3


def test_presets_of_warm_up_do_what_they_say():
    readings = [shown("warm_up", **values)[0] for values in EXPLORERS["warm_up"].presets.values()]
    first = [numbers(r"takes ([\d.e-]+\d) of its edge", reading)[0] for reading in readings]
    loss = [numbers(r"the loss is ([\d.e-]+\d)\.", reading)[0] for reading in readings]
    assert first[0] < 1 < first[1] and first[2] < 1
    assert loss[1] > 0.1 > 10 * loss[0] and loss[2] < 0.01


def test_the_first_step_of_warm_up_takes_what_it_says():
    reading = shown("warm_up", eta=0.03, length=10)[0]
    theta = DEEP.init_torch(0)
    adam = Adam(0.003)
    scale = 1 / np.sqrt(adam.preconditioner(adam.init(DEEP, theta)))
    top = exact(eos.Rescaled(DEEP, scale), theta / scale).values[0]
    assert numbers(r"takes ([\d.e-]+\d) of its edge", reading)[0] == pytest.approx(top / adam.threshold, rel=0.05)


@pytest.mark.parametrize("run", range(4))
def test_preconditioned_says_how_far_the_raw_sharpness_rose(run):
    reading = shown("preconditioned", eta=float(ADAPTIVE.stepper.eta[run]), step=400)[0]
    ratio, share = BOTH[0].top[-1, run] / BOTH[0].top[0, run], BOTH[1].top[-1, run] / ADAPTIVE.stepper.threshold[run]
    if "more than" in reading:
        assert numbers(r"more than (\d+) times", reading)[0] < ratio
    assert ("is at the edge 2/η" in reading) == (0.85 < share < 1.15)


# ---- live training


OTHERS = [(net, method) for net in ("chebyshev 5", "chebyshev 6") for method in list(training_scenes(net))[1:]]
every_other = pytest.mark.parametrize("net, method", OTHERS)


def test_every_method_has_its_scene_and_a_recipe_of_its_own():
    for net in ("chebyshev 5", "chebyshev 6"):
        scenes = training_scenes(net)
        assert list(scenes) == ["gradient descent", "heavy ball", "Nesterov", "RMSProp", "Adam"]
        assert len({scene.name for scene in scenes.values()}) == 5
        kinds = [type(scene.begin().stepper) for scene in scenes.values()]
        assert kinds == [GradientDescent, HeavyBall, Nesterov, RMSProp, Adam]
        assert all((scene.theta == scenes["gradient descent"].theta).all() for scene in scenes.values())
    assert training("chebyshev 6").scene.name == "training_6" == training_scenes("chebyshev 6")["gradient descent"].name


@every_other
def test_training_by_it_comes_to_its_edge(net, method):
    run = training(net, method=method, steps=3000).run
    recent = run.recent[1] / run.recent[3]
    assert run.escaped_at is None and 0.7 < np.median(recent) < 1.25
    assert run.edge == pytest.approx(run.stepper.threshold)


@every_other
def test_a_recipe_keeps_the_method(net, method):
    ride = training(net, method=method, steps=120, **{"eta_at_60": training_scenes(net)[method].eta[2]})
    line = ride.session().recipe()
    assert line.startswith(training_scenes(net)[method].name + "(")
    panel = training(net, method=method).panel()
    panel.restore(line)
    assert np.array_equal(panel.session.run.x, ride.run.x) and type(panel.session.run.stepper) is type(ride.run.stepper)
    assert ("preconditioned sharpness" in panel.reading) == (method in ("RMSProp", "Adam"))
    assert f"{ride.run.stepper.symbol} = " in panel.reading


@every_other
def test_a_drag_with_the_governor_on_does_not_escape(net, method):
    scene, rng = training_scenes(net)[method], np.random.default_rng(11)
    run = scene.begin()
    for eta in np.exp(rng.uniform(*np.log([scene.eta[0], scene.eta[2]]), 6)):
        run.set("eta", eta)
        run.advance(250)
    assert run.escaped_at is None


def test_a_sweep_of_an_adaptive_method_measures_what_matters_to_it():
    net = MLPLoss(*chebyshev(3, 12), hidden=(5,))
    swept = sweep(net, net.init_torch(0), np.array([0.002, 0.01]), 400, stepper=RMSProp)
    path = sharpness_along(swept.runs, every=2, preconditioned=True)
    np.testing.assert_allclose(swept.paths.top, path.top, rtol=1e-5)
    assert "the preconditioned sharpness is" in swept.still(eta=0.01).alt


def test_an_edge_test_takes_the_preconditioner_with_it():
    session = training("chebyshev 6", method="Adam", steps=100).session()
    state = session.run.state
    session.test_edge()
    alone = descend(session.scene.net, Adam(0.005), session.run.x, 150, state=state).loss
    np.testing.assert_allclose(session.tests[0][1], alone / alone[0], rtol=1e-6)
