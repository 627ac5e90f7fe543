"""The plane of a bounce in a valley: how wide it is, and how much sharper than the edge the floor below it is."""

import numpy as np

from eos.pictures.artists import edge_line, edge_note, moving_dots, moving_line, ring, star, telling
from eos.pictures.style import CURVE, MUTED


def bounce_size(run):
    """w = (x y)^2 and S - 2/eta at each iterate of a run in a valley l(x y), where S = y^2 is that of the floor."""
    return run.x.prod(-1) ** 2, run.x[:, 1] ** 2 - run.stepper.threshold


def bounce_plane(ax, width: float, low: float, high: float, second: str):
    """w to the right, S - 2/eta upwards: `move(w, above, edge, growth, line, goal)`.

    `edge` is 2/eta, a number beside the dashed line; `growth` and `line` are the places (w, S - 2/eta) of two lines,
    the second of which is called `second`; `goal` is the point where a run should end. The last three are hidden until
    they may be told.
    """
    ax.set(xlim=(-0.02 * width, width), ylim=(low, high), xlabel="size of the bounce, w = (xy)²", ylabel="S − 2/η")
    edge_line(ax, 0.0)
    place = {"transform": ax.get_yaxis_transform(), "va": "bottom", "ha": "right", "zorder": 7}
    note = edge_note(ax, 0.985, 0.01 * (high - low), **place)
    lines = [
        telling(moving_line(ax, color=CURVE, linestyle="-", linewidth=1.3, label="stops growing")),
        telling(moving_line(ax, color=MUTED, linestyle="-.", linewidth=2.0, label=second)),
    ]
    path, first = moving_dots(ax, markersize=3.5), ring(ax, markersize=8)
    now, end = moving_dots(ax, markersize=8, zorder=6), telling(star(ax, markeredgecolor=MUTED, zorder=7))
    telling(ax.legend(handles=lines, loc="lower right"))

    def move(w, above, edge, growth, line, goal):
        note.set_text(f"2/η = {edge:.4g}")
        for artist, places in zip(lines, (growth, line), strict=True):
            artist.set_data(*places)
        path.set_data(w, above)
        first.set_data(w[:1], above[:1])
        now.set_data(w[-1:], above[-1:])
        end.set_data(*np.transpose([goal]))

    return move


def walls_panel(ax, reach: float):
    """A valley's walls l(z), the parabola that fits at their bottom, and the iterates: `move(walls, z)`."""
    grid = np.linspace(-reach, reach, 161)
    ax.plot(grid, 1 + grid**2 / 2, color=MUTED, linestyle=":", label="parabola")
    ax.set(xlim=(-reach, reach), ylim=(0.9, 1 + 0.45 * reach**2), xlabel="z = xy", ylabel="l(z)", title="the walls")
    line, dots = moving_line(ax, color=CURVE, zorder=3), moving_dots(ax, markersize=4, linewidth=0.6)
    ax.legend(loc="upper center")

    def move(walls, z):
        line.set_data(grid, walls.value(grid[:, None]))
        dots.set_data(z, walls.value(z[:, None]))

    return move
