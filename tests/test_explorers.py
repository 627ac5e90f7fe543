"""The course's explorers: every one draws everywhere, answers every slider, and says what is true."""

import re
from functools import cache

import numpy as np
import pytest
from found import EXPLORERS, NET, RUNS, THETA, corners, count_drawings, named
from hypothesis import example, given, settings
from hypothesis import strategies as st

import eos.explorers
from eos.curvature import exact, secant_curvature, sharpness
from eos.potentials import Catapult, MLPLoss, Penalized, Product, Quadratic, SoftAbs, Valley, Walls
from eos.steppers import CentralFlow, GradientDescent, GradientFlow
from eos.trajectories import descend, midpoints, sharpness_along
from eos.widgets.screen import Screen

NEURON = MLPLoss([-2, -1, -0.5, 0.5, 1, 2], [-1.1, -0.9, -0.6, 0.5, 1.0, 1.2], hidden=(1,), biases=False)
FLOOR = descend(NEURON, GradientDescent(1.0), (0.6, 1.2), 2000).x[-1]
MATTERS = {name: {"steps": 7} for name in ("flattening", "secant", "long_run")}
MATTERS["adam_on_a_parabola"] = {"steps": 4000}
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
    (factor,) = numbers(r"multiplies x by (-?\d[\d.e+-]*)\. ", reading)
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
        ("glides in", 0.01, 0.99, "glide down"),
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
@example([1.0, 1.0, 0.0, 0.0, 0.0, 0.0])
def test_neuron_says_what_the_steps_have_shown(parts):
    values = setting("neuron", parts)
    eta, steps = values.values()
    run = descend(NEURON, GradientDescent(eta), (0.6, 1.2), steps, escape=100.0)
    moves = np.linalg.norm(np.diff(run.x, axis=0), axis=-1)
    back = np.linalg.norm(run.x[-1] - run.x[-3]) if steps > 1 else np.inf
    reading = shown("neuron", **values)[0]
    assert ("escaped at step" in reading) == (run.escaped_at is not None)
    if run.escaped_at is not None:
        assert numbers(r"escaped at step (\d+) ", reading) == [run.escaped_at]
    elif "settles" in reading:
        assert np.linalg.norm(NEURON.gradient(run.x[-1])) < 0.01 and eta * sharpness(NEURON, run.x[-1]) < 2
    elif "between two points" in reading:
        losses = numbers(r"losses (\d\.\d+) and (\d\.\d+)\.$", reading)
        assert losses == pytest.approx(run.loss[-2:], abs=6e-5) and back < 1e-3 * moves[-1]
    elif "more than two" in reading:
        assert eta > 3.2 and len(np.unique(run.x[-20:].round(1), axis=0)) > 2
    else:
        assert numbers(r"last move was (\d[\d.e-]*) long", reading) == [pytest.approx(moves[-1], rel=0.05)]


@pytest.mark.parametrize(
    ("preset", "rests", "word"),
    [
        ("settles", True, "settles"),
        ("bounces, and settles", True, "settles"),
        ("bounces between two points", False, "between two points"),
        ("more than two points", False, "more than two"),
        ("escapes", False, "escaped at step"),
    ],
)
def test_presets_of_neuron_do_what_they_say(preset, rests, word):
    assert len(EXPLORERS["neuron"].presets) == 5
    values = EXPLORERS["neuron"].values(**EXPLORERS["neuron"].presets[preset])
    assert word in shown("neuron", **values)[0]
    x = descend(NEURON, GradientDescent(values["eta"]), (0.6, 1.2), 4000).x
    assert (np.linalg.norm(x[-1] - x[-2]) < 1e-6) == rests
    if preset == "bounces, and settles":  # it crosses the floor at each of its first steps
        across = (x[:8] - x[-1]) @ exact(NEURON, x[-1]).vectors[0]
        assert (across[:-1] * across[1:] < 0).all()


def test_neuron_bounces_just_above_its_edge_and_not_just_below():
    edge = EXPLORERS["neuron"].edge_values()["eta"]
    last = [descend(NEURON, GradientDescent(share * edge), (0.6, 1.2), 4000).x[-2:] for share in (0.99, 1.01)]
    moves = [np.linalg.norm(np.diff(x, axis=0)) for x in last]
    assert moves[0] < 1e-6 and moves[1] > 0.1


NUMBER = r"(-?\d+\.\d+)"


@few
@given(SOME)
@example([1.0, 0.5, 0.0, 0.0, 0.0, 0.0])
def test_flattening_says_the_last_step_and_the_curvature_there(parts):
    values = setting("flattening", parts)
    run = descend(SoftAbs(), GradientDescent(values["eta"]), values["x0"], values["steps"])
    right = values["eta"], values["steps"], *run.x[-2:, 0], sharpness(SoftAbs(), run.x[-1])
    pattern = rf"size ([\d.]+), step (\d+): from {NUMBER} to {NUMBER}\. The curvature there is {NUMBER}\.$"
    assert numbers(pattern, shown("flattening", **values)[0]) == pytest.approx(right, rel=1e-3, abs=6e-5)


@pytest.mark.parametrize("preset", EXPLORERS["flattening"].presets)
def test_presets_of_flattening_do_what_they_say(preset):
    values = EXPLORERS["flattening"].values(**EXPLORERS["flattening"].presets[preset])
    run = descend(SoftAbs(), GradientDescent(values["eta"]), values["x0"], values["steps"])
    (start, *_, last), bounce = np.abs(run.x[:, 0]), 1.0714
    if preset == "comes to rest":
        assert last < 1e-3
    else:
        assert (start < last) == ("thrown out" in preset) and last == pytest.approx(bounce, abs=1e-3)
        assert ("far" in preset) == (start > bounce)


@few
@given(SOME)
@example([1.0, 0.5, 0.0, 0.0, 0.0, 0.0])
def test_secant_says_the_curvatures_at_two_points_and_between_them(parts):
    values, curve = setting("secant", parts), SoftAbs()
    ends = descend(curve, GradientDescent(values["eta"]), values["x0"], values["steps"]).x[-2:]
    reading = shown("secant", **values)[0]
    assert ("stands still" in reading) == (ends[0, 0] == ends[1, 0])
    if "stands still" not in reading:
        said = numbers(rf"points {NUMBER} and {NUMBER}, secant curvature {NUMBER}\.$", reading)
        right = *sharpness(curve, ends), secant_curvature(curve, *ends)
        assert said == pytest.approx(right, abs=6e-5)


@pytest.mark.parametrize(
    ("preset", "agree", "between"),
    [("no bounce", True, 2.0), ("a small bounce", False, 2 / 1.05), ("they part", False, 0.8),
     ("a bounce that leans", False, 0.5)],
)  # fmt: skip
def test_presets_of_secant_do_what_they_say(preset, agree, between):
    assert len(EXPLORERS["secant"].presets) == 4
    reading = shown("secant", **EXPLORERS["secant"].presets[preset])[0]
    one, other, secant = numbers(rf"points {NUMBER} and {NUMBER}, secant curvature {NUMBER}\.$", reading)
    assert secant == pytest.approx(between, abs=1e-3)
    assert (abs(one - secant) < 1e-3) == agree
    assert (max(one, other) < 0.5 * secant) == (preset == "they part")
    assert (abs(one - other) > 0.1) == (preset == "a bounce that leans")


def test_the_secant_is_drawn_through_the_last_two_points_of_the_slope_and_the_edge_beside_it():
    values = EXPLORERS["secant"].values(eta=2.5, steps=9)
    screen = Screen(EXPLORERS["secant"].setup, EXPLORERS["secant"].size)
    screen.show(values)
    ends = descend(SoftAbs(), GradientDescent(2.5), values["x0"], 9).x[-2:]
    left, right = screen._figure.axes
    assert np.allclose(named(left, "secant").get_xydata(), np.column_stack([ends[:, 0], SoftAbs().gradient(ends)]))
    (x, y) = named(left, "telling").get_data()
    assert np.allclose(np.diff(y) / np.diff(x), 2 / 2.5)
    assert named(right, "secant").get_ydata()[-1] == pytest.approx(secant_curvature(SoftAbs(), *ends))
    assert np.allclose(named(right, "f″ at x").get_ydata()[-2:], sharpness(SoftAbs(), ends))


@few
@given(SOME)
def test_long_run_says_the_last_places(parts):
    values = setting("long_run", parts)
    run = descend(SoftAbs(), GradientDescent(values["eta"]), values["x0"], values["steps"])
    said = [float(place) for place in shown("long_run", **values)[0].split("places: ")[1].rstrip(".").split(", ")]
    assert len(said) == min(4, len(run.x) // 2 + 1)
    assert said == pytest.approx(run.x[-len(said) :, 0].tolist(), abs=6e-4)


@pytest.mark.parametrize(
    ("preset", "least", "most", "leans"),
    [("rest", 1, 1, 0), ("two places", 2, 2, 0), ("two, leaning", 2, 2, -1), ("two, leaning the other way", 2, 2, 1),
     ("four", 4, 4, -1), ("no order", 30, 64, None), ("order again", 3, 12, None)],
)  # fmt: skip
def test_presets_of_long_run_do_what_they_say(preset, least, most, leans):
    assert len(EXPLORERS["long_run"].presets) == 7
    values = EXPLORERS["long_run"].values(**EXPLORERS["long_run"].presets[preset])
    places = descend(SoftAbs(), GradientDescent(values["eta"]), values["x0"], 6000).x[-64:, 0]
    assert least <= len(set(places.round(6))) <= most
    if leans is not None:
        assert np.sign(places.mean().round(6)) == leans


@few
@given(SOME)
def test_valley_says_where_the_run_is_and_where_it_should_end(parts):
    values = setting("valley", parts)
    eta, y0, x0, steps = values.values()
    x, y = descend(Valley(), GradientDescent(eta), (x0, y0), steps).x[-1]
    reading = shown("valley", **values)[0]
    edge, flow = numbers(r"2/η = (\d[\d.]*)\. Gradient flow would end at sharpness (\d[\d.]*\d)\. ", reading)
    assert (edge, flow) == pytest.approx((2 / eta, y0**2 - x0**2), rel=1e-3)
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


def bounced(values, valley):
    """w = (x y)^2 and S = y^2 of the run that `tilted` or `walls` shows."""
    y0 = np.sqrt(2 / values["eta"] + values["above"])
    z0 = 0.01 if "tilt" in values else 0.03
    run = descend(valley, GradientDescent(values["eta"]), (z0 / y0, y0), values["steps"], escape=100.0)
    return run, run.x.prod(-1) ** 2, run.x[:, 1] ** 2


@few
@given(SOME)
def test_tilted_says_the_sharpness_of_the_floor_and_the_size_of_the_bounce(parts):
    values = setting("tilted", parts)
    _, w, sharp = bounced(values, Valley(values["tilt"]))
    pattern = r"start at S = ([\d.]+)\. After step (\d+): S = ([\d.]+), w = (\d[\d.e-]*)\. Highest S so far ([\d.]+)\.$"
    said = numbers(pattern, shown("tilted", **values)[0])
    assert said == pytest.approx((sharp[0], values["steps"], sharp[-1], w[-1], sharp.max()), rel=0.06, abs=6e-4)
    assert said[2] == pytest.approx(sharp[-1], abs=6e-4)


@pytest.mark.parametrize("preset", EXPLORERS["tilted"].presets)
def test_presets_of_tilted_do_what_they_say(preset):
    values = EXPLORERS["tilted"].values(**EXPLORERS["tilted"].presets[preset])
    _, w, sharp = bounced(values, Valley(values["tilt"]))
    above = sharp * values["eta"] > 2
    assert above[0] == (preset == "starts above the edge")
    assert above.any() == (preset != "sharpens")
    crossings = (above[1:] != above[:-1]).sum()
    if preset == "comes to rest by laps":
        assert crossings > 2 and np.ptp(sharp[-20:]) < 0.2 * np.ptp(sharp)
    if preset == "bounces, flattens":
        assert sharp[-1] < sharp.max() - 0.1 and w[-1] > 0.01
    if preset == "pulled hard: one overshoot":
        top = sharp.argmax()
        assert (np.diff(sharp[:top]) > 0).all() and (np.diff(sharp[top:]) < 1e-3).all()


@few
@given(SOME)
def test_walls_says_where_the_run_is_or_that_it_escaped(parts):
    values = setting("walls", parts)
    run, w, sharp = bounced(values, Valley(walls=Walls(values["bend"])))
    reading = shown("walls", **values)[0]
    assert ("escaped at step" in reading) == (run.escaped_at is not None)
    if run.escaped_at is None:
        said = numbers(r"After step (\d+): w = (\d[\d.e-]*), and on the floor below S = (\d+\.\d+)\.$", reading)
        assert said == pytest.approx((values["steps"], w[-1], sharp[-1]), rel=0.06, abs=6e-5)
    else:
        assert numbers(r"escaped at step (\d+)", reading) == [run.escaped_at]


@pytest.mark.parametrize("preset", EXPLORERS["walls"].presets)
def test_presets_of_walls_do_what_they_say(preset):
    values = EXPLORERS["walls"].values(**EXPLORERS["walls"].presets[preset])
    run, w, sharp = bounced({**values, "steps": 300}, Valley(walls=Walls(values["bend"])))
    assert (run.escaped_at is not None) == (preset == "is thrown out")
    if values["bend"] < 0:
        assert sharp[-1] == pytest.approx(2 / values["eta"] + 3 * values["eta"] / values["bend"], abs=0.12)
    if preset == "about as far below as it began above":
        assert sharp[-1] - 8 == pytest.approx(8 - sharp[0], abs=0.2)


@pytest.mark.parametrize("name", ["walls", "tilted"])
def test_the_bounce_stops_growing_on_the_line_that_says_so(name):
    """Where the run's own w turns, w and S - 2/eta are on the line, to leading order in w."""
    explorer = EXPLORERS[name]
    values = explorer.values(steps=explorer.sliders[-1].high)
    fresh = Screen(explorer.setup, explorer.size)
    fresh.show(values)
    (plane,) = (ax for ax in fresh._figure.axes if "size of the bounce" in ax.get_xlabel())
    assert plane.get_legend().get_texts()[0].get_text() == "stops growing"
    style = plane.get_legend().legend_handles[0].get_linestyle()
    line = next(line for line in plane.lines if line.get_gid() == "telling" and line.get_linestyle() == style)
    _, w, sharp = bounced(values, Valley(values.get("tilt", 0.0)))
    top = w.argmax()
    assert np.interp(w[top], *line.get_data()) == pytest.approx(sharp[top] - 2 / values["eta"], abs=0.25)


def test_the_flow_that_tilted_draws_is_the_flow():
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
        ("neuron", {}, NEURON, FLOOR),
        ("flattening", {}, SoftAbs(), 0.0),
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


@few
@given(SOME)
@example([0.31, 0.5, 1.0, 0, 0, 0])
def test_three_paths_says_the_sharpness_of_each_and_the_size_of_the_bounce(parts):
    values = setting("three_paths", parts)
    eta, tilt, steps = values.values()
    start = np.array([0.1, 1.0]) * (y0 := np.sqrt(2 / eta - 0.5)) ** np.array([-1.0, 1.0])
    runs = [descend(Valley(tilt), GradientDescent(eta), start, steps)]
    runs += [descend(Valley(tilt), stepper, start, steps) for stepper in (GradientFlow(eta), CentralFlow(eta))]
    reading = shown("three_paths", **values)[0]
    number = r"([\d.]+\d)"
    said = numbers(f"gradient flow {number}, central flow {number}, gradient descent, half way, {number}", reading)
    places = runs[1].x[-1], runs[2].x[-1], midpoints(runs[0])[-1]
    for told, x, within in zip(said, places, (1e-3, 2e-2, 1e-3), strict=True):
        assert told == pytest.approx(sharpness(Valley(tilt), x), rel=within, abs=within)
    (wide,) = numbers(r"Half-difference² (\d[\d.e-]*),", reading)
    assert wide == pytest.approx(np.square(runs[0].x[-1] - runs[0].x[-2]).sum() / 4, rel=0.06, abs=1e-30)
    assert start[1] == y0


def test_settled_the_bounce_of_three_paths_is_as_wide_as_predicted():
    for values in ({"tilt": 0.01}, {"tilt": 0.02, "eta": 0.25}, {"tilt": 0.05, "eta": 0.16}):
        reading = shown("three_paths", **values, steps=500)[0]
        wide, told = numbers(r"Half-difference² (\d[\d.e-]*), predicted (\d[\d.e-]*)\.$", reading)
        assert wide == pytest.approx(told, rel=0.12)


@few
@given(SOME)
def test_two_biases_says_where_the_long_steps_and_the_penalty_lead(parts):
    values = setting("two_biases", parts)
    eta, strength, steps = values.values()
    reading = shown("two_biases", **values)[0]
    said = numbers(r"long steps S = ([\d.]+\d), .* with the penalty S = ([\d.]+\d), L = ", reading)
    run = descend(Product(2), GradientDescent(eta), (3.0, 0.3), steps)
    flow = descend(Penalized(Product(2), strength), GradientFlow(eta), (3.0, 0.3), steps)
    for number, way in zip(said, (run, flow), strict=True):
        assert number == pytest.approx(sharpness(Product(2), way.x[-1]), abs=2e-3)


def test_the_bounce_prefers_only_above_the_edge_and_the_penalty_always():
    for eta in (0.1, 0.16, 0.2, 0.26, 0.3):
        reading = shown("two_biases", eta=eta, strength=0.1, steps=300)[0]
        long, held = numbers(r"long steps S = ([\d.]+\d), .* with the penalty S = ([\d.]+\d), L = ", reading)
        flow = np.sqrt((3.0**2 - 0.3**2) ** 2 + 4)
        assert (long > 0.99 * flow) == (2 / eta > flow)
        assert held == pytest.approx(2 - 3 * 0.1, abs=0.01)
