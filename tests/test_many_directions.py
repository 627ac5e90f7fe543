"""The explorers of notebook 3 and its appendix: to each direction its factor, and the trap of the largest magnitude."""

import re

import numpy as np
import pytest
from found import named
from hypothesis import given, settings
from hypothesis import strategies as st

from eos import GradientDescent, Quadratic, descend, sharpness
from eos.explorers import estimators, two_directions
from eos.widgets.screen import Screen

PLANE, WORKSHOP = two_directions(), estimators()
NAMES = "power, no shift", "power, shifted", "Lanczos", "Lanczos, differences"
SCREENS = {explorer.name: Screen(explorer.setup, explorer.size) for explorer in (PLANE, WORKSHOP)}


def shown(explorer, **values):
    """The reading, and the axes that were drawn."""
    screen = SCREENS[explorer.name]
    return screen.show(explorer.values(**values)), screen._figure.axes


def somewhere(explorer):
    """Any position of every slider."""
    return st.fixed_dictionaries({s.name: st.sampled_from(s.values) for s in explorer.sliders})


def line(ax, name):
    return np.array(named(ax, name).get_data())


# ---- two directions


@settings(max_examples=40, deadline=None)
@given(somewhere(PLANE))
def test_each_coordinate_multiplies_by_its_own_factor(values):
    reading, axes = shown(PLANE, **values)
    for ax, curvature in zip(axes[1:3], (values["lambda1"], values["lambda2"]), strict=True):
        factor = 1 - values["eta"] * curvature
        steps, c = line(ax, "iterates")
        before = np.isfinite(c)
        predicted = c[0] * factor ** steps[before]
        # rounding of the other coordinate, which may be as large as 100, comes on top, and grows with the factor
        rounding = 1e-12 * max(1.0, abs(factor)) ** steps[before]
        assert (np.abs(c[before] - predicted) <= 1e-9 * np.abs(predicted) + rounding).all()
        times, bounds = line(ax, "prediction")
        seen = np.isfinite(bounds)
        assert seen.any() == (c[0] != 0 or factor < 0)
        predicted = np.minimum(np.abs(c[0]) * np.abs(factor) ** times[seen], 1e3)
        np.testing.assert_allclose(np.abs(bounds[seen]), predicted, rtol=1e-12)


@settings(max_examples=40, deadline=None)
@given(somewhere(PLANE))
def test_it_escapes_at_the_step_that_the_factors_say(values):
    reading, _ = shown(PLANE, **values)
    turn, start = np.deg2rad(values["angle"]), np.deg2rad(values["start"])
    vectors = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    c0 = vectors @ (3 * np.array([np.cos(start), np.sin(start)]))
    factors = 1 - values["eta"] * np.array([values["lambda1"], values["lambda2"]])
    x = (c0 * factors ** np.arange(values["steps"] + 1)[:, None]) @ vectors
    beyond = np.abs(x).max(axis=1) > 100
    if np.abs(c0).min() > 1e-9:
        assert ("Escaped" in reading) == beyond.any()
        if beyond.any():
            assert f"Escaped at step {beyond.argmax()} " in reading


def test_a_start_that_spares_a_direction_escapes_by_rounding_alone_and_is_told_so():
    """Far beyond the edge 1e-16 is not nothing: |1 - 1.8 * 9| = 15.2 needs 16 steps to make 100 of it."""
    reading, _ = shown(PLANE, eta=1.8, start=135)
    assert "Escaped" in reading and reading.endswith(": even the part that rounding leaves grows.")
    assert "rounding" not in shown(PLANE, eta=2.5, start=135)[0]


@settings(max_examples=20, deadline=None)
@given(somewhere(PLANE))
def test_contours_are_lines_of_one_height_and_arrows_are_eigenvectors(values):
    _, (plane, *_) = shown(PLANE, **values)
    turn = np.deg2rad(values["angle"])
    v = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    bowl = Quadratic((v.T * [values["lambda1"], values["lambda2"]]) @ v)
    points = line(plane, "contours").T
    drawn = np.isfinite(points[:, 0])
    if values["lambda2"] == 0:
        drawn &= np.abs(points).max(axis=1) < 10  # of a straight line few points are in sight, and they are as exact
    doublings = np.log2(np.abs(bowl.value(points[drawn])) / 0.05)
    np.testing.assert_allclose(doublings, doublings.round(), atol=1e-6)
    if values["lambda2"] > 0:
        assert set(doublings.round()) == set(range(12))
    else:
        assert {4, 6} <= set(doublings.round()) <= {4, 6, 8, 10}
    for shaft, curvature in (("v₁", values["lambda1"]), ("v₂", values["lambda2"])):
        arrow = line(plane, shaft)[:, 1]
        np.testing.assert_allclose(bowl.gradient(arrow), curvature * arrow, atol=1e-12)


@pytest.mark.parametrize(
    ("preset", "first", "second", "escapes"),
    [
        ("both glide", "it glides in", "it glides in", False),
        ("one bounces, one glides", "it bounces in", "it glides in", False),
        ("one bounces for ever", "it bounces for ever", "it glides in", False),
        ("one bounces ever wider", "it escapes", "it glides in", True),
        ("both escape", "it escapes", "it escapes", True),
        ("a start that spares v₁", "the start has no part along it", "it glides in", False),
        ("a round bowl", "it bounces in", "it bounces in", False),
        ("a saddle", "it glides in", "it slides away", True),
    ],
)
def test_presets_of_two_directions_do_what_they_say(preset, first, second, escapes):
    assert len(PLANE.presets) == 8
    reading, _ = shown(PLANE, **PLANE.presets[preset])
    assert re.search(rf"Along v₁ .*: {first}\. Along v₂ .*: {second}\. ", reading)
    assert ("Escaped at step" in reading) == escapes


@settings(max_examples=20, deadline=None)
@given(somewhere(PLANE))
def test_the_edge_is_that_of_the_sharpness(values):
    bowl = Quadratic([values["lambda1"], values["lambda2"]])
    edge = PLANE.edge_values(**values)["eta"]
    assert GradientDescent(edge).threshold == pytest.approx(sharpness(bowl, [0.0, 0.0]))
    if values["lambda2"] <= 0:
        return  # it slides away, or stays, at every step size
    ends = [np.abs(descend(bowl, GradientDescent(part * edge), [1.0, 1.0], 400).x[-1]).max() for part in (0.98, 1.02)]
    assert ends[0] < 1 < ends[1] or np.isnan(ends[1])


# ---- the workshop


@settings(max_examples=15, deadline=None)
@given(somewhere(WORKSHOP))
def test_the_drawn_error_is_the_distance_from_three_and_no_less_than_lanczos_allows(values):
    _, (estimates, errors) = shown(WORKSHOP, **values)
    for name in NAMES[:3]:
        products, value = line(estimates, name)
        _, error = line(errors, f"{name}, error")
        np.testing.assert_allclose(error, np.maximum(np.abs(value - 3), 1e-16))
        assert (value <= 3 + 1e-12).all() and (products <= values["products"]).all()


@pytest.mark.parametrize(
    ("preset", "ends", "says"),
    [
        ("all is well", (3, 3, 3), "The 30 eigenvalues: from -1 to 2, and 3."),
        ("the trap: −5 and 3", (-5, 3, 3), "The 30 eigenvalues: from -5 to 2, and 3."),
        ("a tie: −3 and 3", (None, 3, 3), "The 30 eigenvalues: from -3 to 2, and 3."),
        ("a narrow gap", (None, None, 3), "The 30 eigenvalues: from -1 to 2.98, and 3."),
        ("a large matrix", (None, None, 3), "The 100 eigenvalues: from -1 to 2.95, and 3."),
    ],
)
def test_presets_of_the_workshop_do_what_they_say(preset, ends, says):
    assert len(WORKSHOP.presets) == 5
    reading, (estimates, _) = shown(WORKSHOP, **WORKSHOP.presets[preset])
    assert says in reading
    for name, end in zip(NAMES, ends, strict=False):
        _, value = line(estimates, name)
        assert abs(value[-1] - end) < 0.01 if end else abs(value[-1] - 3) > 0.001


def test_the_reading_says_each_estimate_and_that_the_shift_costs_ten():
    reading, (estimates, _) = shown(WORKSHOP, products=7)
    assert reading.startswith("After 7 products: ") and "no estimate yet" in reading
    _, value = line(estimates, "Lanczos")
    assert f"Lanczos: {value[-1]:.5g} " in reading


def test_differences_end_at_their_own_floor():
    _, (_, errors) = shown(WORKSHOP, products=200)
    exact_error, difference_error = (
        line(errors, f"{name}, error")[1][-1] for name in NAMES[2:]
    )
    assert exact_error < 1e-13 < difference_error < 1e-8


# ---- both


@pytest.mark.parametrize("explorer", [PLANE, WORKSHOP], ids=lambda explorer: explorer.name)
def test_a_preset_is_the_same_wherever_the_explorer_starts(explorer):
    elsewhere = explorer.at(**{slider.name: slider.low for slider in explorer.sliders})
    for preset in explorer.presets.values():
        assert elsewhere.values(**preset) == explorer.values(**preset)


def test_a_run_on_a_saddle_slides_away_without_changing_sides_at_every_step_size():
    for eta in (0.02, 0.2, 0.6):
        _, (_, _, second, _) = shown(PLANE, **{**PLANE.presets["a saddle"], "eta": eta})
        _, c = line(second, "iterates")
        c = c[np.isfinite(c)]
        assert (c > 0).all() and (np.diff(c) > 0).all()


def test_a_direction_without_curvature_is_said_to_stay_put():
    assert "multiplies by 1 − ηλ₂ = 1: it stays put." in shown(PLANE, lambda2=0.0)[0]


def test_a_negative_product_points_out_of_the_strip_to_the_left():
    _, (*_, strip) = shown(PLANE, **PLANE.presets["a saddle"])
    marks = [artist for artist in strip.lines if artist.get_marker() in "v<>" and len(artist.get_xdata()) == 1]
    assert [(mark.get_marker(), *mark.get_xdata()) for mark in marks] == [("v", pytest.approx(0.3)), ("<", 0.0)]


def test_the_two_directions_are_told_apart_without_colour():
    _, axes = shown(PLANE)
    shafts = [named(axes[0], name) for name in ("v₁", "v₂")]
    assert len({shaft.get_linestyle() for shaft in shafts}) == 2
    assert [named(ax, "iterates").get_marker() for ax in axes[1:3]] == ["o", "s"]
