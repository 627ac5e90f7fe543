"""Where runs end, for every step size."""

import numpy as np
from matplotlib.image import AxesImage
from own import differ, soft, soft_bend
from panels import run_on_curve

from eos import GradientDescent, SoftAbs, descend
from eos.pictures import CURVE, ITERATES

EDGES = {"eta": "edge at the bottom, 2/f″(0)"}
SETTINGS = [{"eta": eta, "x0": x0} for eta in (0.95, 1.05, 4.0) for x0 in (-0.5, 0.0, 0.5)] + [
    {"steps": 1},
    {"steps": 2},
]


def edges(**_):
    return {"eta": 2 / soft_bend(0.0)}


def drawn(picture, values, reading):
    eta, x0, steps = values.values()
    curve, far = picture.panels()
    whole = descend(SoftAbs(), GradientDescent(eta), x0, 400).x[:, 0]  # chaos: the library's own roundings
    x = whole[: steps + 1]
    last = x[-min(64, len(x) // 2 + 1) :]
    run_on_curve(curve, "the curve and the iterates", soft, x, None, (4.4, -0.25, 4.4), (9.9, -0.55, 9.9))
    far.named("the last places", "step size η", "x").frame((0.3, 10.2), (-9.9, 9.9))
    far.upright(CURVE, eta, "-")
    far.line(ITERATES, np.full(len(last), eta), last, "o", "None")
    pale, dark = far.others(AxesImage)
    assert pale.get_extent() == dark.get_extent() == [0.5, 10.0, -9.9, 9.9]
    seen = ~np.ma.getmaskarray(dark.get_array())
    if eta > 1 and not whole[-64:].any():
        assert not seen.any(), "a run that stands on the bottom leans to neither side"
    else:
        rows, columns = np.linspace(-9.9, 9.9, 241), np.linspace(0.5, 10.0, 381)
        middle, column = (rows[1:] + rows[:-1]) / 2, seen[:, np.abs(columns - eta).argmin()]
        own = whole[-64:]
        near = np.abs(middle[column][:, None] - own).min(1).max() if abs(own.mean()) > 0.2 and eta < 5 else 0
        assert column.any() and near < 0.25, "the dark side is that of this run"
        mirror = ~np.ma.getmaskarray(pale.get_array())
        assert np.mean(mirror < seen) + np.mean(mirror != mirror[::-1]) < 1e-3, "pale are both sides"
    places = ", ".join(f"{differ(round(float(place), 3)):.3f}" for place in last[-4:])
    assert reading == f"Step size {eta:.4g}, start {x0:.4g}, step {steps}. Last places: {places}."
