"""The course's explorers: every one draws everywhere, answers every slider, and says what is true."""

import re
from functools import cache

import numpy as np
import pytest
from found import EXPLORERS, NET, RUNS, THETA, corners, count_drawings
from hypothesis import example, given, settings
from hypothesis import strategies as st

import eos.explorers
from eos.curvature import secant_curvature, sharpness
from eos.potentials import Catapult, Quadratic, SoftAbs, Valley
from eos.steppers import GradientDescent, GradientFlow
from eos.trajectories import descend, half_differences, midpoints, sharpness_along
from eos.widgets.screen import Screen

MATTERS = {"flattening": {"eta": 2.0, "x0": 1.5, "steps": 7}}
"""A setting from which every slider matters, where that is not the start."""
SLIDERS = [(name, slider.name) for name, explorer in EXPLORERS.items() for slider in explorer.sliders]
SOME = st.lists(st.floats(0, 1), min_size=6, max_size=6)
every_explorer = pytest.mark.parametrize("name", EXPLORERS)
with_an_edge = pytest.mark.parametrize("name", [name for name, explorer in EXPLORERS.items() if explorer.edges])
few = settings(max_examples=12, deadline=None)


@cache
def screen(name) -> Screen:
    """One screen for all tests: what it shows may not depend on what it showed before."""
    return Screen(EXPLORERS[name].setup, EXPLORERS[name].size)


def shown(name, **values):
    """The reading and the pixels of one setting."""
    reading = screen(name).show(EXPLORERS[name].values(**values))
    return reading, screen(name).pixels.copy()


def setting(name, parts) -> dict[str, float]:
    """The value on each slider that lies a part of the way along its positions."""
    pairs = zip(EXPLORERS[name].sliders, parts, strict=False)
    return {slider.name: slider.values[round(part * (len(slider.values) - 1))] for slider, part in pairs}


def numbers(pattern, reading) -> list[float]:
    """The numbers that the pattern's groups catch."""
    found = re.search(pattern, reading)
    assert found, f"{pattern!r} is not in {reading!r}"
    return [float(group) for group in found.groups()]


def test_the_known_explorers_are_found():
    assert {"parabola", "flattening", "step_sizes"} <= set(EXPLORERS)


# ---- every explorer


@every_explorer
def test_every_corner_and_preset_draws(name):
    explorer = EXPLORERS[name]
    for values in (*corners(explorer), *(explorer.values(**preset) for preset in explorer.presets.values())):
        reading, pixels = shown(name, **values)
        assert len(reading) > 20 and np.ptp(pixels) > 200
        assert all(edge > 0 for edge in explorer.edge_values(**values).values())


@every_explorer
@few
@given(SOME, SOME)
def test_any_setting_draws_and_its_recipe_restores_every_pixel(name, parts, others):
    explorer, values = EXPLORERS[name], setting(name, parts)
    reading, pixels = shown(name, **values)
    shown(name, **setting(name, others))
    again, same = shown(name, **explorer.parse(explorer.recipe(**values)))
    assert again == reading and np.array_equal(same, pixels)


@every_explorer
def test_a_screen_that_has_moved_shows_what_a_new_one_shows(name):
    explorer = EXPLORERS[name]
    for corner in (list(corners(explorer))[-1], explorer.values()):
        reading, pixels = shown(name, **corner)
    fresh = Screen(explorer.setup, explorer.size)
    assert fresh.show(explorer.values()) == reading and np.array_equal(fresh.pixels, pixels)


@pytest.mark.parametrize(("name", "slider"), SLIDERS)
def test_both_ends_of_a_slider_differ_in_picture_and_reading(name, slider):
    (of,) = (s for s in EXPLORERS[name].sliders if s.name == slider)
    low, high = (shown(name, **{**MATTERS.get(name, {}), slider: end}) for end in (of.low, of.high))
    assert (low[1] != high[1]).any(axis=-1).sum() > 50
    assert low[0] != high[0]


@with_an_edge
def test_the_range_of_the_step_size_holds_the_edge(name):
    explorer = EXPLORERS[name]
    (eta,) = (slider for slider in explorer.sliders if slider.name == "eta")
    for values in ({}, *explorer.presets.values()):
        assert eta.low < explorer.edge_values(**values)["eta"] < eta.high


@every_explorer
def test_stills_have_their_reading_as_alt_text(name):
    explorer = EXPLORERS[name]
    reading = shown(name)[0]
    still = explorer.still()
    assert still.alt == reading
    assert reading.split(". ")[0] in still._repr_mimebundle_()["text/html"]


@every_explorer
def test_a_walk_draws_the_background_no_more_than_needed(name):
    rng, explorer = np.random.default_rng(1), EXPLORERS[name]
    walk, first = [setting(name, rng.random(6)) for _ in range(30)], explorer.sliders[0].name
    for i in range(1, 30, 2):  # every other one moves the first slider alone
        walk[i] = {**walk[i - 1], first: walk[i][first]}
    fresh, limits = Screen(explorer.setup, explorer.size), []
    for values in walk:
        drawings = count_drawings(fresh, [values])
        limits.append([(ax.get_xlim(), ax.get_ylim()) for ax in fresh._figure.axes])
        changed = len(limits) < 2 or limits[-1] != limits[-2]
        assert drawings <= changed, "something changed that stands still, and not the limits of an axis"


# ---- what the readings say


@few
@given(SOME)
def test_parabola_says_the_factor_and_the_distance(parts):
    values = setting("parabola", parts)
    eta, a, x0, steps = values.values()
    reading = shown("parabola", **values)[0]
    (factor,) = numbers(r"1 − ηa = (-?\d[\d.e+-]*)\. ", reading)
    assert factor == pytest.approx(1 - eta * a, rel=1e-3, abs=1e-12)
    sizes = np.abs(x0) * np.abs(1 - eta * a) ** np.arange(steps + 1.0)
    escapes = (sizes > 100).any()
    assert ("escaped at step" in reading) == escapes
    if escapes:
        assert numbers(r"escaped at step (\d+)", reading) == [(sizes > 100).argmax()]
    elif "After step" in reading:
        count, size = numbers(r"After step (\d+), .* is (-?\d[\d.e+-]*)\.$", reading)
        assert count == steps and abs(size) == pytest.approx(sizes[-1], rel=1e-2)


@pytest.mark.parametrize(
    ("preset", "low", "high", "word"),
    [
        ("glides", 0.01, 0.99, "glide down"),
        ("lands at once", 0.0, 0.0, "lands at the bottom"),
        ("bounces in", -0.99, -0.01, "side to side, ever closer"),
        ("bounces for ever", -1.0, -1.0, "bounce for ever"),
        ("escapes", -np.inf, -1.01, "escaped at step"),
    ],
)
def test_presets_of_parabola_do_what_they_say(preset, low, high, word):
    assert len(EXPLORERS["parabola"].presets) == 5
    values = EXPLORERS["parabola"].values(**EXPLORERS["parabola"].presets[preset])
    assert low <= round(1 - values["eta"] * values["a"], 12) <= high
    assert word in shown("parabola", **values)[0]


@few
@given(SOME)
@example([1.0, 0.5, 0.0, 0.0, 0.0, 0.0])
def test_flattening_says_the_last_step_and_its_two_curvatures(parts):
    values = setting("flattening", parts)
    curve, eta = SoftAbs(), values["eta"]
    before, last = descend(curve, GradientDescent(eta), values["x0"], values["steps"]).x[-2:, 0]
    reading = shown("flattening", **values)[0]
    assert "escaped" not in reading
    assert numbers(r"2/η = (\d[\d.]*)\. ", reading) == [pytest.approx(2 / eta, rel=1e-3)]
    assert ("comes to rest at 0" in reading) == (abs(last) < 1e-3 and eta < 1)
    assert ("is near 0" in reading) == (abs(last) < 1e-3 and eta >= 1)
    if abs(last) >= 1e-3:
        number = r"(-?\d+\.\d+)"
        said = numbers(f"from {number} to {number}, secant curvature {number}, f″ = {number} ", reading)
        right = before, last, secant_curvature(curve, before, last), curve.hessian(last)[0, 0]
        assert said == pytest.approx(right, abs=6e-5)


@pytest.mark.parametrize("x0", [1e-4, -1e-4])
def test_flattening_does_not_call_a_start_above_the_edge_a_place_of_rest(x0):
    """The iterates are still small after two steps, but each is three times the last."""
    assert "comes to rest" not in shown("flattening", eta=2.0, x0=x0, steps=2)[0]


@pytest.mark.parametrize(
    ("preset", "least", "most", "symmetric"),
    [
        ("comes to rest", 1, 1, True),
        ("two-cycle from far", 2, 2, True),
        ("two-cycle from near", 2, 2, True),
        ("lopsided", 2, 2, False),
        ("period four", 4, 4, False),
        ("chaos", 30, 64, None),
    ],
)
def test_presets_of_flattening_do_what_they_say(preset, least, most, symmetric):
    assert len(EXPLORERS["flattening"].presets) == 6
    values = EXPLORERS["flattening"].values(**EXPLORERS["flattening"].presets[preset])
    places = descend(SoftAbs(), GradientDescent(values["eta"]), values["x0"], 6000).x[-64:, 0]
    assert least <= len(set(places.round(6))) <= most
    if symmetric is not None:
        assert (abs(places.mean()) < 1e-6) == symmetric
    assert ("comes to rest" in shown("flattening", **values)[0]) == (most == 1)


@few
@given(SOME)
def test_valley_says_where_the_run_is_and_where_it_should_end(parts):
    values = setting("valley", parts)
    eta, y0, x0, steps = values.values()
    x, y = descend(Valley(), GradientDescent(eta), (x0, y0), steps).x[-1]
    reading = shown("valley", **values)[0]
    edge, flow = numbers(r"2/η = (\d[\d.]*)\. Gradient flow would end at (\d[\d.]*), ", reading)
    assert (edge, flow) == pytest.approx((2 / eta, y0**2 - x0**2), rel=1e-3)
    if y0**2 - x0**2 > 2 / eta:
        (end,) = numbers(r"from well above the edge, is ([\d.]+\d)\. ", reading)
        assert end == pytest.approx(1 / eta + (eta**-2 - 2) ** 0.5, abs=6e-5)
    said = numbers(r"x = (-?\d[\d.e+-]*), y² = ([\d.]+\d), sharpness ([\d.]+\d)\.$", reading)
    assert said == pytest.approx((x, y * y, sharpness(Valley(), (x, y))), rel=0.06, abs=6e-5)
    assert said[1:] == pytest.approx((y * y, sharpness(Valley(), (x, y))), abs=6e-5)


@pytest.mark.parametrize("preset", EXPLORERS["valley"].presets)
def test_presets_of_valley_end_as_predicted(preset):
    assert len(EXPLORERS["valley"].presets) == 4
    values = EXPLORERS["valley"].values(**EXPLORERS["valley"].presets[preset])
    run = descend(Valley(), GradientDescent(values["eta"]), (values["x0"], values["y0"]), values["steps"])
    eta, flow = values["eta"], values["y0"] ** 2 - values["x0"] ** 2
    end = 1 / eta + np.sqrt(1 / eta**2 - 2) if flow > 2 / eta else flow
    glides = preset == "glides to the floor"
    assert run.x[-1, 1] ** 2 == pytest.approx(end, rel=0.04 if glides else 1e-3)
    assert (end * values["eta"] < 2) and (run.x[-1, 1] ** 2 <= end or not glides)
    first, highest = sharpness(Valley(), run.x[0]), sharpness(Valley(), midpoints(run)).max()
    assert (highest * values["eta"] > 2) != glides
    assert (first * values["eta"] < 2) == (preset in ("glides to the floor", "sharpens, then bounces"))


def rod(values):
    """Half the bounce, and the sharpness half way between iterates, of the run that `cycle` shows."""
    run = descend(Valley(values["tilt"]), GradientDescent(values["eta"]), (0.003, 3.0), values["steps"])
    return np.abs(half_differences(run)[:, 0]), sharpness(run.potential, midpoints(run))


@few
@given(SOME)
def test_cycle_says_the_sharpness_and_the_balance(parts):
    values = setting("cycle", parts)
    eta, tilt, _ = values.values()
    width, top = rod(values)
    reading = shown("cycle", **values)[0]
    pattern = r"After (\d+) steps the sharpness is ([\d.]+), half the bounce (\d[\d.e-]*\d)\. "
    count, last, half = numbers(pattern, reading)
    assert (count, last) == (values["steps"], pytest.approx(top[-1], abs=6e-4))
    assert half == pytest.approx(width[-1], rel=0.06)
    assert ("still pulling" in reading) == (top < 2 / eta).all()
    if "still pulling" not in reading:
        highest, balance = numbers(r"so far ([\d.]+\d)\. Pull and push balance at ([\d.]+\d)\.$", reading)
        h = eta * balance / 2
        assert highest == pytest.approx(top.max(), abs=6e-4)
        assert h - 1 / h == pytest.approx(tilt * np.sqrt(balance), abs=2e-3)


@pytest.mark.parametrize(
    ("preset", "arrives"),
    list(zip(EXPLORERS["cycle"].presets, (False, False, True, True, True), strict=True)),
)
def test_presets_of_cycle_do_what_they_say(preset, arrives):
    values = EXPLORERS["cycle"].values(**EXPLORERS["cycle"].presets[preset])
    (width, top), (balance,) = rod(values), numbers(r"at ([\d.]+\d)\.$", shown("cycle", **{**values, "steps": 500})[0])
    assert (abs(top[-1] / balance - 1) < 0.01) == arrives
    assert (top[0] * values["eta"] > 2) == (preset == "starts above")
    assert (top.max() * values["eta"] > 2) == (preset != "sharpens")
    assert arrives == (width[-1] > 0.01)


def test_the_flow_that_cycle_draws_is_the_flow():
    flow = descend(Valley(0.005), GradientFlow(0.2), (0.003, 3.0), 500, every=50)
    assert sharpness(Valley(0.005), flow.x) == pytest.approx((3.0 + 0.2 * 0.005 * flow.steps) ** 2, rel=1e-3)


@few
@given(SOME)
def test_catapult_says_how_far_the_loss_rose_or_that_it_escaped(parts):
    values = setting("catapult", parts)
    eta, seed, steps = values.values()
    model = Catapult(512)
    run = descend(model, GradientDescent(eta), model.start(seed), steps)
    reading = shown("catapult", **values)[0]
    assert ("escaped at step" in reading) == (run.escaped_at is not None)
    if run.escaped_at is not None:
        assert numbers(r"escaped at step (\d+)\.$", reading) == [run.escaped_at]
        assert eta > 3.98
    else:
        assert ("never exceeds" in reading) == (run.loss.max() == run.loss[0])
        assert numbers(r"ηλ = ([\d.]+\d)\.$", reading)[0] == pytest.approx(eta * model.kernel(run.x[-1]), abs=6e-4)


@pytest.mark.parametrize("seed", range(10))
def test_presets_of_catapult_do_what_they_say_from_every_start(seed):
    said = {name: shown("catapult", **preset, seed=seed)[0] for name, preset in EXPLORERS["catapult"].presets.items()}
    assert "never exceeds" in said["falls"] and "escaped at step" in said["escapes"]
    for name in ("rises first", "catapults", "only just comes back"):
        factor, product = numbers(r"rises to (\d[\d.e+]*) times .* ηλ = ([\d.]+\d)\.$", said[name])
        assert factor > 1.5 and product < 2


@pytest.mark.parametrize("run", range(6))
def test_step_sizes_says_whether_it_escaped_and_else_the_sharpness(run):
    eta, escaped = float(RUNS.stepper.eta[run]), int(RUNS.escaped_at[run])
    reading = shown("step_sizes", eta=eta, step=200)[0]
    said = numbers(r"η = (\d[\d.]*), 2/η = (\d[\d.]*)\. ", reading)
    assert said == pytest.approx((eta, 2 / eta), rel=1e-3)
    assert ("escaped at step" in reading) == (escaped >= 0)
    if escaped >= 0:
        assert numbers(r"escaped at step (\d+)", reading) == [escaped]
    else:
        (part,) = numbers(r"sharpness is ([\d.]+\d) times 2/η", reading)
        half = [sharpness(NET, x) for x in RUNS.x[10:, run]]
        assert part == pytest.approx(np.mean(half) * eta / 2, abs=0.011)


def test_both_fates_are_among_the_runs():
    assert RUNS.escaped_at[0] == -1 and RUNS.escaped_at[-1] > 0


@pytest.mark.parametrize(
    ("name", "values", "potential", "bottom"),
    [
        ("parabola", {"a": 5.0}, Quadratic(5.0), 0.0),
        ("flattening", {}, SoftAbs(), 0.0),
        ("step_sizes", {}, NET, THETA),
        ("valley", {"y0": 4.0, "x0": 0.5}, Valley(), (0.0, np.sqrt(15.75))),
        ("cycle", {}, Valley(), (0.0, 3.0)),
        ("catapult", {}, Catapult(2), np.array([1.0, 1.0, 0.0, 0.0])),
    ],
)
def test_the_edge_on_the_slider_is_that_of_the_start_or_bottom(name, values, potential, bottom):
    edge = EXPLORERS[name].edge_values(**values)["eta"]
    assert GradientDescent(edge).threshold == pytest.approx(sharpness(potential, bottom), rel=1e-6)


@pytest.mark.parametrize(
    ("potential", "etas", "x0"),
    [
        (NET, 0.5, THETA),
        (NET, [0.5], THETA),
        (NET, [0.5, 0.2], THETA),
        (NET, [0.5, 0.5], THETA),
        (NET, [[0.2, 0.5]], THETA),
        (NET, [0.2, 0.5], np.stack([THETA, THETA])[:, None]),
        (Quadratic([1.0, 2.0]), [0.2, 0.5], [1.0, 1.0]),
    ],
    ids=["one", "a batch of one", "falling", "equal", "two axes", "two starts", "no network"],
)
def test_step_sizes_refuses_runs_that_it_cannot_show(potential, etas, x0):
    runs = descend(potential, GradientDescent(np.asarray(etas) if np.ndim(etas) else etas), x0, 20)
    with pytest.raises(ValueError, match="runs"):
        eos.explorers.step_sizes(runs, sharpness_along(runs))


def test_step_sizes_refuses_the_sharpness_of_other_runs():
    with pytest.raises(ValueError, match="paths"):
        eos.explorers.step_sizes(RUNS, sharpness_along(descend(NET, GradientDescent(0.5), THETA, 20)))
