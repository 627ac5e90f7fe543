"""The strip that says in which regime a step stands: eta times curvature against 1 and 2, with a pointer or several."""

from __future__ import annotations

from eos.figures import CURVE, EDGE, FLOW, ITERATES, scaled
from eos.labels import add_label


def regime_strip(ax, colors=(CURVE,), names=("",), curvature="a"):
    """Draw it, with a pointer for each colour and name: returns `move(*products)`, one eta times curvature for each.

    Several pointers stand in rows, one below the other, so that equal products do not hide each other.
    """
    rows = [0.84 - 0.26 * i for i in range(len(colors))]
    ax.set(xlim=(0, 3), xticks=[0, 0.5, 1, 1.5, 2, 2.5, 3], xlabel=f"step size × curvature, η{curvature}")
    ax.set(ylim=(0, 1), yticks=[])
    ax.grid(False)
    for left, right, color, name in (
        (0, 1, FLOW, "glides in"),
        (1, 2, ITERATES, "bounces in"),
        (2, 3, EDGE, "escapes"),
    ):
        ax.axvspan(left, right, color=color, alpha=0.13, linewidth=0)
        ax.text((left + right) / 2, rows[-1] / 2 - 0.08, name, ha="center", va="center", color=color, weight="bold")
    ax.axvline(2, color=EDGE, linestyle="--", linewidth=scaled(1.8))
    pointers = [_pointer(ax, *look) for look in zip(colors, names, rows, strict=True)]

    def move(*products):
        for pointer, product in zip(pointers, products, strict=True):
            pointer(product)

    return move


def _pointer(ax, color, name, height):
    (mark,) = ax.plot([], [], marker="v", color=color, markersize=scaled(11), animated=True, clip_on=False)
    gap = scaled(0.045)
    label = add_label(ax, 0, height, name, color=color, weight="bold", va="center")

    def move(product):
        inside = product <= 3.0
        mark.set_data([min(product, 3.0)], [height])
        mark.set_marker("v" if inside else ">")
        label.set_x(min(product, 3.0) + (gap if product < 2.5 else -gap))
        label.set_ha("left" if product < 2.5 else "right")

    return move
