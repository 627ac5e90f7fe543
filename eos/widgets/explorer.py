"""Explorer: sliders, and one function that draws what they say. It knows no widget.

    def setup(figure):
        ax = figure.subplots()
        ax.set(xlim=(-4, 4), ylim=(0, 16))
        line = moving_line(ax)

        def update(eta, x0):
            ...
            line.set_data(xs, ys)
            return "With step size 0.75 the iterates bounce from side to side and come to rest."

        return update
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from eos.validation import instance, room, shown
from eos.widgets import recipe
from eos.widgets.screen import Setup
from eos.widgets.slider import Slider, number
from eos.widgets.still import Still, still


class Edge(NamedTuple):
    """The mark of an edge at a slider: what it is, "edge at the bottom, 2/f″(0)", and where, from all values."""

    says: str
    at: Callable[..., float]


@dataclass(frozen=True)
class Explorer:
    """What the reader may turn, and what is then to be seen.

    `setup(figure)` makes axes with fixed limits and artists (those that move with
    `set_animated(True)`) and returns `update(**values) -> str`, which moves them and says in one
    or two sentences what the picture now shows. `size` is in inches. `presets` are settings worth
    a visit, named by what happens there: {"bounces": {"eta": 0.75}}. `edges` maps a slider to an
    `Edge`, which says what is marked on it, and where. `touch` maps the number of an axes to a function of a place
    on it, in its coordinates, that says what a drag there sets: {0: lambda x, y: {"x0": x}}.
    Unless `told`, presets have numbers for names, and edges no mark, until the reader asks for them.
    As the last line of a cell it shows itself, live, and a saved notebook keeps the picture.
    """

    name: str
    title: str
    sliders: tuple[Slider, ...]
    setup: Setup = field(repr=False)
    size: tuple[float, float] = (8.4, 3.6)
    presets: Mapping[str, Mapping[str, float]] = field(default_factory=dict, repr=False)
    edges: Mapping[str, Edge] = field(default_factory=dict, repr=False)
    touch: Mapping[int, Callable[[float, float], dict[str, float]]] = field(default_factory=dict, repr=False)
    told: bool = False

    def __post_init__(self):
        names = [slider.name for slider in self.sliders]
        if not isinstance(self.name, str) or not self.name.isidentifier():
            raise ValueError(f"name must be a Python name, got {shown(self.name)}")
        if len(set(names)) < len(names) or not names:
            raise ValueError(f"{self.name}: sliders must have names of their own, got {names}")
        if strangers := set(self.edges) - set(names):
            raise ValueError(f"{self.name}: edges must be of {names}, got {sorted(strangers)}")
        for edge in self.edges.values():
            instance("edges", edge, Edge, 'Edge("what it is", lambda **values: ...)')
        for preset in self.presets.values():
            self.values(**preset)

    def values(self, **given: float) -> dict[str, float]:
        """The start values, the given ones in their place; ValueError for what cannot be."""
        names = [slider.name for slider in self.sliders]
        for name in given:
            if name not in names:
                raise ValueError(f"{self.name} has no {name!r}, it has {', '.join(names)}")
        return {s.name: s.check(given.get(s.name, s.start)) for s in self.sliders}

    def at(self, **given: float) -> Explorer:
        """The same explorer starting from other values."""
        values = self.values(**given)
        return replace(self, sliders=tuple(replace(slider, start=values[slider.name]) for slider in self.sliders))

    def tell(self) -> Explorer:
        """The same explorer with names and edges shown from the start."""
        return replace(self, told=True)

    def recipe(self, **given: float) -> str:
        """One line that says every value exactly: parabola(eta=0.75, a=2)."""
        return recipe.written(self.name, self.values(**given))

    def parse(self, text: str) -> dict[str, float]:
        """The values that a recipe says; ValueError tells what is wrong with it."""
        given = recipe.read(text, self.name, self.recipe())
        if missing := [s.name for s in self.sliders if s.name not in given]:
            raise ValueError(f"the recipe does not say {', '.join(missing)}")
        return self.values(**given)

    def edge_values(self, **given: float) -> dict[str, float]:
        """Where the edge lies on each slider that has one."""
        values = self.values(**given)
        return {name: float(edge.at(**values)) for name, edge in self.edges.items()}

    def still(self, **given: float | Sequence[float]) -> Still:
        """The picture without sliders; what the update raises is raised here.

        Lists of equal length, eta=[0.15, 0.75, 1.1], give a picture for each entry.
        """
        lists = {name: tuple(value) for name, value in given.items() if not _is_single(value)}
        lengths = {len(values) for values in lists.values()}
        if len(lengths) > 1 or lengths == {0}:
            raise ValueError(f"lists must be equally long, got lengths {sorted(lengths)}")
        width, height = self.size
        room(f"a still of {max(lengths, default=1)} pictures", max(lengths, default=1), int(5000 * width * height))
        entries = [dict(zip(lists, column, strict=True)) for column in zip(*lists.values(), strict=True)]
        settings = [(self._caption(entry), self.values(**{**given, **entry})) for entry in entries or [{}]]
        return still(self.setup, self.size, settings)

    def _caption(self, entry: Mapping[str, float]) -> str:
        """The values of one picture, as the reader knows them."""
        texts = {slider.name: slider.text for slider in self.sliders}
        return ", ".join(f"{texts[name]} = {number(value)}" for name, value in entry.items())

    def panel(self):
        """The live view."""
        from eos.widgets.panel import Panel

        return Panel(self)

    def _repr_mimebundle_(self, include=None, exclude=None):
        return self.panel()._repr_mimebundle_()


def _is_single(value) -> bool:
    """Whether this is one value rather than a list of them."""
    return isinstance(value, str) or not hasattr(value, "__len__") or getattr(value, "shape", None) == ()
