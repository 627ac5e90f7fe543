"""The strip that says in which regime a step stands: eta times curvature against 1 and 2, with a pointer or several."""

from eos.pictures.artists import moving_line, telling
from eos.pictures.labels import add_label
from eos.pictures.style import CURVE, EDGE, ITERATES

REGIMES = (0, 1, CURVE, "glides in"), (1, 2, ITERATES, "bounces in"), (2, 3, EDGE, "escapes")


def regime(factor: float) -> str:
    """What a run does whose distance from the bottom is multiplied by `factor` at each step."""
    factor = round(float(factor), 12) + 0.0  # rounding shall not say that 2 is not 2
    if factor in (0.0, -1.0, 1.0):
        return {0.0: "lands at once", -1.0: "bounces for ever", 1.0: "stays put"}[factor]
    if factor > 1:
        return "slides away"
    return "glides in" if factor > 0 else "bounces in" if factor > -1 else "escapes"


def strip_below(figure, height: float):
    """Two panels side by side and one below them for a strip; their heights are `height` to 1."""
    grid = figure.add_gridspec(2, 2, height_ratios=[height, 1])
    return [figure.add_subplot(place) for place in (grid[0, 0], grid[0, 1], grid[1, :])]


def regime_strip(ax, colors=(CURVE,), names=("",), curvature="a"):
    """Draw it, with a pointer for each colour and name: returns `move(*products)`, one eta times curvature for each.

    Several pointers stand in rows, one below the other, so that equal products do not hide each other.
    """
    rows = [0.84 - 0.26 * i for i in range(len(colors))]
    ax.set(xlim=(0, 3), xticks=[0, 0.5, 1, 1.5, 2, 2.5, 3], xlabel=f"step size × curvature, η{curvature}")
    ax.set(ylim=(0, 1), yticks=[])
    ax.grid(False)
    for left, right, color, name in REGIMES:
        telling(ax.axvspan(left, right, color=color, alpha=0.13, linewidth=0))
        place = (left + right) / 2, rows[-1] / 2 - 0.08
        telling(ax.text(*place, name, ha="center", va="center", color=color, weight="bold"))
    telling(ax.axvline(2, color=EDGE, linestyle="--", linewidth=1.8))
    pointers = [_pointer(ax, *style) for style in zip(colors, names, rows, strict=True)]

    def move(*products):
        for pointer, product in zip(pointers, products, strict=True):
            pointer(product)

    return move


def _pointer(ax, color, name, height):
    mark = moving_line(ax, marker="v", color=color, markersize=11, clip_on=False)
    label = add_label(ax, 0, height, name and f"   {name}   ", color=color, weight="bold", va="center")

    def move(product):
        place = min(max(product, 0.0), 3.0)
        mark.set_data([place], [height])
        mark.set_marker("v" if place == product else ">" if product > 3.0 else "<")
        label.set_x(place)
        label.set_ha("left" if product < 2.5 else "right")

    return move
