"""The drawn truth: all that a reader sees is what the formulas say, at ordinary settings and at the ends of sliders."""

import io
from dataclasses import replace
from importlib import import_module, util
from inspect import getmembers, isfunction
from pathlib import Path
from pkgutil import iter_modules
from typing import get_type_hints

import drawn
import numpy as np
import pytest
from found import EXPLORERS, PATHS, RUNS, corners
from matplotlib.figure import Figure
from picture import Picture
from PIL import Image

import eos.explorers
import eos.pictures
from eos.explorers.training import NETS
from eos.live.session import Scene
from eos.live.stage import stage
from eos.widgets.screen import Screen

SOME = 12
"""Random settings of each explorer, beside its start, presets, corners and boundaries."""
MANY = 40
"""Corners of an explorer with many sliders that are tried."""


def contract(name):
    """The file that says what is drawn."""
    assert util.find_spec(f"drawn.{name}"), f"{name} has no contract: write tests/drawn/{name}.py"
    return import_module(f"drawn.{name}")


def settings(explorer):
    """Every place that is tried."""
    rng, ends = np.random.default_rng(5), list(corners(explorer))
    yield explorer.values()
    yield from (explorer.values(**preset) for preset in explorer.presets.values())
    yield from (explorer.values(**setting) for setting in getattr(contract(explorer.name), "SETTINGS", ()))
    yield from (ends[i] for i in rng.permutation(len(ends))[:MANY])
    for _ in range(SOME):
        yield explorer.values(**{s.name: s.values[rng.integers(len(s.values))] for s in explorer.sliders})


@pytest.mark.parametrize("name", EXPLORERS)
def test_an_explorer_draws_and_says_what_is(name):
    explorer = EXPLORERS[name]
    screen, holds = Screen(explorer.setup, explorer.size), contract(name).drawn
    for values in settings(explorer):
        reading = screen.show(values)
        picture = Picture(screen._figure)
        try:
            holds(picture, values, reading)
        except AssertionError as error:
            raise AssertionError(f"{explorer.recipe(**values)}: {reading}\n{error}") from error
        assert picture.rest() == [], f"{explorer.recipe(**values)} draws what its contract does not know"


@pytest.mark.parametrize("name", [name for name, explorer in EXPLORERS.items() if explorer.edges])
def test_a_mark_on_a_slider_stands_where_the_edge_is(name):
    explorer = EXPLORERS[name]
    assert {slider: edge.says for slider, edge in explorer.edges.items()} == contract(name).EDGES
    for values in settings(explorer):
        assert explorer.edge_values(**values) == pytest.approx(contract(name).edges(**values), rel=1e-9)


def pictures():
    """Every `plot_*`, and every function that makes a figure, of a file of eos.pictures."""
    for module in iter_modules(eos.pictures.__path__):
        file = import_module(f"eos.pictures.{module.name}")
        for name, f in getmembers(file, isfunction):
            if f.__module__ == file.__name__ and not name.startswith("_") and name != "new_figure":
                kind = get_type_hints(f).get("return")
                if name.startswith("plot_") or isinstance(kind, type) and issubclass(kind, Figure):
                    yield module.name, name


@pytest.mark.parametrize(("file", "name"), sorted(pictures()))
def test_a_picture_shows_what_is(file, name):
    holds = getattr(contract(file), name, None)
    assert holds, f"{name} has no contract: write it in tests/drawn/{file}.py"
    for picture in holds():
        assert picture.rest() == [], f"{name} draws what its contract does not know"


@pytest.mark.parametrize(
    ("moves", "held"),
    [
        ({0: 0.4}, True),
        ({0: 0.1, 40: 0.4}, False),
        ({0: 0.45}, False),
        ({0: 0.2, 150: 0.5}, True),  # a jump beyond the edge: the governor holds it back
        ({0: 0.25, 301: 0.5, 330: 0.2}, True),
    ],
)
def test_the_live_view_draws_and_says_what_is(moves, held):
    etas = [moves[max(step for step in moves if step <= t)] for t in range(420)]
    for steps in (1, 8, 301, 420):
        given = {f"eta_at_{step}" if step else "eta": eta for step, eta in moves.items() if step < steps}
        session = eos.explorers.training("chebyshev 4", steps=steps, held=int(held), **given).session()
        for _ in range({301: 1, 420: 2}.get(steps, 0)):
            session.test_edge()
        live_view_is_true(session, etas[:steps], held)


def live_view_is_true(session, etas, held):
    """It shows what its contract asks for, and no more."""
    screen = Screen(stage(session).setup, (8.4, 4.4))
    reading = screen.show({"eta": session.run.eta})
    picture = Picture(screen._figure)
    contract("live").drawn(picture, session, etas, held, reading)
    assert picture.rest() == []


@pytest.mark.parametrize("steps", [20, 21, 22, 24])
def test_the_live_view_shows_a_step_that_is_held_back(steps):
    net = NETS["chebyshev 4"]
    scene = Scene("sharp", net, 2.5 * net.init_xavier(0), (0.1, 0.3, 2.0), None, (1e-5, 1e2))
    session = eos.explorers.training(scene, steps=steps, **({"eta_at_20": 1.2} if steps > 20 else {})).session()
    assert (session.run.eta_used < session.run.eta) == (steps > 20)
    live_view_is_true(session, ([0.3] * 20 + [1.2] * 10)[:steps], True)


@pytest.mark.parametrize(
    ("share", "place"),
    [
        (0.5, "0.50 of"),
        (0.896, "0.90 of"),
        (0.901, "at"),
        (1.0, "at"),
        (1.099, "at"),
        (1.101, "1.1 times"),
        (3, "3.0 times"),
    ],
)
def test_the_live_view_says_where_the_sharpness_is_on_both_sides_of_each_boundary(share, place):
    session = eos.explorers.training("chebyshev 4").session()
    session.run.sharpness = np.array([share * session.run.edge, 0.0])
    reading = Screen(stage(session).setup, (8.4, 4.4)).show({"eta": session.run.eta})
    assert f"the sharpness is {place} the edge 2/η" in reading


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0.4, "0.40 times 2/η, below the edge. The loss at step 200 is"),
        (0.949, "0.95 times 2/η, below the edge. The loss at step 200 is"),
        (0.951, "0.95 times 2/η, at the edge."),
        (1.049, "1.05 times 2/η, at the edge."),
        (1.051, "1.05 times 2/η, above it."),
        (1.8, "1.80 times 2/η, above it."),
    ],
)
def test_a_sweep_says_where_the_sharpness_is_on_both_sides_of_each_boundary(share, words):
    values = np.broadcast_to(share * RUNS.stepper.threshold[:, None], PATHS.values.shape)
    explorer = eos.explorers.step_sizes(RUNS, replace(PATHS, values=values), eta=0.2, step=200)
    assert words in explorer.still().alt


def test_an_explorer_without_a_contract_fails():
    with pytest.raises(AssertionError, match=r"newcomer has no contract: write tests/drawn/newcomer\.py"):
        contract("newcomer")


def test_no_contract_is_of_something_that_is_gone():
    files = {path.stem for path in Path(drawn.__file__).parent.glob("[!_]*.py")}
    assert files <= set(EXPLORERS) | {file for file, _ in pictures()} | {"live"}


@pytest.mark.parametrize("name", EXPLORERS)
def test_a_still_is_what_is_shown_under_captions_that_say_the_setting(name):
    explorer = EXPLORERS[name]
    slider, screen = explorer.sliders[0], Screen(explorer.setup, explorer.size)
    places = slider.low, slider.high
    still = explorer.still(**{slider.name: places})
    pixels = np.asarray(Image.open(io.BytesIO(still.png)).convert("RGB")).astype(int)
    half = len(pixels) // 2
    for place, rows, said in zip(places, (pixels[:half], pixels[half:]), still.readings, strict=True):
        reading = screen.show(explorer.values(**{slider.name: place}))
        assert said == f"{slider.text} = {place:g}: {reading}"
        height = len(screen.pixels)
        assert np.abs(rows[-height:] - screen.pixels[..., :3]).mean() < 2, "but for 256 colours, the same picture"
        assert (rows[:-height] < 100).any(), "a caption"
