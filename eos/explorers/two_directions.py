"""Notebook 3: gradient descent on a quadratic in two directions, each with a factor of its own."""

import numpy as np

from eos import GradientDescent, Quadratic, descend
from eos.pictures import CURVE, OUT_OF_SIGHT, coordinate_panel, plane_panel, regime, regime_strip
from eos.widgets import Edge, Explorer, Slider

RADIUS, REACH, LONGEST = 3.0, 3.6, 60
GLIDES = {"eta": 0.1, "lambda1": 9.0, "lambda2": 1.0, "angle": 45, "start": 115, "steps": 30}
"""Every slider, so that a preset is the same wherever the explorer starts."""


def two_directions(**start: float) -> Explorer:
    """f = lambda1 c1^2 / 2 + lambda2 c2^2 / 2, with c1, c2 the coordinates along two perpendicular directions.

    Sliders for the step size, both curvatures, the angle of the first direction and that of the start, in degrees,
    and the number of steps. Left the path on contours; right each coordinate on the curve of its prediction, of size
    |1 - eta lambda|^t |c(0)|, or between two where it bounces; below the regime of each. lambda2 may be negative,
    which makes a saddle. A run with a coordinate beyond 100 has escaped. Keywords are starting values.
    """
    return Explorer(
        name="two_directions",
        title="Gradient descent in two directions",
        sliders=(
            Slider("eta", 0.02, 2.5, 0.1, "step size η", log=True),
            Slider("lambda1", 0.5, 10.0, 9.0, "curvature λ₁", step=0.1),
            Slider("lambda2", -6.0, 10.0, 1.0, "curvature λ₂", step=0.1),
            Slider("angle", 0, 90, 45, "angle of v₁", integer=True),
            Slider("start", 0, 180, 115, "angle of start", integer=True),
            Slider("steps", 1, LONGEST, 30, "steps", integer=True),
        ),
        setup=_setup,
        size=(8.4, 5.2),
        presets={
            "both glide": GLIDES,
            "one bounces, one glides": {**GLIDES, "eta": 0.2},
            "one bounces for ever": {**GLIDES, "eta": 2 / 9},
            "one bounces ever wider": {**GLIDES, "eta": 0.25},
            "both escape": {**GLIDES, "eta": 0.25, "lambda2": 8.6},
            "a start that spares v₁": {**GLIDES, "eta": 0.25, "start": 135},
            "a round bowl": {**GLIDES, "eta": 0.2, "lambda2": 9.0},
            "a saddle": {**GLIDES, "lambda1": 3.0, "lambda2": -5.0, "start": 48},
        },
        edges={
            "eta": Edge("edge 2/S", _edge),
            "lambda1": Edge("edge 2/η", lambda eta, **_: GradientDescent(eta).threshold),
            "lambda2": Edge("edge 2/η", lambda eta, **_: GradientDescent(eta).threshold),
        },
        touch={0: lambda x, y: {"start": np.rad2deg(np.arctan2(max(y, 0.0), x))}},
    ).at(**start)


def _edge(lambda1, lambda2, **_):
    return GradientDescent(1.0).critical_eta(max(lambda1, lambda2))


def _setup(figure):
    grid = figure.add_gridspec(3, 2, height_ratios=[3, 3, 1.6], width_ratios=[1.15, 1])
    plane = plane_panel(figure.add_subplot(grid[:2, 0]), REACH)
    upper, lower = (figure.add_subplot(grid[i, 1]) for i in range(2))
    rows = coordinate_panel(upper, 0, LONGEST, REACH), coordinate_panel(lower, 1, LONGEST, REACH)
    upper.set(title="dashed: |1 − ηλ|ᵗ |c₀|", xticklabels=[])
    lower.set(xlabel="step t")
    strip = regime_strip(figure.add_subplot(grid[2, :]), (CURVE, CURVE), ("ηλ₁", "ηλ₂"), "λ")

    def update(eta, lambda1, lambda2, angle, start, steps):
        curvatures, turn = np.array([lambda1, lambda2]), np.deg2rad(angle)
        vectors = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
        x0 = RADIUS * np.array([np.cos(np.deg2rad(start)), np.sin(np.deg2rad(start))])
        hessian = (vectors.T * curvatures) @ vectors
        run = descend(Quadratic((hessian + hessian.T) / 2), GradientDescent(eta), x0, int(steps), escape=OUT_OF_SIGHT)
        coordinates, factors = run.x @ vectors.T, 1.0 - eta * curvatures
        plane(curvatures, vectors, run)
        for row, c, factor in zip(rows, coordinates.T, factors, strict=True):
            row(c, factor, run)
        strip(*(eta * curvatures))
        return _reading(factors, curvatures, coordinates, run)

    return update


def _reading(factors, curvatures, coordinates, run) -> str:
    parts = [
        f"Along v{name} (λ{name} = {curvature:.4g}) each step multiplies by 1 − ηλ{name} = {factor:.4g}: "
        + ("the start has no part along it." if abs(c) < 1e-9 else f"it {regime(factor)}.")
        for name, curvature, factor, c in zip("₁₂", curvatures, factors.round(12) + 0.0, coordinates[0], strict=True)
    ]
    if run.escaped_at is not None:
        seen = (np.abs(coordinates[0]) > 1e-9) & (np.abs(factors) > 1)
        why = "" if seen.any() else ": even the part that rounding leaves grows"
        return " ".join([*parts, f"Escaped at step {run.escaped_at} (a coordinate above {OUT_OF_SIGHT:.0f}){why}."])
    end = ", ".join(f"{0.0 if abs(c) < 1e-9 else c:.3g}" for c in coordinates[-1])
    return " ".join([*parts, f"After step {run.steps[-1]} the two coordinates are {end}."])
