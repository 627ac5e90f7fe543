"""What the panels that explorers share must show: each takes a `Panel` and what is true, computed by the caller."""

import numpy as np
from matplotlib.collections import Collection
from matplotlib.colors import same_color, to_rgb
from matplotlib.contour import ContourSet
from matplotlib.patches import Patch

from eos.pictures import CURVE, EDGE, ITERATES, MUTED

EDGE_AT = 2.0
"""eta times curvature at the edge of gradient descent."""


def run_on_curve(panel, title, f, x, escaped, *frames):
    """A curve f with the run x on it, a ring where it starts, in the first frame in which it fits."""
    panel.named(title, "x", "f(x)")
    farthest = np.nanmax(np.abs(x))
    width, low, high = next((frame for frame in frames if farthest <= frame[0]), frames[-1])
    panel.frame((-width, width), (low, high))
    grid = np.linspace(-frames[-1][0], frames[-1][0], 801)
    panel.line(CURVE, grid, f(grid))
    panel.line(ITERATES, x, f(x), "o")
    panel.line(ITERATES, x[:1], f(x[:1]), "o")
    panel.escape(escaped, at=(0.03, 0.95))


def strip(panel, symbol, products):
    """The strip of regimes, with a pointer for each name."""
    panel.named("", f"step size × curvature, η{symbol}").frame((0, 3), (0, 1))
    names = "glides in", "bounces in", "escapes"
    spans = panel.others(Patch)
    sides = [(span.get_x(), span.get_x() + span.get_width()) for span in spans]
    assert sides == [(0, 1), (1, EDGE_AT), (EDGE_AT, 3)]
    lowest = 0.84 - 0.26 * (len(products) - 1)
    for i, (name, span, color) in enumerate(zip(names, spans, (CURVE, ITERATES, EDGE), strict=True)):
        panel.note(name, color, (i + 0.5, lowest / 2 - 0.08))
        assert same_color(to_rgb(span.get_facecolor()), color)
    panel.upright(EDGE, EDGE_AT)
    for row, (name, product) in enumerate(products.items()):
        height, place = 0.84 - 0.26 * row, min(max(product, 0.0), 3.0)
        marker = "v" if 0 <= product <= 3 else ">" if product > 3 else "<"
        panel.line(CURVE, [place], [height], marker)
        panel.note(name, CURVE, (place, height) if name else None)


def spreads(panel, f, xlim, ylim):
    """The loss from above: darker where it is lower, on these limits."""
    filled, lines = panel.others(Collection)
    assert isinstance(filled, ContourSet) and isinstance(lines, ContourSet)
    grid = np.stack(np.meshgrid(np.linspace(*xlim, 161), np.linspace(*ylim, 161)), -1)
    height = f(grid) - f(grid).min()
    levels = np.geomspace(height.max() / 1000, height.max(), 22)
    assert np.allclose(filled.levels, levels, rtol=1e-3), "the levels are of equal ratios, up to the highest point"
    assert np.allclose(lines.levels, levels[1:], rtol=1e-3)
    panel.frame(xlim, ylim)
    for level, path in list(zip(lines.levels, lines.get_paths(), strict=True))[2:-1:3]:
        here = f(path.vertices) - f(grid).min()
        assert np.abs(np.median(here) / level - 1) < 0.03, "a contour lies at its level"


def corners(surface) -> np.ndarray:
    """The corners of a surface's facets in space, one a row."""
    given = getattr(surface, "_faces", None)  # Matplotlib 3.10 keeps them as `_vec`
    if given is None:
        return surface._vec[:3].T
    filled_up = np.broadcast_to(getattr(surface, "_invalid_vertices", False), given.shape[:2])
    return np.asarray(given)[~filled_up]


def bounce_plane(panel, title, w, above, edge, width, low, high, second, growth, line, goal):
    """The plane of the bounce: the run in it, two lines and where it should end."""
    panel.named(title, "size of the bounce, w = (xy)²", "S − 2/η").frame((-0.02 * width, width), (low, high))
    panel.level(EDGE, 0.0, label="2/η")
    panel.note(f"2/η = {edge:.4g}", EDGE, (0.985, 0.01 * (high - low)))
    solid = panel.line(CURVE, *growth, label="stops growing")
    dashed = panel.line(MUTED, *line, style="-.", label=second, rel=1e-6)
    panel.legend({"stops growing": solid, second: dashed})
    panel.line(ITERATES, w, above, "o", rel=1e-6)
    panel.line(ITERATES, w[:1], above[:1], "o", rel=1e-6)
    panel.line(ITERATES, w[-1:], above[-1:], "o", rel=1e-6)
    if np.isfinite(goal).all():
        panel.line(ITERATES, goal[:1], goal[1:], "*", "None", rel=1e-6)


def fit(panel, x, y, room, theta_answers, yname="", rel=1e-7, tiny=1e-12):
    """Data as rings, the fit as a line."""
    panel.named("the fit", "input", yname)
    panel.frame(y=(min(y) - room * np.ptp(y), max(y) + room * np.ptp(y)))
    panel.line("white", x, y, "o", "None")
    grid = np.linspace(min(x), max(x), 121)
    answers = theta_answers(grid)
    if np.isfinite(answers).all():
        panel.line(ITERATES, grid, answers, rel=rel, tiny=tiny)
