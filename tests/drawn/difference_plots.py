"""The pictures of `eos.pictures.difference_plots`."""

import numpy as np
from picture import Panel, Picture

from eos import FromFunctions, pictures
from eos.pictures import BETWEEN, CURVE, MUTED, new_figure

CURVED = FromFunctions(np.cosh, np.sinh, lambda x, v: np.cosh(x) * v)
X = 0.4
TITLE = "Hv from two gradients: how far apart should they be?"


def errors(panel):
    """Large distances err by the formula, like sinh(h) / h - 1 for this curve; small ones by rounding."""
    panel.named(TITLE, "distance h", "relative error of Hv").frame(y=(1e-13, 10))
    assert panel.ax.get_xscale() == panel.ax.get_yscale() == "log"
    h = np.geomspace(1e-1, 1e-12, 45)
    (dots,) = [line for line in panel.ax.lines if line.get_label() == "measured"]
    x, y = dots.get_data()
    large, small = x > 1e-3, x < 1e-9
    assert np.allclose(x, h) and np.allclose(y[large], np.sinh(h[large]) / h[large] - 1, rtol=1e-2)
    assert (y[small] < 30 * 2.2e-16 / h[small]).all()
    names = "measured", "the formula, like h²", "rounding, like 1/h", "cube root of 2·10⁻¹⁶"
    looks = [
        panel.line(BETWEEN, h, y, "o", "None", names[0]),
        panel.line(CURVE, h, y[0] * 100 * h * h, style="--", label=names[1]),
        panel.line(MUTED, h, np.median(y[small] * h[small]) / h, style=":", label=names[2]),
        panel.upright(MUTED, 6.055454452393343e-06, "-."),
    ]
    panel.legend(dict(zip(names, looks, strict=True)))


def plot_lost_digits():
    ax = new_figure().subplots()
    assert pictures.plot_lost_digits(ax, CURVED, X) is ax
    picture = Picture(ax.figure)
    errors(Panel(ax, picture.known))
    yield picture


def lost_digits():
    picture = Picture(pictures.lost_digits(CURVED, X))
    (panel,) = picture.panels()
    errors(panel)
    yield picture
