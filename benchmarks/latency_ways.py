"""What latency.py shows in its notebook: one explorer in three ways, turned by the same slider.

Each picture carries a mark in its lower left corner whose colour says the slider's position, so that the page can read
which value it shows: red is the position, green is 255 less it, blue is BLUE.
"""

from dataclasses import replace

import ipywidgets as widgets
import numpy as np
from comm import create_comm
from IPython.display import display
from matplotlib.patches import Rectangle
from matplotlib.transforms import IdentityTransform

from eos import GradientDescent, Quadratic, SoftAbs, descend, secant_curvature
from eos.explorers import flattening, parabola
from eos.pictures import plots

BLUE, MARK = 77, 24


def marked(explorer, animated: bool = True):
    """The explorer with the mark in its picture; pyplot shows it only where it is not animated."""
    values = explorer.sliders[0].values

    def setup(figure):
        update = explorer.setup(figure)
        mark = Rectangle((0, 0), MARK, MARK, transform=IdentityTransform(), animated=animated, linewidth=0)
        figure.add_artist(mark)

        def marked_update(eta, **others):
            place = values.index(eta)
            mark.set_facecolor(f"#{place:02x}{255 - place:02x}{BLUE:02x}")
            return update(eta=eta, **others)

        return marked_update

    return replace(explorer, setup=setup)


def remember_the_diagram():
    """Let the long-run diagram be computed once: no tutorial would do so at every event."""
    compute, known = plots.descend, []

    def once(*args):
        if not known:
            known.append(compute(*args))
        return known[0]

    plots.descend = once


def tutorial(explorer):
    """The usual way: `interact`, and at each event a new pyplot figure with the same content."""
    from matplotlib import pyplot

    explorer = marked(explorer, animated=False)
    first, *others = explorer.sliders

    def draw(**values):
        figure = pyplot.figure(figsize=explorer.size)
        print(explorer.setup(figure)(**values))
        pyplot.show()

    eta = widgets.SelectionSlider(options=first.values, value=first.start, description=first.text)
    widgets.interact(draw, eta=eta, **{slider.name: usual_slider(slider) for slider in others})


def usual_slider(slider):
    """The slider of a tutorial."""
    kind, step = (widgets.IntSlider, 1) if slider.integer else (widgets.FloatSlider, 0.05)
    return kind(slider.start, min=slider.low, max=slider.high, step=step, description=slider.text)


def parabola_lines(values):
    """The polylines of the parabola's picture, as (points, 2) arrays in parts of the canvas."""
    run = descend(Quadratic(values["a"]), GradientDescent(values["eta"]), values["x0"], values["steps"], escape=100.0)
    size = np.log10(np.maximum(np.abs(run.x[:, 0]), 1e-6)) / 8 + 0.75
    return [_line(run.x[:, 0] / 32 + 0.25, run.loss / 40), _line(0.5 + run.steps / 120, size)]


def flattening_lines(values):
    """The polylines of the flattening curve's picture, likewise."""
    curve = SoftAbs()
    run = descend(curve, GradientDescent(values["eta"]), values["x0"], values["steps"])
    along = 0.33 + run.steps / (3 * run.steps[-1])
    secants = secant_curvature(curve, run.x[:-1], run.x[1:])
    hessians = curve.hessian(run.x)[..., 0, 0]
    return [
        _line(run.x[:, 0] / 60 + 0.16, run.loss / 9.5),
        _line(along, hessians / 4 + 0.1),
        _line(along[1:], secants / 4 + 0.1),
        _line(np.full(len(run.x[-16:]), values["eta"] / 24 + 0.66), run.x[-16:, 0] / 19 + 0.5),
    ]


def _line(x, y):
    return np.nan_to_num(np.stack([x, y], axis=-1)).astype(np.float32)


def bare(explorer, lines):
    """The upper bound: the same numbers sent to a canvas that the page draws, with nothing else on it."""
    comm = create_comm(target_name="eos-bare", data={"name": explorer.name, "blue": BLUE, "mark": MARK})
    slider, values = explorer.sliders[0], explorer.values()
    place = slider.values.index(slider.start)
    handle = widgets.IntSlider(place, 0, len(slider.values) - 1, description=slider.text)

    def send(change):
        arrays = lines({**values, "eta": slider.values[change["new"]]})
        comm.send({"place": change["new"]}, buffers=[array.data for array in arrays])

    handle.observe(send, "value")
    send({"new": place})
    display(handle)


def show(name, way):
    """One explorer, by name, in one of the WAYS."""
    {
        "explorer": lambda: display(marked(EXPLORERS[name]())),
        "interact": lambda: tutorial(EXPLORERS[name]()),
        "canvas": lambda: bare(EXPLORERS[name](), LINES[name]),
    }[way]()


EXPLORERS = {"flattening": flattening, "parabola": parabola}
LINES = {"flattening": flattening_lines, "parabola": parabola_lines}
WAYS = ("explorer", "interact", "canvas")
