"""Notebook 6: five methods on one parabola, each with an edge of its own."""

import numpy as np

from eos import Adam, GradientDescent, HeavyBall, Nesterov, Quadratic, RMSProp, Stepper, descend
from eos.pictures import distance_panel, escape_note, method_rows
from eos.widgets import Edge, Explorer, Slider

LONGEST, NEAR, GONE = 200, 1e-12, 1e8
"""The start lies so near the bottom that eps = 1 outweighs every gradient: P is 1 all the time."""
METHODS = {
    "gradient descent": lambda eta, beta: GradientDescent(eta),
    "heavy ball": HeavyBall,
    "Nesterov": Nesterov,
    "RMSProp, P = 1": lambda eta, beta: RMSProp(eta, beta, eps=1.0),
    "Adam, P = 1": lambda eta, beta: Adam(eta, beta, eps=1.0),
}


def methods(**start: float) -> Explorer:
    """f(x) = x^2 / 2 with sliders for the method, the step size, beta (of Adam: beta1), and the number of steps.

    Left the distance from the bottom, right the methods in rows, the chosen one with a pointer at eta times the
    sharpness and, when told, all with their edges. P of RMSProp and Adam is held at 1. Beyond 10^8 times the first
    distance a run has escaped. Keywords are starting values.
    """
    return Explorer(
        name="methods",
        title="Five methods on one parabola",
        sliders=(
            Slider("method", 1, len(METHODS), 2, "method, 1 to 5", integer=True),
            Slider("eta", 0.1, 400.0, 1.5, "step size η", log=True, count=240),
            Slider("beta", 0.0, 0.98, 0.5, "momentum β", step=0.02),
            Slider("steps", 1, LONGEST, 40, "steps", integer=True),
        ),
        setup=_setup,
        presets={
            "heavy ball settles where gradient descent escapes": _preset(2, 2.5, 0.5),
            "Nesterov escapes where gradient descent settles": _preset(3, 1.7, 0.5),
            "Adam settles": _preset(5, 36.0, 0.9),
            "Adam escapes": _preset(5, 40.0, 0.9),
        },
        edges={"eta": Edge("edge of the method", _edge)},
    ).at(**start)


def _edge(method, beta, **_):
    return _rule(method, 1.0, beta).critical_eta(1.0)


def _preset(method, eta, beta):
    return {"method": method, "eta": eta, "beta": beta, "steps": LONGEST}


def _rule(method: int, eta: float, beta: float) -> Stepper:
    """The method of this number, from 1 on."""
    return list(METHODS.values())[int(method) - 1](eta, beta)


def _setup(figure):
    left, right = figure.subplots(1, 2)
    sizes, note = distance_panel(left, LONGEST, 1e-8, GONE), escape_note(left, 0.97, "right")
    left.set(ylabel="distance / first distance")
    rows = method_rows(right, list(METHODS), (0.1, 1200.0))

    def update(method, eta, beta, steps):
        stepper, parabola = _rule(method, eta, beta), Quadratic(1.0)
        state = stepper.init(parabola, np.array([NEAR]))
        if isinstance(stepper, Adam):
            state = (*state[:2], 10**9)  # as late in a run: the correction for its start is over
        run = descend(parabola, stepper, NEAR, int(steps), escape=NEAR * GONE, state=state)
        sizes(run.steps, np.abs(run.x[:, 0]) / NEAR)
        note(run.escaped_at)
        rows(int(method), eta, [_rule(number, 1.0, beta).critical_eta(1.0) for number in range(1, len(METHODS) + 1)])
        end = f"after step {run.steps[-1]} the distance is {abs(run.x[-1, 0]) / NEAR:.3g} times the first."
        if run.escaped_at is not None:
            end = f"escaped at step {run.escaped_at} (10⁸ times the first distance)."
        return f"{list(METHODS)[int(method) - 1]}, β = {beta:g}, η × sharpness = {eta:g}: {end}"

    return update
