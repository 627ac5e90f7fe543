"""The pictures of `eos.pictures.edges`."""

import numpy as np
from picture import Picture

from drawn.methods import formula, rate
from eos import Adam, GradientDescent, HeavyBall, Nesterov, RMSProp
from eos.pictures import EDGE, edges, new_figure

BETAS = [0.0, 0.4, 0.8, 0.95]
METHODS = {
    "plain": lambda beta: GradientDescent(0.3),
    "ball": lambda beta: HeavyBall(0.1, beta),
    "ahead": lambda beta: Nesterov(2.0, beta),
    "divided": lambda beta: RMSProp(0.1, beta),
    "both": lambda beta: Adam(0.1, beta),
}


def edge(method, beta):
    """Where growth begins, by halving."""
    low, high = 0.1, 1000.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if rate(method, middle, beta) < 1 else (low, middle)
    return low


def against_beta(panel, methods, betas):
    """A mark for each edge that is found, a dashed line for the formula."""
    last = max(betas)
    panel.named("found by experiment (marks), and by the formulas (dashed)", "β", "ηS at the edge")
    panel.frame((-0.02, max(1, last + 0.28)), (1, 250))  # all of β, and room for the names
    assert panel.ax.get_yscale() == "log" and panel.ax.get_xscale() == "linear"
    assert np.allclose(panel.ax.get_xticks(), [0, 0.2, 0.4, 0.6, 0.8, 1.0])
    ticks = [1, 2, 5, 10, 20, 50, 100, 200]
    assert np.allclose(panel.ax.get_yticks(), ticks)
    assert [float(text.get_text()) for text in panel.ax.get_yticklabels()] == ticks
    fine = np.linspace(0, last, 99)
    for name, mark in zip(methods, "osv^D", strict=False):
        method = 1 + list(METHODS).index(name)
        panel.line(EDGE, fine, [formula(method, beta) for beta in fine], style="--")
        marks = panel.line(EDGE, betas, [edge(method, beta) for beta in betas], mark, "None", name, rel=1e-3)
        panel.note(name, at=(last + 0.02, marks.get_ydata()[list(betas).index(last)]))


def plot_edges():
    ax = new_figure().add_subplot()
    assert edges.plot_edges(ax, METHODS, BETAS) is ax
    picture = Picture(ax.figure)
    against_beta(*picture.panels(), METHODS, BETAS)
    yield picture


def edges_found():
    for names, betas in ((list(METHODS), BETAS), (["both"], [0.98]), (["plain"], [0.0, 0.5])):
        methods = {name: METHODS[name] for name in names}
        picture = Picture(edges.edges_found(methods, betas))
        against_beta(*picture.panels(), methods, betas)
        yield picture
