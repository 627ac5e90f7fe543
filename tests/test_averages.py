"""Pictures of gradient descent beside flows hold what was computed."""

import numpy as np
import pytest
from found import named

from eos import (
    CentralFlow,
    GradientDescent,
    GradientFlow,
    Valley,
    descend,
    half_differences,
    predicted_bounce,
    predicted_loss,
    weighted_midpoints,
)
from eos.pictures import apart, averages, distances, running_mean

START = (0.05, 3.1)
RUN = descend(Valley(0.02), GradientDescent(0.2), START, 202)
CENTRAL, ROLLED = (descend(Valley(0.02), kind(0.2), START, 200) for kind in (CentralFlow, GradientFlow))


def test_losses_and_sizes_are_drawn_beside_what_is_predicted():
    left, right = averages(RUN, CENTRAL, 100).axes
    assert np.array_equal(named(left, "at the iterates").get_ydata(), RUN.loss)
    assert np.array_equal(named(left, "half way").get_ydata(), Valley(0.02).value(weighted_midpoints(RUN)))
    assert np.array_equal(named(left, "central flow").get_ydata(), CENTRAL.loss)
    assert np.array_equal(named(left, "predicted mean").get_ydata(), predicted_loss(CENTRAL))
    sizes = (half_differences(RUN) ** 2).sum(-1)
    assert named(right, "half-difference²").get_ydata() == pytest.approx(sizes, rel=1e-12)
    assert np.array_equal(named(right, "predicted mean").get_ydata(), predicted_bounce(CENTRAL))
    line = named(left, "mean of 100 steps")
    assert line.get_ydata()[7] == pytest.approx(RUN.loss[7:107].mean())
    assert line.get_xdata()[7] == np.arange(7, 107).mean()
    line = named(right, "mean of 100 steps")
    assert line.get_xdata()[0] == (np.arange(0, 100) + 0.5).mean()


def test_distances_compare_equal_steps():
    (ax,) = distances(RUN, {"central": CENTRAL, "gradient": ROLLED}).axes
    for name, flow in (("central", CENTRAL), ("gradient", ROLLED)):
        line = named(ax, name)
        assert list(line.get_xdata()) == list(range(1, 201))
        middle = (RUN.x[49] + 2 * RUN.x[50] + RUN.x[51]) / 4
        assert line.get_ydata()[49] == pytest.approx(np.linalg.norm(middle - flow.x[50]))
    assert apart(RUN, descend(Valley(0.02), GradientFlow(0.2), START, 20)).shape == (20,)
    styles = {line.get_linestyle() for line in ax.lines}
    assert len(styles) == 2


@pytest.mark.parametrize("count", [0, 5])
def test_flows_without_a_look_of_their_own_are_refused(count):
    with pytest.raises(ValueError, match=f"flows must hold 1 to 4 flows, got {count}"):
        distances(RUN, {str(i): CENTRAL for i in range(count)})


def test_a_running_mean_of_a_line_is_the_line():
    assert running_mean(np.arange(10.0), 4) == pytest.approx(np.arange(1.5, 8.5))
