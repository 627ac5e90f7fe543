"""Artists: the lines, marks and notes that pictures are made of, so that each idea looks the same wherever it is drawn.

What moves is animated: a `Screen` draws it anew over what stands still. `edge_mark` and `escape_note` return
`move(...)`.
"""

import numpy as np

from eos.pictures.labels import PAPER, add_label
from eos.pictures.style import EDGE, ITERATES

TELLING = "telling"
"""Group id of artists that answer what a notebook asks: a `Screen` hides them until the reader wants them."""


def telling(artist):
    """The artist, marked as one that answers what is asked."""
    artist.set_gid(TELLING)
    return artist


def moving_line(ax, **style):
    """An empty line that moves."""
    return ax.plot([], [], animated=True, **style)[0]


def iterate_line(ax, **style):
    """An empty line in the look of iterates: dots joined by thin strokes."""
    return ax.plot([], [], **{"color": ITERATES, "marker": "o", "linewidth": 1, "zorder": 4, **style})[0]


def moving_dots(ax, **style):
    """The same, moving."""
    return iterate_line(ax, animated=True, **style)


def ring(ax, **style):
    """A white dot with a coloured rim that moves: where a run starts."""
    return moving_dots(ax, **{"markersize": 10, "markerfacecolor": "white", "zorder": 5, **style})


def star(ax, **style):
    """A white star that moves: where a run should end."""
    return ring(ax, **{"marker": "*", "markersize": 15, "linewidth": 0, **style})


def path_line(ax, **style):
    """An empty line for a run on a map: iterates ringed in white, so that they stand out from any colour."""
    rim = {"markersize": 4.5, "markeredgecolor": "white", "markeredgewidth": 0.5, "linewidth": 0.8}
    return iterate_line(ax, **{**rim, **style})


def edge_line(ax, height: float = np.nan, label: str | None = "2/η", **style):
    """A horizontal dashed line at the edge."""
    return ax.axhline(height, **{"color": EDGE, "linestyle": "--", "zorder": 3, "label": label, **style})


def edge_mark(ax, symbol: str = "2/η", ceiling: float = 0.93, tells: bool = False):
    """A moving dashed line at the edge with its value beside it: returns `move(height)`.

    The value stays below `ceiling`, a part of the axes' height, and points up where the line is above it. With `tells`
    both are `telling`.
    """
    line = edge_line(ax, animated=True, label=None, zorder=6)
    note = edge_note(ax, 0.985, 0.0, transform=ax.get_yaxis_transform(), zorder=7, va="bottom", ha="right")
    if tells:
        telling(line)
        telling(note)

    def move(height: float):
        bottom, top = ax.get_ylim()
        highest = bottom + ceiling * (top - bottom)
        line.set_ydata([height, height])
        note.set_text(f"{symbol} = {height:.4g}" + (" ↑" if height > top else ""))
        note.set_y(min(height + 0.015 * (top - bottom), highest))

    return move


def edge_note(ax, x: float, y: float, **style):
    """A label on faint paper in the colour of the edge, at a place in parts of the axes."""
    return add_label(ax, x, y, **{"transform": ax.transAxes, "color": EDGE, "weight": "bold", "bbox": PAPER, **style})


def escape_note(ax, x: float = 0.03, ha: str = "left", y: float = 0.95, va: str = "top"):
    """As a rule at the top: returns `move(escaped_at)`, which says at which step a run escaped, or nothing."""
    note = edge_note(ax, x, y, va=va, ha=ha, zorder=6)
    return lambda escaped_at: note.set_text("" if escaped_at is None else f"escaped at step {escaped_at}")
