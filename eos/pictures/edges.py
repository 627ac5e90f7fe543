"""The edges of several methods: in rows, and against beta as found by experiment and as the formulas say."""

from collections.abc import Callable

import numpy as np
from matplotlib.figure import Figure

from eos.pictures.artists import moving_line, telling
from eos.pictures.labels import add_label
from eos.pictures.style import CURVE, EDGE, ITERATES, new_figure, styled
from eos.steppers import Stepper
from eos.trajectories import found_edge

MARKS = "osv^D"


def method_rows(ax, names: list[str], limits: tuple[float, float]):
    """A row for each method on one axis of eta times sharpness: `move(number, product, edges)`.

    `number`, from 1 on, is the method that has the pointer; its edge and those of the others are `telling`.
    """
    heights = np.arange(len(names), 0, -1.0)
    ax.set(xlim=limits, xscale="log", ylim=(0.4, len(names) + 0.8), xlabel="step size × sharpness")
    ax.set_yticks(heights, [f"{name}  {i}" for i, name in enumerate(names, start=1)])
    ax.set_xticks([0.1, 1, 10, 100, 1000], ["0.1", "1", "10", "100", "1000"])
    ax.set_title("the methods")
    ax.grid(visible=False, axis="y")
    bars = telling(moving_line(ax, color=ITERATES, linewidth=9, alpha=0.25, solid_capstyle="butt"))
    ends = telling(moving_line(ax, color=EDGE, linestyle="none", marker="|", markersize=20, markeredgewidth=2.5))
    notes = [telling(add_label(ax, 1.0, y, color=EDGE, weight="bold", va="center")) for y in heights]
    line = moving_line(ax, color=CURVE, linewidth=1.0, linestyle=":")
    pointer = moving_line(ax, color=CURVE, marker="v", markersize=12, clip_on=False)

    def move(number, product, edges):
        bars.set_data(*_bars(limits[0], edges, heights))
        ends.set_data(edges, heights)
        for note, edge in zip(notes, edges, strict=True):
            note.set_text(f"  {edge:.3g}")
            note.set_x(edge)
        line.set_data([product, product], ax.get_ylim())
        pointer.set_data([product], [heights[number - 1] + 0.18])

    return move


def _bars(low, edges, heights):
    """Level strokes from `low` to each edge, ended by NaN."""
    x = np.stack([np.full(len(edges), low), edges, np.full(len(edges), np.nan)], axis=1)
    return x.ravel(), np.repeat(heights, 3)


@styled
def plot_edges(ax, methods: dict[str, Callable[[float], Stepper]], betas):
    """eta S at the edge against beta for methods that a function of beta makes: found in dots, formulas in lines."""
    fine, last = np.linspace(0, max(betas), 99), max(betas)
    for (name, make), mark in zip(methods.items(), MARKS, strict=False):
        ax.plot(fine, [make(beta).critical_eta(1.0) for beta in fine], color=EDGE, linestyle="--", linewidth=1.2)
        found = [found_edge(make(beta)) for beta in betas]
        ax.plot(betas, found, mark, color=EDGE, markerfacecolor="white", markeredgewidth=1.6, markersize=7, label=name)
        ax.text(last + 0.02, found[-1], name, va="center")
    ax.set(xlim=(-0.02, last + 0.28), yscale="log", ylim=(1, 250), xlabel="β", ylabel="ηS at the edge")
    ax.set(title="found by experiment (marks), and by the formulas (dashed)")
    ax.set_xticks(np.arange(0, 1.1, 0.2))
    ax.set_yticks([1, 2, 5, 10, 20, 50, 100, 200], ["1", "2", "5", "10", "20", "50", "100", "200"])
    return ax


def edges_found(methods: dict[str, Callable[[float], Stepper]], betas) -> Figure:
    """The edges of one to five methods against beta, by experiment and by formula; ValueError for more."""
    if not 1 <= len(methods) <= len(MARKS):
        raise ValueError(f"methods must be 1 to {len(MARKS)} methods, got {len(methods)}")
    figure = new_figure((9.0, 3.8))
    plot_edges(figure.subplots(), methods, betas)
    return figure
