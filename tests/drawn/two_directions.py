"""A quadratic in two directions."""

import numpy as np
import panels
from own import differ, walk

from eos.pictures import CURVE, ITERATES, MUTED

EDGES = {"eta": "edge 2/S", "lambda1": "edge 2/η", "lambda2": "edge 2/η"}
SETTINGS = [
    {"lambda1": 5.0, "lambda2": lambda2, "eta": eta, "angle": angle, "start": start}
    for lambda2 in (-6.0, 0.0, 0.1, 5.0)
    for eta in (0.2, 0.399, 0.4, 0.401)
    for angle, start in ((0, 90), (30, 120), (45, 0))
]


def edges(eta, lambda1, lambda2, **_):
    return {"eta": 2 / max(lambda1, lambda2), "lambda1": 2 / eta, "lambda2": 2 / eta}


def drawn(picture, values, reading):
    eta, lambda1, lambda2, angle, start, steps = values.values()
    plane, upper, lower, below = picture.panels()
    turn, toward = np.deg2rad(angle), np.deg2rad(start)
    vectors = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    curvatures, first = np.array([lambda1, lambda2]), 3 * np.array([np.cos(toward), np.sin(toward)])
    x, escaped = walk(lambda x: vectors.T @ (curvatures * (vectors @ x)), eta, first, steps, 100.0)
    c, factors = x @ vectors.T, 1 - eta * curvatures
    tiny = 1e-9 if escaped is None else 1e-4  # where rounding alone grows
    plane.named("the path, from above", "x", "y").frame((-3.6, 3.6), (-3.6, 3.6))
    contours(plane, curvatures, vectors)
    for name, vector, far, shaft in zip(("v₁", "v₂"), vectors, ("--", "--"), ("-", "--"), strict=True):
        plane.line(CURVE, *np.transpose([-7.2 * vector, 7.2 * vector]), style=far)
        plane.line(CURVE, *np.transpose([0 * vector, 1.2 * vector]), style=shaft)
        heads = [line for line in plane.ax.lines if isinstance(line.get_marker(), tuple)]
        head = next(line for line in heads if np.allclose(np.ravel(line.get_data()), 1.2 * vector))
        sides, kind, way = head.get_marker()
        assert (sides, kind) == (3, 0) and np.allclose(np.deg2rad(way + 90), np.arctan2(vector[1], vector[0]))
        plane.line(CURVE, *np.transpose([1.2 * vector]), str(head.get_marker()), "None")
        plane.note(name, CURVE, 1.6 * vector)
    plane.line(ITERATES, *x.T, "o", tiny=tiny)
    plane.line(ITERATES, *x[:1].T, "o")
    plane.escape(escaped, at=(0.97, 0.04))
    rows = zip((upper, lower), c.T, factors, ("dashed: |1 − ηλ|ᵗ |c₀|", ""), ("", "step t"), "os", "₁₂", strict=True)
    for panel, row, factor, title, xname, marker, number in rows:
        panel.named(title, xname, f"along v{number}").frame((-1, 61), (-3.6, 3.6))
        panel.line(ITERATES, np.arange(steps + 1), row, marker, tiny=tiny)
        panel.note(f"factor {differ(round(factor, 12)):.3g}", at=(0.985, 0.95))
        prediction(panel, row, factor, steps)
    panels.strip(below, "λ", {"ηλ₁": eta * lambda1, "ηλ₂": eta * lambda2})
    words(reading, factors.round(12), curvatures, c, escaped, steps)


def contours(plane, curvatures, vectors):
    """Every point of the contours is on one of few heights; from each to the next it grows twofold, or fourfold."""
    (line,) = [line for line in plane.ax.lines if line.get_gid() == "contours"]
    points = np.stack(line.get_data(), -1)
    sizes = np.where(np.abs(curvatures) < 1e-6, -1e-6, curvatures)  # as good as straight
    heights = ((points @ vectors.T) ** 2 * sizes).sum(-1)
    heights = np.abs(heights[np.isfinite(heights)])
    levels = np.log2(heights / 0.1)
    assert np.allclose(levels, levels.round(), atol=1e-2) and len(set(levels.round())) in (4, 12)
    plane.line(MUTED, *points.T)


def prediction(panel, row, factor, steps):
    """The dashed curves are +-|factor|^t |c0| up to the step shown; one of them where the sign stays."""
    (line,) = [line for line in panel.ax.lines if line.get_gid() == "prediction"]
    t, y = line.get_data()
    seen = np.isfinite(y)
    if abs(row[0]) > 1e-9:
        assert set(t[seen]) == set(range(steps + 1))
        size = abs(row[0]) * abs(factor) ** t[seen]
        with np.errstate(under="ignore"):
            assert np.allclose(np.abs(y[seen]), np.minimum(size, 1e3), rtol=1e-9, atol=1e-12)
        two = factor < 0
        signs = set(np.sign(y[seen][size > 1e-9]))
        assert signs == ({-1, 1} if two else {np.sign(row[0])})
    if seen.any():
        panel.line(CURVE, t, y, style="--")


def words(reading, factors, curvatures, c, escaped, steps):
    said = {0.0: "lands at once", -1.0: "bounces for ever", 1.0: "stays put"}
    for number, factor, curvature, first in zip("₁₂", factors, curvatures, c[0], strict=True):
        way = "glides in" if 0 < factor < 1 else "bounces in" if -1 < factor < 0 else "escapes"
        what = said.get(factor, "slides away" if factor > 1 else way)
        told = "the start has no part along it." if abs(first) < 1e-9 else f"it {what}."
        factor = differ(factor)
        along = f"Along v{number} (λ{number} = {curvature:.4g}) each step multiplies by 1 − ηλ{number} = {factor:.4g}: "
        assert along + told in reading
    if escaped is None:
        places = ", ".join(f"{0.0 if abs(part) < 1e-9 else part:.3g}" for part in c[-1])
        assert reading.endswith(f" After step {steps} the two coordinates are {places}.")
        return
    grows = ((np.abs(c[0]) > 1e-9) & (np.abs(factors) > 1)).any()
    why = "" if grows else ": even the part that rounding leaves grows"
    assert reading.endswith(f" Escaped at step {escaped} (a coordinate above 100){why}.") or not grows
