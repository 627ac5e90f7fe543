"""Notebook 5: a network in training, whose step size the reader changes while it runs."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from eos.datasets import chebyshev
from eos.explorers.frame import Explorer, Slider
from eos.explorers.moves import read_moves
from eos.explorers.step_sizes import one_curve
from eos.explorers.still import Still, still
from eos.figures import CURVE, EDGE, ITERATES, MUTED, SHARPNESS, scaled
from eos.labels import add_label
from eos.network import MLPLoss
from eos.potentials import one_point
from eos.steered_run import SteeredRun
from eos.steppers import GradientDescent
from eos.trajectory import descend
from eos.validation import numbers, positive, shown

TEST_STEPS = 150
"""Length of an edge test."""


@dataclass(frozen=True, eq=False)
class Scene:
    """A network to be trained live, its start, and what its pictures need.

    eta    step sizes: lowest, at the start, highest
    reach  the largest sharpness seen in 200,000 steps of a size that never meets its edge, or None where not known
    loss   limits of the loss axis
    """

    name: str
    net: MLPLoss = field(repr=False)
    theta: np.ndarray = field(repr=False)
    eta: tuple[float, float, float]
    reach: float | None = None
    loss: tuple[float, float] = (1e-4, 1e2)

    def __post_init__(self):
        if not isinstance(self.name, str) or not self.name.isidentifier():
            raise ValueError(f"name must be a Python name, got {shown(self.name)}")
        one_curve("net", self.net)
        one_point(self.net, self.theta, "theta")
        _rising("eta", self.eta, 3, "(lowest, at the start, highest)")
        _rising("loss", self.loss, 2, "(lowest, highest)")
        if self.reach is not None:
            positive("reach", self.reach)


def _rising(name: str, value, count: int, right: str) -> None:
    """Refuse what is not so many positive, rising numbers."""
    given = numbers(name, value, right)
    sound = given.shape == (count,) and np.isfinite(given).all() and 0 < given[0] < given[-1]
    if not sound or (np.diff(given) < 0).any():
        raise ValueError(f"{name} must be {right}, got {shown(value)}")


class Session:
    """One run of a scene, with the edge tests made on the way: (step, losses at eta, losses at 1.1 eta)."""

    def __init__(self, scene: Scene, run: SteeredRun):
        self.scene, self.run, self.tests = scene, run, []

    def test_edge(self) -> None:
        """Train two copies on from here, one with eta, one with 1.1 eta."""
        run = self.run
        etas = run.eta * np.array([1.0, 1.1])
        loss = descend(run.potential, GradientDescent(etas), run.x, TEST_STEPS).loss / run.loss
        self.tests = [*self.tests[-1:], (run.step, loss[:, 0], loss[:, 1])]

    def verdict(self) -> str:
        """What the last edge test showed."""
        step, kept, raised = self.tests[-1]
        start = f"Edge test at step {step}: with η × 1.1"
        if not np.isfinite(raised).all():
            return f"{start} the copy escapes."
        if raised.max() <= 2.0:
            return f"{start} nothing happens."
        same = f"with the same η to {np.nanmax(kept):.2g}"
        return f"{start} the loss spikes to {raised.max():.2g} times its value, {same}."


def replay(scene: Scene, steps: int, moves: dict[tuple[int, str], float]) -> Session:
    """A session after `steps` steps in which these moves were made."""
    eta, held = moves.get((0, "eta"), scene.eta[1]), moves.get((0, "held"), True)
    run = SteeredRun(scene.net, scene.theta, eta, bool(held))
    for (step, name), value in sorted(moves.items()):
        if 0 < step <= steps:
            run.advance(step - run.step)
            run.set(name, value)
    run.advance(steps - run.step)
    return Session(scene, run)


def training(scene: str | Scene = "chebyshev 5", **moves: float) -> Training:
    """A network in training: `steps` steps are taken now, the rest when the reader plays.

    scene is "chebyshev 5" (one hidden layer of 100, as in Cohen et al., 2021; it goes on sharpening for very long),
    "chebyshev 6" (three of 20; it sharpens fastest), "chebyshev 4" (one of 10; it soon runs out of sharpening) or a
    `Scene`. Moves: eta, eta_at_1000=0.45, held=0 (no governor), held_at_<step>. Raises ValueError for a scene or a
    move that cannot be, such as one after the last of the steps.
    """
    if not isinstance(scene, Scene):
        if not isinstance(scene, str) or scene not in SCENES:
            raise ValueError(f"scene must be one of {', '.join(SCENES)} or a Scene, got {shown(scene)}")
        scene = SCENES[scene]()
    return Training(scene, *read_moves({"steps": 1500, **moves}, scene))


def _chebyshev_4() -> Scene:
    net = MLPLoss(*chebyshev(4), hidden=(10,), biases=(True, False))
    return Scene("training_4", net, net.init_xavier(0), (0.1, 0.4, 0.5), reach=9.6, loss=(1e-5, 1e1))


def _chebyshev_5() -> Scene:
    net = MLPLoss(*chebyshev(5), hidden=(100,), biases=(True, False))
    return Scene("training", net, net.init_xavier(0), (0.12, 0.3, 0.6), reach=101.0, loss=(2e-2, 3e1))


def _chebyshev_6() -> Scene:
    net = MLPLoss(*chebyshev(6), hidden=(20, 20, 20))
    return Scene("training_6", net, net.init_torch(0), (0.08, 0.25, 0.4), reach=62.0, loss=(1e-5, 1e1))


SCENES = {"chebyshev 4": _chebyshev_4, "chebyshev 5": _chebyshev_5, "chebyshev 6": _chebyshev_6}


@dataclass(frozen=True, eq=False)
class Training:
    """A scene after some steps and moves: shows itself live, or stands still."""

    scene: Scene
    steps: int
    moves: dict[tuple[int, str], float]

    def session(self) -> Session:
        """The run up to here, computed now: one that may go on."""
        return replay(self.scene, self.steps, self.moves)

    @cached_property
    def run(self) -> SteeredRun:
        """The run up to here, to be looked at."""
        return self.session().run

    def still(self) -> Still:
        """The picture without controls."""
        explorer = stage(Session(self.scene, self.run))
        return still(explorer.setup, explorer.size, explorer.values())

    def panel(self):
        """The live view: an ipywidgets box."""
        from eos.explorers.live import LivePanel

        return LivePanel(self)

    def _repr_mimebundle_(self, include=None, exclude=None):
        return self.panel()._repr_mimebundle_()


def stage(session: Session) -> Explorer:
    """The explorer that draws a session as it stands; its slider is the step size."""
    low, _, high = session.scene.eta
    return Explorer(
        name=session.scene.name,
        title="Training, live",
        sliders=(Slider("eta", low, high, session.run.eta, "step size η", log=True, count=60),),
        setup=lambda figure: _setup(figure, session),
        size=(8.4, 4.3),
        edges={"eta": lambda **_: 2.0 / max(session.run.sharpness[0], 1e-9)},
    )


def _setup(figure, session):
    grid = figure.add_gridspec(2, 2, width_ratios=[1, 1.9], height_ratios=[1, 1.15])
    loss_ax = figure.add_subplot(grid[0, 1])
    sharp_ax = figure.add_subplot(grid[1, 1], sharex=loss_ax)
    loss_ax.tick_params(labelbottom=False)
    moves = [
        _fit_panel(figure.add_subplot(grid[0, 0]), session),
        _test_panel(figure.add_subplot(grid[1, 0]), session),
        _loss_panel(loss_ax, session),
        _sharpness_panel(sharp_ax, session),
    ]

    def update(eta):
        span = session.run.history.span
        if loss_ax.get_xlim()[1] != span:
            loss_ax.set_xlim(0, span)
        for move in moves:
            move()
        return _reading(session)

    return update


def _fit_panel(ax, session):
    net = session.scene.net
    grid = np.linspace(net.inputs.min(), net.inputs.max(), 121)
    ax.plot(net.inputs[:, 0], net.targets[:, 0], "o", color="white", markeredgecolor=CURVE)
    room = 0.5 * np.ptp(net.targets)
    ax.set(ylim=(net.targets.min() - room, net.targets.max() + room), title="the fit", xlabel="input")
    (line,) = ax.plot([], [], color=ITERATES, animated=True)
    note = add_label(ax, 0.03, 0.97, transform=ax.transAxes, va="top", weight="bold", color=EDGE)

    def move():
        run = session.run
        gone = run.escaped_at is not None
        line.set_data(grid, np.full(len(grid), np.nan) if gone else net.predict(run.x, grid)[:, 0])
        note.set_text(f"escaped at step {run.escaped_at}" if gone else "")

    return move


def _test_panel(ax, session):
    ax.set(xlim=(0, TEST_STEPS), yscale="log", ylim=(0.3, 3e3), xlabel="steps (dotted: same η)")
    ax.set_title("edge test")
    ax.set_ylabel("loss / loss before")
    looks = [(MUTED, 0.7, "before: "), (ITERATES, 1.0, "")]
    rows = []
    for place, (color, width, word) in enumerate(looks):
        (raised,) = ax.plot([], [], color=color, linewidth=scaled(2.4 * width), animated=True)
        (same,) = ax.plot([], [], color=color, linewidth=scaled(1.2 * width), linestyle=":", animated=True)
        note = add_label(ax, 0.97, 0.8 + 0.11 * place, transform=ax.transAxes, ha="right", color=color)
        rows.append((raised, same, note, word))

    def move():
        tests = [None, None, *session.tests][-2:]
        for (raised, same, note, word), test in zip(rows, tests, strict=True):
            step, kept, more = test or (None, [np.nan], [np.nan])
            raised.set_data(np.arange(len(more)), more)
            same.set_data(np.arange(len(kept)), kept)
            raised.set_visible(test is not None)
            same.set_visible(test is not None)
            note.set_text("" if test is None else f"{word}η × 1.1 at step {step}")

    return move


def _past(ax, session, channel, dashed=False, **look):
    """One channel of the history, in two lines: most of it, which seldom changes, below all else, and its newest cells.

    It is dashed by gaps: Matplotlib's own dashes follow every jump, and take longer than all the rest to draw.
    """
    (most,) = ax.plot([], [], zorder=1.9, animated=True, **look)
    (newest,) = ax.plot([], [], animated=True, **look)
    drawn = None

    def move():
        nonlocal drawn
        history = session.run.history
        end = 2 * (session.run.step // history.stride)
        steps, values = history.line(channel)
        if dashed:
            values = np.where(np.arange(len(values)) % 18 < 12, values, np.nan)
        if drawn != (history, history.stride, end):
            most.set_data(steps[:end], values[:end])
            drawn = history, history.stride, end
        cells = slice(max(end - 2, 0), end + 2)
        newest.set_data(steps[cells], values[cells])

    return move


def _loss_panel(ax, session):
    ax.set(yscale="log", ylim=session.scene.loss, ylabel="loss", title="loss")
    return _past(ax, session, 0, color=ITERATES, linewidth=scaled(1.2))


def _sharpness_panel(ax, session):
    scene = session.scene
    ax.set(ylim=(0, 1.12 * 2.0 / scene.eta[0]), ylabel="eigenvalue", xlabel="step (thin line: second eigenvalue)")
    ax.set_title("sharpness")
    pasts = [
        _past(ax, session, 2, color=MUTED, linewidth=scaled(0.9)),
        _past(ax, session, 1, color=SHARPNESS, linewidth=scaled(1.4)),
        _past(ax, session, 4, color=EDGE, linewidth=scaled(0.9)),
        _past(ax, session, 3, dashed=True, color=EDGE, linewidth=scaled(1.8), solid_capstyle="butt"),
    ]
    (ahead,) = ax.plot([], [], color=EDGE, linestyle="--", linewidth=scaled(1.8), animated=True)
    note = add_label(ax, 1.0, 1.03, transform=ax.transAxes, color=EDGE, weight="bold", ha="right")

    def move():
        run = session.run
        for past in pasts:
            past()
        beyond = scene.reach is not None and run.edge > scene.reach
        ahead.set_data([run.step, run.history.span], [run.edge, run.edge])
        ahead.set_alpha(0.35 if beyond else 1.0)
        note.set_text(f"{'out of reach: ' if beyond else ''}2/η = {run.edge:.4g}")

    return move


def _reading(session) -> str:
    run, scene = session.run, session.scene
    if run.escaped_at is not None:
        return f"Escaped at step {run.escaped_at}, η = {run.eta:g}. Go back returns to the last good state."
    share = run.sharpness[0] / run.edge
    # at the edge digits differ from machine to machine
    place = f"{share:.2f} of" if share < 0.9 else "at" if share < 1.1 else f"{share:.1f} times"
    text = f"Step {run.step}, η = {run.eta:g}: the sharpness is {place} the edge 2/η = {run.edge:.4g}."
    if run.held and run.eta_used < run.eta:
        text += f" η is held back to {run.eta_used:.2g} until the network has flattened."
    elif scene.reach is not None and run.edge > scene.reach:
        text += f" This network was not seen to sharpen beyond {scene.reach:g}: it will not reach this line."
    return f"{text} {session.verdict()}" if session.tests else text
