"""Maps: what they draw is what was computed, and the contour of the edge lies on the edge."""

from inspect import getmembers, isfunction

import matplotlib.pyplot
import numpy as np
import pytest
from found import named
from hypothesis import given, settings
from hypothesis import strategies as st

from eos import FromFunctions, Product, Valley, sharpness
from eos.pictures import maps, new_figure

XY = (-1.0, 1.0), (0.5, 4.5)
VALLEY = Valley()
ENDS = np.array([[-0.3, 3.5], [0.3, 3.5]])
CASES = {
    "plot_pull": (VALLEY, ENDS, 0.2),
}
FOUND = getmembers(maps, isfunction)
PLOTS = {name: f for name, f in FOUND if name.startswith("plot_") and f.__module__ == maps.__name__}


def test_every_map_has_its_arguments():
    assert set(CASES) == set(PLOTS)


@pytest.mark.parametrize("name", PLOTS)
def test_a_map_draws_on_its_axes_and_returns_them(name):
    figure = new_figure()
    ax = figure.subplots()
    assert PLOTS[name](ax, *CASES[name]) is ax
    figure.canvas.draw()
    assert np.ptp(np.asarray(figure.canvas.buffer_rgba())) > 200
    assert matplotlib.pyplot.get_fignums() == []


def test_the_grid_holds_the_sharpness():
    uneven = FromFunctions(lambda p: p[0] ** 4 + p[1] ** 2, lambda p: np.array([4 * p[0] ** 3, 2 * p[1]]), dim=2)
    x, y, top = maps.sharpness_grid(uneven, *XY, points=11)
    assert x.shape == y.shape == top.shape == (11, 11)
    assert (x[3, 0], x[3, -1], y[0, 3], y[-1, 3]) == (-1.0, 1.0, 0.5, 4.5)
    for i, j in ((0, 0), (4, 7), (10, 2)):
        assert top[i, j] == pytest.approx(sharpness(uneven, (x[i, j], y[i, j])), rel=1e-12)
        assert top[i, j] == pytest.approx(max(12 * x[i, j] ** 2, 2.0), rel=1e-6)


def contour_points(line):
    points = np.stack(line.get_data(), axis=-1)
    return points[np.isfinite(points).all(-1)]


@settings(max_examples=20, deadline=None)
@given(st.floats(1.0, 18.0))
def test_on_the_contour_the_sharpness_is_the_edge(edge):
    ax = new_figure().subplots()
    maps.edge_contour(ax, VALLEY, *XY, label="edge")(edge)
    line = named(ax, "edge")
    points = contour_points(line)
    assert len(points) > 5
    assert sharpness(VALLEY, points) == pytest.approx(edge, rel=0.02)
    assert line.get_linestyle() == "--"


def test_a_contour_moves_through_one_grid_and_may_be_empty(monkeypatch):
    ax = new_figure().subplots()
    move = maps.edge_contour(ax, VALLEY, *XY, label="edge")
    monkeypatch.setattr(maps, "sharpness", None)  # a move that asked for it again would fail
    for edge in (4.0, 12.0):
        move(edge)
        assert sharpness(VALLEY, contour_points(named(ax, "edge"))) == pytest.approx(edge, rel=0.02)
    move(1e4)
    assert len(contour_points(named(ax, "edge"))) == 0
    assert len(ax.lines) == 1


def test_a_contour_in_two_pieces_is_not_joined():
    ax = new_figure().subplots()
    maps.edge_contour(ax, Product(2), (-3, 3), (-3, 3), label="edge")(12.0)
    x, y = named(ax, "edge").get_data()
    jumps = np.hypot(np.diff(x), np.diff(y))
    assert np.isnan(x).sum() >= 2 and np.nanmax(jumps) < 0.3


def test_the_pull_is_the_mean_of_the_steps():
    ax = maps.plot_pull(new_figure().subplots(), VALLEY, ENDS, 0.2)
    steps, mean = ax.collections
    assert np.stack([steps.U, steps.V], -1) == pytest.approx(-0.2 * VALLEY.gradient(ENDS))
    assert (mean.U[0], mean.V[0]) == pytest.approx((0.0, -0.2 * VALLEY.gradient(ENDS)[0, 1]))
    assert mean.V[0] < -0.01


def test_a_pull_is_drawn_on_the_loss():
    (ax,) = maps.pull(VALLEY, ENDS, 0.2, (-0.5, 0.5), (3.3, 3.6)).axes
    ax.figure.canvas.draw()
    assert ax.get_xlim() == (-0.5, 0.5) and ax.get_ylim() == (3.3, 3.6) and len(ax.collections) > 2
