"""Live training without a browser: replays, recipes, the panel on an event loop of its own, the sweep."""

import asyncio
import io
from functools import partial
from threading import Event, Thread
from time import sleep

import numpy as np
import pytest
from hand import does, paste, press, says, turn
from PIL import Image

from eos import explorers
from eos.curvature import exact
from eos.explorers import sweep, training
from eos.live import panel as live
from eos.live import session
from eos.live.session import Scene, read_moves, replay
from eos.live.stage import stage
from eos.pictures.labels import Label
from eos.pictures.style import DRAWING
from eos.potentials import MLPLoss, chebyshev, digits, one_hot
from eos.steppers import GradientDescent, GradientFlow, HeavyBall
from eos.trajectories import descend, merged, sharpness_along
from eos.trajectories.steered_run import RECENT
from eos.widgets import background
from eos.widgets.screen import Screen

NET = MLPLoss(*chebyshev(4, 12), hidden=(6,))
SCENE = Scene("small", NET, NET.init_torch(0), (0.05, 0.3, 2.0), reach=20.0)


@pytest.fixture
def panel():
    return training(SCENE, steps=20).panel()


@pytest.fixture(scope="module")
def untouched():
    """A panel for tests that leave it as it was."""
    return training(SCENE, steps=20).panel()


def pixels(panel) -> bytes:
    image = Image.open(io.BytesIO(panel.picture))
    image.load()
    return image.tobytes()


def on_a_loop(scenario):
    """Run the coroutine that `scenario()` makes, and let what it leaves behind finish."""

    async def whole():
        await scenario()
        await asyncio.sleep(0.1)

    asyncio.run(whole())


async def until(reached, seconds=10.0):
    for _ in range(int(seconds / 0.02)):
        if reached():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("waited in vain")


# ---- pictures


def noted(screen) -> list:
    """The moving artists of a screen, each as often as it is drawn from now on."""
    drawn = []
    for artist in screen._moving:
        artist.draw = lambda renderer, artist=artist, draw=artist.draw: (drawn.append(artist), draw(renderer))
    return drawn


def test_a_long_restless_past_takes_no_time_in_the_next_picture(panel):
    run = panel.session.run
    for turn in range(200):
        run.set("eta", 0.1 + 0.4 * (turn % 2))
        run.advance(60)
    assert run.history.stride >= 32 and run.step % run.history.stride < run.history.stride - 2
    drawn = noted(panel._screen())
    for _ in range(2):
        panel._frame()
        drawn.clear()
        run.advance(1)
    panel._frame()
    points = [len(artist.get_xdata()) for artist in drawn if hasattr(artist, "get_xdata")]
    assert points and max(points) <= RECENT  # the window of the last steps has so many


def test_the_picture_of_a_run_that_went_on_is_that_of_one_drawn_anew(panel):
    run = panel.session.run
    for eta in (0.5, 0.2, 1.0, 0.3):
        run.set("eta", eta)
        run.advance(700)
        panel._frame()
    run.go_back()
    panel._frame()
    again = stage(panel.session)
    fresh = Screen(again.setup, again.size)
    fresh.show(panel.values)
    assert np.array_equal(fresh.pixels, panel._screen().pixels)


@pytest.mark.parametrize("lecture", [False, True])
@pytest.mark.parametrize("eta", [SCENE.eta[0], SCENE.eta[-1]])
def test_its_words_fit_into_their_panels(eta, lecture):
    session = training(SCENE, steps=20, eta=eta, held=0).session()
    session.tests = [(123_456, np.ones(9), np.ones(9))] * 2
    session.run.advance(200)
    screen = Screen(stage(session).setup, stage(session).size, lecture=lecture)
    screen.show({"eta": eta})
    for label in (artist for artist in screen._moving if isinstance(artist, Label)):
        if label.get_text():
            words, axes = label.get_window_extent(), label.axes.bbox
            assert axes.x0 - 2 <= words.x0 and words.x1 <= axes.x1 + 2, label.get_text()


# ---- recipes


def test_a_recipe_restores_the_picture_to_the_last_pixel(panel):
    panel.go(eta=0.5)
    for _ in range(3):
        press(panel, "step")
    press(panel, "held")
    press(panel, "step")
    line, picture = says(panel, "recipe"), pixels(panel)
    assert line == "small(eta=0.3, eta_at_20=0.5, held_at_23=0, steps=24)"
    press(panel, "Restart")
    assert pixels(panel) != picture and says(panel, "recipe") == "small(eta=0.3, steps=20)"
    paste(panel, line)
    assert pixels(panel) == picture and says(panel, "recipe") == line and not panel.session.run.held


@pytest.mark.parametrize("steps", [0, 37, 2410])
def test_a_recipe_restores_the_way_back_in_another_panel(panel, steps):
    panel.go(eta=0.5)
    panel.session.run.advance(steps)
    press(panel, "held")
    panel.session.run.advance(3)
    press(panel, "back")
    other = training(SCENE, steps=0).panel()
    other.go(eta=0.2)
    paste(other, says(panel, "recipe"))
    assert pixels(other) == pixels(panel) and other.reading == panel.reading


def test_a_recipe_is_a_call():
    moves = {"eta": 0.3, "eta_at_40": 0.5, "held_at_50": 0, "steps": 80}
    session = training(SCENE, **moves).session()
    assert session.recipe() == "small(eta=0.3, eta_at_40=0.5, held_at_50=0, steps=80)"
    np.testing.assert_array_equal(session.run.x, replay(SCENE, *read_moves(moves, SCENE)).run.x)
    assert not session.run.held and session.run.eta == 0.5


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("small", "a recipe looks like small"),
        ("parabola(eta=1)", "this recipe is for parabola"),
        ("small(eta=9, steps=5)", "eta must be between"),
        ("small(eta_at_x=0.2)", "a move is"),
        ("small(steps_at_3=1)", "a move is"),
        ("small(beta=0.9)", "'beta'"),
        ("small(held=2)", "held must be 0 or 1"),
        ("small(steps=2.5)", "steps must be a whole number"),
        ("small(steps=2000001)", "steps must be a whole number from 0 to 2000000"),
        ("small(steps=ten)", "steps must be a number"),
        ("small(eta_at_9=0.2, steps=8)", "eta_at_9 comes after the last of steps=8"),
        ("small(eta_at_3=0.2, eta_at_03=0.4, steps=8)", "eta_at_03 says eta at step 3 for the second time"),
        ("small(eta=0.2, eta_at_0=0.4, steps=8)", "eta_at_0 says eta at step 0 for the second time"),
        ("small(eta_at_=0.2)", "a move is"),
        ("small(Eta=0.2)", "a move is"),
        (f"small(eta_at_{'9' * 5000}=0.2)", "a move is"),
    ],
)
def test_a_malformed_recipe_says_what_is_wrong_and_changes_nothing(untouched, line, word):
    panel = untouched
    picture, step = pixels(panel), panel.session.run.step
    paste(panel, line)
    assert word in says(panel, "fault")
    assert pixels(panel) == picture and panel.session.run.step == step


@pytest.mark.parametrize(
    ("call", "word"),
    [
        (lambda: training("chebyshev 9"), "scene must be one of chebyshev 4"),
        (lambda: training(SCENE, eta=3.0), "eta"),
        (lambda: training(SCENE, lr=0.1), "lr"),
        (lambda: training(SCENE, eta_at_3500=0.45), "eta_at_3500 comes after the last of steps=0"),
        (lambda: training(SCENE, steps=None), "steps must be a whole number from 0 to 2000000, got None"),
        (lambda: training(SCENE, held="no"), "held must be 0 or 1, got 'no'"),
        (lambda: Scene("a b", NET, NET.init_torch(0), (0.1, 0.3, 2.0)), "name must be a Python name, got 'a b'"),
        (lambda: Scene(3, NET, NET.init_torch(0), (0.1, 0.3, 2.0)), "name must be a Python name, got 3"),
        (lambda: Scene("s", NET, np.zeros(3), (0.1, 0.3, 2.0)), "theta has shape"),
        (lambda: Scene("s", NET, np.full(NET.dim, np.nan), (0.1, 0.3, 2.0)), "theta must be finite"),
        (lambda: Scene("s", NET, np.zeros((2, NET.dim)), (0.1, 0.3, 2.0)), "theta must be one point"),
        *[
            (lambda bad=bad: Scene("s", NET, NET.init_torch(0), bad), r"eta must be \(lowest, at the start, highest\)")
            for bad in ((0.5, 0.3, 2.0), (0.3,) * 3, 0.3, (0.1, 0.2), None, "abc", (0, 0.2, 0.3), (0.1, 0.2, np.inf))
        ],
        *[
            (lambda bad=bad: Scene("s", NET, NET.init_torch(0), (0.1, 0.3, 2.0), loss=bad), r"loss must be \(lowest, h")
            for bad in ((1.0, 1e-3), (0.0, 1.0), 5.0, (1.0, np.nan), "ab")
        ],
        (lambda: Scene("s", NET, NET.init_torch(0), (0.1, 0.3, 2.0), reach=1j), "reach must be one positive"),
        (lambda: Scene("s", MLPLoss(digits(9)[0], one_hot(digits(9)[1])), None, (0.1, 0.2, 0.3)), "one input"),
    ],
)
def test_bad_input_is_refused_by_name(call, word):
    with pytest.raises(ValueError, match=word):
        call()


# ---- any stepper


ROLLING = Scene("rolling", NET, NET.init_torch(0), (0.05, 0.1, 2.0), stepper=partial(HeavyBall, beta=0.5))


def test_a_recipe_restores_a_run_with_momentum():
    panel = training(ROLLING, steps=60).panel()
    assert panel.reading.startswith("Step 60, η = 0.1: the sharpness is") and "2(1+β)/η = 30." in panel.reading
    panel.go(eta=0.2)
    press(panel, "step")
    line, picture = says(panel, "recipe"), pixels(panel)
    assert line == "rolling(eta=0.1, eta_at_60=0.2, steps=61)"
    other = training(ROLLING, steps=0).panel()
    paste(other, line)
    assert pixels(other) == picture
    paste(other, "rolling(eta=0.1, beta=0.9, beta_at_30=0, steps=50)")
    run = other.session.run
    assert (run.step, run.stepper.beta, run.edge) == (50, 0.0, 20.0) and says(other, "fault") == ""
    assert says(other, "recipe") == "rolling(beta=0.9, eta=0.1, beta_at_30=0, steps=50)"
    paste(other, "rolling(beta=1.5, steps=50)")
    assert "beta must be a number in [0, 1), got 1.5" in says(other, "fault") and run.step == 50


def test_a_stepper_without_an_edge_can_be_shown():
    scene = Scene("flowing", NET, NET.init_torch(0), (0.05, 0.1, 2.0), stepper=GradientFlow)
    assert "Step 10, η = 0.1" in training(scene, steps=10).still().alt


def test_an_edge_test_takes_the_velocity_with_it():
    session = training(ROLLING, steps=50).session()
    session.test_edge()
    ((step, kept, _),) = session.tests
    whole = descend(NET, HeavyBall(0.1, 0.5), NET.init_torch(0), 200)
    np.testing.assert_allclose(kept, whole.loss[50:201] / whole.loss[50], rtol=1e-9)


def test_a_sweep_takes_any_stepper_and_says_which_escaped():
    etas = np.array([0.1, 0.4, 4.0])
    swept = sweep(NET, NET.init_torch(0), etas, 400, stepper=partial(HeavyBall, beta=0.5))
    alone = [descend(NET, HeavyBall(eta, 0.5), NET.init_torch(0), 400, every=20) for eta in etas]
    assert [run.escaped_at for run in alone[:2]] == [None, None] and alone[2].escaped_at > 0
    np.testing.assert_array_equal(swept.runs.escaped_at, [run.escaped_at or -1 for run in alone])
    np.testing.assert_allclose(swept.runs.x[:, 0], alone[0].x, rtol=1e-9)
    assert swept.runs.kept["velocity"].shape == swept.runs.x.shape
    assert "2(1+β)/η = 30." in swept.still(eta=0.1).alt


# ---- what is to be seen


@pytest.mark.parametrize("name", ["chebyshev 4", "chebyshev 5", "chebyshev 6"])
def test_every_scene_starts_below_its_edge_and_inside_its_axes(name):
    session = training(name, steps=100).session()
    scene, run = session.scene, session.run
    start = exact(scene.net, scene.theta).values[0]
    assert start < 2.0 / scene.eta[1] and scene.reach > 2.0 / scene.eta[1]
    assert scene.loss[0] < run.loss < scene.loss[1] and run.escaped_at is None


def test_the_reading_follows_the_run(panel):
    assert panel.reading.startswith("Step 20, η = 0.3: the sharpness is")
    panel.go(eta=2.0)
    for _ in range(5):
        press(panel, "step")
    assert "η is held back to" in panel.reading
    assert panel.session.run.eta_used == pytest.approx(1.5 * 2 / panel.session.run.sharpness[0], rel=0.3)
    panel.go(eta=0.05)
    press(panel, "step")
    assert "not seen to sharpen beyond 20" in panel.reading, "2 / 0.05 = 40"


def test_it_begins_at_the_first_step():
    assert training("chebyshev 4").session().run.step == 0


@pytest.mark.parametrize("steps", [100, 700])
def test_the_window_shows_the_last_steps_in_parts_of_the_edge(steps):
    session = training(SCENE, eta=0.2, eta_at_60=0.4, held=0, steps=steps).session()
    explorer = stage(session)
    screen = Screen(explorer.setup, explorer.size)
    screen.show(explorer.values())
    (ax,) = [ax for ax in screen._figure.axes if ax.get_title(loc="left") == f"last {RECENT} steps"]
    lines = [line for line in ax.lines if line.get_animated()]
    run = descend(NET, GradientDescent(0.2), SCENE.theta, 60)
    run = np.concatenate([run.x, descend(NET, GradientDescent(0.4), run.x[-1], steps - 60).x[1:]])
    shown = min(RECENT, steps + 1)
    edges = np.where(np.arange(steps + 1) <= 60, 10.0, 5.0)[-shown:]
    for line, which in zip(lines, (1, 0), strict=True):
        tops = np.array([exact(NET, x, 2).values[which] for x in run[-shown:]])
        np.testing.assert_array_equal(line.get_xdata()[-shown:], np.arange(1 - shown, 1))
        np.testing.assert_allclose(line.get_ydata()[-shown:][::2], (tops / edges)[::2], rtol=0.05)
        assert np.isnan(line.get_ydata()[:-shown]).all()


def axes_shown(screen) -> set[str]:
    return {ax.get_title(loc="left") for ax in screen._figure.axes if ax.get_visible()} - {""}


def test_the_edge_test_takes_the_place_of_the_fit_when_asked_for(panel):
    assert axes_shown(panel._screen()) == {f"last {RECENT} steps", "the fit"}
    press(panel, "test")
    assert axes_shown(panel._screen()) == {f"last {RECENT} steps", "edge test"}
    press(panel, "Restart")
    assert axes_shown(panel._screen()) == {f"last {RECENT} steps", "the fit"}


def test_the_sharpness_has_the_largest_panel(panel):
    areas = {ax.get_ylabel(): ax.bbox.width * ax.bbox.height for ax in panel._screen()._figure.axes}
    assert max(areas, key=areas.get) == "curvature"


def test_each_control_changes_the_picture(panel):
    seen = {pixels(panel)}
    for act in (
        lambda: panel.go(eta=0.4),
        lambda: press(panel, "step"),
        lambda: press(panel, "test"),
        lambda: press(panel, "lecture"),
    ):
        act()
        seen.add(pixels(panel))
    assert len(seen) == 5


def test_presets_raise_and_lower_the_step_size_within_its_range(panel):
    press(panel, "more")
    assert panel.values["eta"] == panel.session.run.eta == 0.45
    for _ in range(8):
        press(panel, "more")
    assert panel.values["eta"] == 2.0
    press(panel, "less")
    assert panel.values["eta"] == 1.33


def test_the_edge_test_tells_the_edge_from_what_lies_before():
    session = training("chebyshev 4", steps=300).session()
    session.test_edge()
    assert session.verdict() == "Edge test at step 300: with η × 1.1 nothing happens."
    session = training("chebyshev 4", steps=3000).session()
    session.test_edge()
    (step, same, raised), words = session.tests[-1], session.verdict()
    assert step == 3000 and raised.max() > 20 > 5 > same.max() and "the loss rises to" in words
    assert session.run.step == 3000, "the test trains copies"


@pytest.mark.parametrize(
    ("same", "raised", "words"),
    [
        (1.0, 1.04, "nothing happens."),
        (1.01, 1.21, "the loss rises to 1.2 times its value, with the same η it does not rise."),
        (1.3, 7.0, "the loss rises to 7 times its value, with η, to 1.3."),
        (1.0, np.nan, "the copy escapes."),
    ],
)
def test_the_verdict_of_an_edge_test(same, raised, words):
    session = training(SCENE, steps=20).session()
    session.tests = [(20, np.array([1.0, same, 0.9]), np.array([1.0, raised, 0.9]))]
    assert session.verdict() == f"Edge test at step 20: with η × 1.1 {words}"


def test_the_saved_notebook_keeps_picture_and_text():
    bundle = training(SCENE, steps=20)._repr_mimebundle_()
    assert 'alt="Step 20' in bundle["text/html"]
    assert bundle["text/plain"].startswith("small(eta=0.3, steps=20)\nStep 20,")
    assert training(SCENE, steps=20).still().png == training(SCENE, steps=20).still().png


# ---- playing


def test_it_plays_at_its_pace_and_pauses():
    async def scenario():
        panel = training(SCENE, steps=20).panel()
        press(panel, "slow motion")
        press(panel, "play")
        await asyncio.sleep(1.05)
        assert 3 <= panel.session.run.step - 20 <= 12 and "Pause" in panel.buttons["play"]["text"]
        press(panel, "fastest")
        await until(lambda: panel.session.run.step > 300)
        panel.go(eta=0.5)
        assert panel.session.run.eta == 0.5
        press(panel, "play")
        await until(lambda: panel._background._task.done())
        step = panel.session.run.step
        await asyncio.sleep(0.1)
        assert panel.session.run.step == step and "Play" in panel.buttons["play"]["text"]
        assert f"Step {step}" in says(panel, "reading")
        await until(lambda: says(panel, "recipe").endswith(f"steps={step})"))

    on_a_loop(scenario)


def test_it_stops_when_nobody_looks_when_made_anew_and_at_the_maximum(monkeypatch):
    monkeypatch.setattr(session, "MOST_STEPS", 70)

    async def scenario():
        panel = training(SCENE, steps=20).panel()
        press(panel, "fastest")
        press(panel, "play")
        await until(lambda: not panel.playing)
        await until(lambda: disabled(panel, "play", "Restart") == [True, False])
        assert panel.session.run.step >= 70
        monkeypatch.setattr(session, "MOST_STEPS", 10**9)
        panel.show_buttons()
        press(panel, "play")
        panel._view_count = 1
        panel._view_count = 0
        assert not panel.playing and not panel._background.on
        await until(lambda: panel._background._task.done())
        press(panel, "play")
        await asyncio.sleep(0.1)
        training(SCENE, steps=20).panel()
        await until(lambda: not panel.playing)

    on_a_loop(scenario)


USELESS = "play", "step", "test", "held", "more", "less", "fastest"
"""Buttons that do nothing after an escape."""


def disabled(panel, *ids) -> list[bool]:
    return [bool(panel.buttons[id].get("disabled")) for id in ids]


def test_an_escape_pauses_and_goes_back():
    async def scenario():
        panel = training(SCENE, steps=100).panel()
        press(panel, "held")
        panel.go(eta=2.0)
        panel.session.run.x = 400.0 * panel.session.run.x  # what a mishap looks like, sooner
        press(panel, "fastest")
        press(panel, "play")
        await until(lambda: panel.session.run.escaped_at is not None or panel.session.run.step > 30_000)
        await until(lambda: disabled(panel, "play") == [True])
        assert panel.reading.startswith(f"Escaped at step {panel.session.run.escaped_at}, η = 2.")
        assert all(disabled(panel, *USELESS)) and panel.frozen and not any(disabled(panel, "back", "Restart"))
        press(panel, "step")
        press(panel, "test")
        assert panel.session.run.escaped_at is not None
        press(panel, "back")
        assert panel.session.run.step <= 100 and panel.values["eta"] == 0.3 and panel.session.run.held
        assert not any(disabled(panel, *USELESS)) and not panel.frozen
        assert all(disabled(panel, "back")), "it has gone back"
        press(panel, "step")
        assert not any(disabled(panel, "back"))

    on_a_loop(scenario)


def test_it_pauses_when_no_page_shows_it(monkeypatch):
    monkeypatch.setattr(live, "UNSEEN", 0.3)

    async def scenario():
        panel = training(SCENE, steps=20).panel()
        press(panel, "play")
        for _ in range(6):
            await asyncio.sleep(0.1)
            does(panel, {"here": True})
        assert panel.playing
        await until(lambda: not panel.playing, 2.0)
        await until(lambda: "no page showed it" in says(panel, "fault"))
        press(panel, "play")
        await asyncio.sleep(0.1)
        assert panel.playing and says(panel, "fault") == ""
        press(panel, "play")

    on_a_loop(scenario)


def test_a_long_recipe_replays_with_a_bar_and_can_be_cancelled():
    async def scenario():
        panel = training(SCENE, steps=20).panel()
        before = pixels(panel)
        paste(panel, "small(eta=0.2, steps=60000)")
        assert panel.share is not None and panel.frozen and not panel.buttons["cancel"]["disabled"]
        await until(lambda: panel.share and panel.share > 0)
        assert disabled(panel, "play", "back", "Restart") == [True] * 3
        press(panel, "cancel")
        await until(lambda: panel.share is None)
        assert pixels(panel) == before and says(panel, "recipe") == "small(eta=0.3, steps=20)" and not panel.frozen
        paste(panel, "small(eta=0.2, eta_at_1000=0.4, steps=2500)")
        await until(lambda: panel.share is None and panel.session.run.step == 2500)
        whole = replay(SCENE, 2500, {(0, "eta"): 0.2, (1000, "eta"): 0.4})
        np.testing.assert_array_equal(panel.session.run.x, whole.run.x)
        await until(lambda: says(panel, "recipe") == "small(eta=0.2, eta_at_1000=0.4, steps=2500)")

    on_a_loop(scenario)


def test_a_method_is_chosen_and_recipes_bring_its_scene_back():
    scenes = explorers.training_scenes("chebyshev 6")
    panel = training("chebyshev 6", method="Adam", steps=5).panel()
    assert [name for name in scenes if panel.buttons[name]["pressed"]] == ["Adam"]
    press(panel, "step")
    adam, picture = says(panel, "recipe"), pixels(panel)
    press(panel, "heavy ball")
    assert says(panel, "recipe") == "training_6_heavy_ball(eta=0.12, steps=0)"
    assert panel.buttons["heavy ball"]["pressed"]
    assert panel.session.run.stepper.beta == 0.5
    assert "2(1+β)/η" in panel.reading
    turn(panel, eta=0)
    assert panel.session.run.eta == scenes["heavy ball"].eta[0]
    press(panel, "step", "Restart")
    assert says(panel, "recipe") == "training_6_heavy_ball(eta=0.12, steps=0)"
    paste(panel, adam)
    assert pixels(panel) == picture and panel.buttons["Adam"]["pressed"] and "38/η" in panel.reading
    plain = training("chebyshev 6").panel()
    assert "method" not in dict(plain.shape["bars"]) and "Adam" not in plain.buttons


def test_what_goes_wrong_is_shown():
    async def scenario():
        panel = training(SCENE, steps=20).panel()
        panel.session.run.advance = lambda steps: 1 / 0
        press(panel, "play")
        await until(lambda: not panel.playing)
        assert "ZeroDivisionError: division by zero" in says(panel, "fault")

    on_a_loop(scenario)


def test_the_switch_of_the_governor_is_ticked_where_it_is_on(panel):
    assert panel.buttons["held"]["pressed"] and panel.buttons["held"]["text"].endswith("on")
    press(panel, "held")
    assert not panel.buttons["held"]["pressed"] and panel.buttons["held"]["text"].endswith("off")
    assert not panel.session.run.held
    paste(panel, "small(eta=0.3, steps=5)")
    assert panel.buttons["held"]["pressed"]


def test_the_slider_of_the_step_size_has_no_mark(panel):
    """The edge is a curvature here, and drawn; a second one, of a step size, would seem to contradict it."""
    press(panel, "step")
    assert panel.marks["eta"]["edge"] is None and not explorers.sweep(NET, NET.init_torch(0), ETAS, 80).explorer().edges


def test_without_an_event_loop_it_says_so(panel):
    press(panel, "play")
    assert "live views play in Jupyter" in says(panel, "fault") and not panel.playing


def test_no_slice_begins_after_a_stop_by_who_had_the_lock():
    """Such as a button that puts another session in this one's place, handled in another thread."""
    done, locked = [], Event()

    def hold(work):
        with DRAWING:
            locked.set()
            sleep(0.2)  # the loop waits for the lock
            work.stop()

    async def scenario():
        work = background.Background("slow", done.append, lambda: None, lambda error: None)
        thread = Thread(target=hold, args=(work,))
        thread.start()
        locked.wait()
        work.start()
        await until(lambda: not background._working)
        thread.join()

    on_a_loop(scenario)
    assert not done


def test_one_of_a_name_works_at_a_time():
    async def scenario():
        works = [background.Background("one", lambda seconds: True, lambda: None, lambda error: None) for _ in range(2)]
        works[0].start()
        await asyncio.sleep(0.05)
        works[1].start()
        await until(lambda: not works[0].on)
        assert works[1].on
        works[1].stop()
        await until(lambda: not background._working)

    on_a_loop(scenario)


# ---- the sweep


ETAS = np.array([0.1, 0.4, 1.6, 3.0])


def test_a_sweep_is_what_descend_and_sharpness_along_give():
    swept = sweep(NET, NET.init_torch(0), ETAS, 400, every=20)
    runs = descend(NET, GradientDescent(ETAS), NET.init_torch(0), 400, every=20)
    np.testing.assert_array_equal(swept.runs.escaped_at, runs.escaped_at)
    np.testing.assert_allclose(swept.runs.x[:4, :2], runs.x[:4, :2], rtol=1e-12)
    np.testing.assert_array_equal(np.isnan(swept.runs.x), np.isnan(runs.x))
    paths = sharpness_along(runs, every=2)
    np.testing.assert_array_equal(swept.paths.steps, paths.steps)
    np.testing.assert_allclose(swept.paths.top[:3, :2], paths.top[:3, :2], rtol=1e-5)


def test_finer_trains_in_between_and_cancel_leaves_all_as_it_was():
    async def scenario():
        panel = sweep(NET, NET.init_torch(0), ETAS, 400).panel()
        before = pixels(panel)
        press(panel, "finer")
        assert panel.buttons["finer"]["disabled"] and not panel.buttons["cancel"]["disabled"]
        await asyncio.sleep(0)
        press(panel, "cancel")
        await until(lambda: not panel.buttons["finer"]["disabled"])
        assert len(panel.sweep.etas) == 4 and pixels(panel) == before
        press(panel, "finer")
        await until(lambda: len(panel.sweep.etas) == 7)
        np.testing.assert_array_equal(panel.sweep.etas, np.sort([*ETAS, 0.2, 0.8, 2.191]))
        assert len(panel.shape["sliders"][0]["texts"]) == 7 and panel.values["eta"] == 1.6
        turn(panel, eta=0)
        assert panel.values["eta"] == 0.1 and pixels(panel) != before

    on_a_loop(scenario)


def test_finer_rows_are_what_a_sweep_of_all_gives():
    theta = NET.init_torch(0)
    old = sweep(NET, theta, ETAS[:2], 200)
    more = sweep(NET, theta, [0.2, 0.3], 200)
    runs, paths = merged(old.runs, old.paths, more.runs, more.paths)
    whole = sweep(NET, theta, [0.1, 0.2, 0.3, 0.4], 200)
    np.testing.assert_array_equal(runs.stepper.eta, whole.etas)
    np.testing.assert_array_equal(runs.escaped_at, whole.runs.escaped_at)
    np.testing.assert_allclose(runs.x, whole.runs.x, rtol=1e-9)
    np.testing.assert_allclose(paths.top, whole.paths.top, rtol=1e-5)


def test_where_no_step_size_fits_between_finer_says_so():
    async def scenario():
        panel = explorers.sweep(NET, NET.init_torch(0), [0.1, 0.1001], 80).panel()
        press(panel, "finer")
        await asyncio.sleep(0.1)
        assert "2 step sizes are enough" in says(panel, "fault") and not any(disabled(panel, "finer"))
        assert panel.sweep.etas.tolist() == [0.1, 0.1001]

    on_a_loop(scenario)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"etas": [0.1]}, "etas must be two or more"),
        ({"etas": [0.2, 0.1]}, "etas must be two or more"),
        ({"steps": 3}, "steps must be a whole number of at least 80"),
        ({"eta": 3.0}, "eta must be between 0.1 and 0.2, got 3"),
        ({"eta": 1j}, "eta must be one positive"),
        ({"theta": 1.0}, "theta has shape"),
        ({"theta": np.zeros((2, NET.dim))}, "theta must be one point"),
        ({"net": None}, "net must be an MLPLoss with one input and squared error, got None"),
        ({"net": MLPLoss(*digits(9), loss="cross_entropy")}, "net must be an MLPLoss with one input"),
        ({"net": MLPLoss([0.0, 1.0], [0, 1], loss="cross_entropy")}, "net must be an MLPLoss with one input"),
    ],
)
def test_a_bad_sweep_is_refused_by_name(change, says):
    good = {"net": NET, "theta": NET.init_torch(0), "etas": [0.1, 0.2], "steps": 100}
    with pytest.raises(ValueError, match=says):
        explorers.sweep(**{**good, **change})


def test_what_are_no_runs_are_refused_by_name():
    runs = descend(NET, GradientDescent([0.1, 0.2]), NET.init_torch(0), 20)
    classes = MLPLoss([0.0, 1.0], [0, 1], hidden=(2,), loss="cross_entropy")
    others = descend(classes, GradientDescent([0.1, 0.2]), classes.init_torch(0), 20)
    for bad, says in (((None, None), "runs must be what"), ((runs, runs), "paths must be what"),
                      ((others, sharpness_along(others)), "potential of runs must be an MLPLoss with one input")):
        with pytest.raises(ValueError, match=says):
            explorers.step_sizes(*bad)
