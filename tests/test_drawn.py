"""The drawn truth: all that a reader sees is what the formulas say, at ordinary settings and at the ends of sliders."""

import io
from importlib import import_module, util
from inspect import getmembers, isfunction
from pathlib import Path
from pkgutil import iter_modules
from typing import get_type_hints

import drawn
import numpy as np
import pytest
from found import EXPLORERS, corners
from matplotlib.figure import Figure
from picture import Picture
from PIL import Image

import eos.explorers
import eos.pictures
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
        if steps == 301:
            session.test_edge()
            session.test_edge()
        screen = Screen(stage(session).setup, (8.4, 4.4))
        reading = screen.show({"eta": session.run.eta})
        picture = Picture(screen._figure)
        contract("live").drawn(picture, session, etas[:steps], held, reading)
        assert picture.rest() == []


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
