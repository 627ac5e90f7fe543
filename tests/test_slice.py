"""The slice through a valley's floor, and the parabola that it resembles there."""

import numpy as np
import pytest
from found import named
from hypothesis import given
from hypothesis import strategies as st

from eos import FromFunctions, Quadratic, Valley
from eos.pictures import slice_and_parabola
from eos.pictures.slice import across, plot_slice
from eos.pictures.style import SHARPNESS, new_figure

BENT = FromFunctions(
    lambda p: p[0] ** 2 + 3 * p[1] ** 2 + p[1] ** 3, lambda p: np.array([2 * p[0], 6 * p[1] + 3 * p[1] ** 2]), dim=2
)
"""Curvatures 2 along x and 6 along y at its bottom, 0, with a cubic term along y."""


@given(st.floats(-3, 3), st.floats(0.1, 5), st.floats(0.1, 5))
def test_a_bowl_cut_across_is_its_parabola(s, a, b):
    bowl = Quadratic([[a + b, a - b], [a - b, a + b]])  # curvatures 2a and 2b along the diagonals
    points, heights = across(bowl, np.zeros(2), [s])
    assert bowl.value(points) == pytest.approx(heights, rel=1e-9, abs=1e-12)
    assert heights == pytest.approx(max(a, b) * s**2, rel=1e-9, abs=1e-12)


def test_the_cut_goes_where_the_curvature_is_largest_and_towards_larger_coordinates():
    points, _ = across(BENT, np.zeros(2), [-1.0, 0.5])
    assert points == pytest.approx(np.array([[0.0, -1.0], [0.0, 0.5]]), abs=1e-6)


def test_near_the_floor_the_cut_and_the_parabola_differ_by_the_third_power():
    s = np.array([0.1, 0.01])
    points, heights = across(BENT, np.zeros(2), s)
    assert BENT.value(points) - heights == pytest.approx(s**3, rel=1e-3)


def test_the_cut_and_its_parabola_are_drawn_as_computed():
    ax = plot_slice(new_figure().subplots(), BENT, np.zeros(2), 0.5)
    cut, parabola = named(ax, "the cut"), named(ax, "a parabola")
    s = cut.get_xdata()
    assert (s[0], s[-1]) == (-0.5, 0.5)
    assert cut.get_ydata() == pytest.approx(3 * s**2 + s**3, abs=1e-6)
    assert parabola.get_ydata() == pytest.approx(3 * s**2, abs=1e-6)
    assert parabola.get_color() == SHARPNESS and parabola.get_linestyle() != cut.get_linestyle()


def test_the_picture_shows_the_cut_far_and_near_and_on_the_landscape():
    figure = slice_and_parabola(Valley(), (0.0, 2.0), 0.5, 0.05, (-1, 1), (1, 3), ("p", "q"))
    space, far, near = figure.axes
    assert far.get_xlim() == (-0.5, 0.5) and near.get_xlim() == (-0.05, 0.05)
    assert (space.get_xlabel(), space.get_ylabel()) == ("p", "q")
    x, y, height = space.lines[0].get_data_3d()
    assert (x[0], x[-1]) == pytest.approx((-0.5, 0.5)) and y == pytest.approx(2.0)
    assert height == pytest.approx(np.sqrt(1 + 4 * x**2), abs=0.02)
