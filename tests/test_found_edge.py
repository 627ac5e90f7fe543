"""Every method's edge, found by experiment, is where its formula says."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from eos import SGD, Adam, GradientDescent, GradientFlow, HeavyBall, Nesterov, RMSProp, WarmUp, found_edge
from eos.pictures import edges, new_figure

BETA = st.floats(0.0, 0.98)


def agrees(stepper) -> bool:
    """Whether experiment and formula agree to 0.1 %."""
    return abs(found_edge(stepper) / stepper.critical_eta(1.0) - 1) < 1e-3


@pytest.mark.parametrize("stepper", [GradientDescent(0.1), SGD(0.1), RMSProp(0.1), RMSProp(0.1, 0.5)], ids=repr)
def test_the_edge_of_a_plain_step_is_two(stepper):
    assert found_edge(stepper) == pytest.approx(2.0, rel=1e-3)


@pytest.mark.parametrize("cls", [HeavyBall, Nesterov, Adam])
@settings(max_examples=12, deadline=None)
@example(0.0)
@example(0.5)
@example(0.9)
@example(0.98)
@given(BETA)
def test_the_edge_of_momentum_is_where_its_formula_says(cls, beta):
    assert agrees(cls(0.1, beta))


@settings(max_examples=8, deadline=None)
@given(BETA, st.floats(0.0, 0.9999), st.floats(0.0, 2.0))
def test_beta2_has_no_part_in_it_and_weight_decay_has(beta1, beta2, decay):
    assert agrees(Adam(0.1, beta1, beta2, weight_decay=decay))
    assert Adam(0.1, beta1, beta2).threshold == Adam(0.1, beta1).threshold


def test_the_order_of_the_edges():
    steppers = Nesterov(1.0), GradientDescent(1.0), HeavyBall(1.0), Adam(1.0)
    nesterov, plain, heavy, adam = map(found_edge, steppers)
    assert nesterov < plain < heavy < adam
    assert adam / heavy == pytest.approx(10.0, rel=2e-3)


def test_a_flow_is_refused_for_it_has_no_edge():
    with pytest.raises(ValueError, match="stepper must have an edge, got GradientFlow"):
        found_edge(GradientFlow(1.0))


def test_a_warm_up_has_the_edge_of_its_rule_where_that_can_be_held():
    assert found_edge(WarmUp(0.1, 20, HeavyBall)) == pytest.approx(3.8, rel=1e-3)
    with pytest.raises(ValueError, match="stepper must have an eps that holds its preconditioner, got WarmUp"):
        found_edge(WarmUp(0.1, 20, Adam))


def test_what_is_no_stepper_is_refused():
    with pytest.raises(ValueError, match="stepper must be a stepper"):
        found_edge(0.1)


def test_the_marks_are_what_was_found_and_not_the_formula(monkeypatch):
    monkeypatch.setattr(edges, "found_edge", lambda stepper: 7.0)
    ax = edges.plot_edges(new_figure().add_subplot(), {"plain": lambda beta: GradientDescent(0.3)}, [0.0, 0.5])
    formula, found = ax.lines
    assert set(formula.get_ydata()) == {2.0} and list(found.get_ydata()) == [7.0, 7.0]
