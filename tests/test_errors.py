"""Bad input is a ValueError, raised at the door, that names the parameter."""

import numpy as np
import pytest

import eos
from eos import (
    FromFunctions, GradientDescent, GradientFlow, HeavyBall, MLPLoss, Nesterov, Quadratic, SoftAbs, chebyshev,
    chebyshev_sign, descend, digits, exact, lanczos, one_hot, power_iteration, secant_curvature, sharpness,
    sharpness_along, symmetry_error, taylor_slopes,
)  # fmt: skip

NAN = float("nan")
X, Y = chebyshev(3)
LABELS = np.arange(20) % 2
NET = MLPLoss(X, Y, hidden=(3,))
BOWL, CURVE, STEP = Quadratic((1.0, 2.0)), SoftAbs(), GradientDescent(0.1)
RUN = descend(BOWL, STEP, (1.0, 1.0), 5)


def square(x):
    return x * x


CASES = [
    *[(lambda bad=bad: Quadratic(bad), "curvatures") for bad in ([], NAN, "a", np.ones((2, 3)), [[1, 2], [0, 1]], np.inf)],
    (lambda: BOWL.value(1.0), "x has shape"),
    (lambda: BOWL.gradient([1.0, 2.0, 3.0]), "x has shape"),
    (lambda: BOWL.gradient("ab"), "x must be numbers"),
    (lambda: BOWL.hvp((1.0, 2.0), (1.0,) * 3), "v has shape"),
    (lambda: CURVE.value([0.5, 1.5]), r"x has shape .*x\[:, None\]"),
    (lambda: NET.gradient(np.zeros(3)), "x has shape"),
    (lambda: NET.hvp(np.zeros(NET.dim), np.zeros(3)), "v has shape"),
    (lambda: NET.at(np.zeros(NET.dim)).move_to(np.zeros((2, NET.dim))), "x has shape"),
    (lambda: FromFunctions(1.0, square), "value"),
    (lambda: FromFunctions(square, square, dim=0), "dim"),
    *[
        (lambda bad=bad, rule=rule: rule(bad), "eta")
        for bad in (0.0, -1.0, NAN, np.inf, "fast", [], [0.1, -0.1], None, True)
        for rule in (GradientDescent, HeavyBall, Nesterov, GradientFlow)
    ],
    *[
        (lambda bad=bad, rule=rule: rule(0.1, beta=bad), "beta")
        for bad in (-0.1, 1.0, NAN, "a")
        for rule in (HeavyBall, Nesterov)
    ],
    *[(lambda bad=bad: GradientFlow(0.1, tol=bad), "tol") for bad in (0.0, -1e-3, NAN)],
    (lambda: descend(BOWL, STEP, (NAN, 1.0), 5), "x0"),
    (lambda: descend(BOWL, STEP, (1.0, 1.0, 1.0), 5), "x0"),
    (lambda: descend(BOWL, STEP, (1e9, 1.0), 5), "x0.*escape"),
    (lambda: descend(BOWL, STEP, np.empty((0, 2)), 5), "x0"),
    (lambda: descend(BOWL, GradientDescent([0.1, 0.2]), np.ones((3, 2)), 5), "x0.*eta"),
    *[(lambda bad=bad: descend(BOWL, STEP, (1.0, 1.0), bad), "steps") for bad in (-1, 2.5, "3", None, True)],
    *[(lambda bad=bad: descend(BOWL, STEP, (1.0, 1.0), 5, every=bad), "every") for bad in (0, -1, 1.5)],
    *[(lambda bad=bad: descend(BOWL, STEP, (1.0, 1.0), 5, escape=bad), "escape") for bad in (0.0, -1.0, NAN)],
    *[
        (lambda bad=bad, f=f: f(BOWL, (0.0, 0.0), k=bad), "k must")
        for bad in (0, 3, 1.5, -1)
        for f in (exact, lanczos, power_iteration)
    ],
    *[(lambda f=f: f(BOWL, (NAN, 0.0)), "x must be finite") for f in (exact, lanczos, power_iteration, sharpness)],
    *[(lambda f=f: f(BOWL, np.zeros((2, 2))), "x must be one point") for f in (exact, lanczos, power_iteration)],
    *[(lambda f=f: f(BOWL, (0.0, 0.0), tol=0.0), "tol") for f in (lanczos, power_iteration)],
    *[(lambda f=f: f(BOWL, (0.0, 0.0), max_matvecs=0), "max_matvecs") for f in (lanczos, power_iteration)],
    *[
        (lambda f=f, bad=bad: f(BOWL, (0.0, 0.0), v0=bad), "v0")
        for bad in ((0.0, 0.0), (NAN, 1.0), (1.0,))
        for f in (lanczos, power_iteration)
    ],
    (lambda: secant_curvature(BOWL, (0.0,), (1.0, 1.0)), "a has shape"),
    (lambda: secant_curvature(BOWL, (0.0, 1.0), (1.0,)), "b has shape"),
    (lambda: sharpness_along(RUN, k=3), "k must"),
    (lambda: sharpness_along(RUN, every=0), "every"),
    (lambda: sharpness_along(RUN, tol=-1.0), "tol"),
    (lambda: taylor_slopes(BOWL, (NAN, 0.0)), "x must be finite"),
    (lambda: symmetry_error(BOWL, (0.0,)), "x has shape"),
    *[(lambda f=f: f(BOWL, np.zeros((2, 2))), "x must be one point") for f in (symmetry_error, taylor_slopes)],
    (lambda: descend(SoftAbs, STEP, 1.0, 5), "potential must be"),
    (lambda: descend(CURVE, 0.1, 1.0, 5), "stepper must be"),
    *[(lambda bad=bad: MLPLoss(bad, Y), "inputs") for bad in ([], np.full((20, 1), NAN), "a", np.zeros((2, 2, 2)))],
    *[(lambda bad=bad: MLPLoss(X, bad), "targets") for bad in ([], np.full(20, np.inf), Y[:5])],
    *[(lambda bad=bad: MLPLoss(X, Y, hidden=bad), "hidden") for bad in ((0,), (-3,), (2.5,), 5, "ab")],
    *[(lambda bad=bad: MLPLoss(X, Y, activation=bad), "activation") for bad in ("swish", None, ["tanh"])],
    *[(lambda bad=bad: MLPLoss(X, Y, loss=bad), "loss") for bad in ("mse", None)],
    *[(lambda bad=bad: MLPLoss(X, Y, biases=bad), "biases") for bad in ((True,), 1, "yes", (1, 0, 1))],
    (lambda: MLPLoss(X, Y, outputs=3), "outputs"),
    *[
        (lambda bad=bad: MLPLoss(X, bad, loss="cross_entropy"), "targets")
        for bad in (LABELS.astype(float), LABELS[:5], LABELS - 1, LABELS[:, None])
    ],
    (lambda: MLPLoss(X, LABELS, loss="cross_entropy", outputs=1), "outputs"),
    (lambda: MLPLoss(X, LABELS, loss="cross_entropy", outputs=2.5), "outputs"),
    (lambda: NET.predict(np.zeros(NET.dim), np.zeros((4, 2))), "inputs"),
    (lambda: NET.unpack(np.zeros(2)), "theta has shape"),
    (lambda: NET.pack([]), "parts"),
    (lambda: NET.pack([(np.zeros((3, 1)), None), (np.zeros((1, 3)), np.zeros(1))]), "layer 1"),
    *[(lambda f=f: f(-1), "degree") for f in (chebyshev, chebyshev_sign)],
    *[(lambda f=f: f(3, n=1), "n must") for f in (chebyshev, chebyshev_sign)],
    (lambda: digits(1798), "n must"),
    (lambda: one_hot([0, 5], classes=3), "labels|classes"),
]


@pytest.mark.parametrize(("call", "says"), CASES, ids=range(len(CASES)))
def test_bad_input_is_a_value_error_that_names_it(call, says):
    with pytest.raises(ValueError, match=says):
        call()


def test_the_message_holds_the_value():
    with pytest.raises(ValueError, match="eta must be positive and finite, got -0.5"):
        eos.GradientDescent(-0.5)
