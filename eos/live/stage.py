"""The stage of a network in training: its panels, and what they say."""

import numpy as np

from eos.live.session import TEST_STEPS
from eos.pictures import EDGE, ITERATES, MUTED, SHARPNESS, add_label, fit_panel
from eos.pictures.artists import edge_line, edge_note, escape_note, moving_line
from eos.trajectories.steered_run import RECENT
from eos.widgets import Explorer, Slider

DASH = 18
"""Points of the past from dash to dash of the edge."""


def stage(session) -> Explorer:
    """The explorer that draws a `Session` as it stands; its slider is the step size."""
    low, _, high = session.scene.eta
    return Explorer(
        name=session.scene.name,
        title="Training, live",
        sliders=(Slider("eta", low, high, session.run.eta, "step size η", log=True, count=60),),
        setup=lambda figure: _setup(figure, session),
        size=(8.4, 4.4),
    )


def _setup(figure, session):
    wide, narrow = figure.add_gridspec(1, 2, width_ratios=[1.75, 1])
    whole, now = wide.subgridspec(2, 1, height_ratios=[1.8, 1]), narrow.subgridspec(2, 1)
    sharp_ax = figure.add_subplot(whole[0])
    loss_ax = figure.add_subplot(whole[1], sharex=sharp_ax)
    sharp_ax.tick_params(labelbottom=False)
    moves = [
        _sharpness_panel(sharp_ax, session),
        _loss_panel(loss_ax, session),
        _recent_panel(figure.add_subplot(now[0]), session),
        _fit_or_tests(figure.add_subplot(now[1]), figure.add_subplot(now[1]), session),
    ]

    def update(eta):
        if loss_ax.get_xlim()[1] != session.run.history.span:
            loss_ax.set_xlim(0, session.run.history.span)
        for move in moves:
            move()
        return _reading(session)

    return update


def _fit_or_tests(fit_ax, test_ax, session):
    """The fit, until an edge test is asked for, which then takes its place."""
    fit, line = fit_panel(fit_ax, session.scene.net, 0.5), fit_ax.lines[-1]
    tests = _test_panel(test_ax, session)

    def move():
        tested = bool(session.tests)
        if test_ax.get_visible() != tested or fit_ax.get_visible() == tested:
            test_ax.set_visible(tested)
            fit_ax.set_visible(not tested)
            line.set_visible(not tested)  # what moves is drawn whether its axes are to be seen or not
        if not tested:
            run = session.run
            fit(run.x if run.escaped_at is None else np.full_like(run.x, np.nan))
        tests()

    return move


def _test_panel(ax, session):
    ax.set(xlim=(0, TEST_STEPS), yscale="log", ylim=(0.3, 3e3), xlabel="step; dotted: same η", ylabel="× loss")
    ax.set_title("edge test")
    styles = [(MUTED, 0.7), (ITERATES, 1.0)]
    rows = []
    for place, (color, width) in enumerate(styles):
        raised = moving_line(ax, color=color, linewidth=2.4 * width)
        same = moving_line(ax, color=color, linewidth=1.2 * width, linestyle=":")
        note = add_label(ax, 0.97, 0.64 + 0.18 * place, transform=ax.transAxes, ha="right", color=color)
        rows.append((raised, same, note))

    def move():
        for (raised, same, note), test in zip(rows, [None, None, *session.tests][-2:], strict=True):
            step, kept, more = test or (None, [], [])
            raised.set_data(np.arange(len(more)), more)
            same.set_data(np.arange(len(kept)), kept)
            note.set_text("" if test is None else f"step {step}")

    return move


def _past(ax, session, channel, dashed=False, **style):
    """One channel of the history, in two lines: most of it, which seldom changes, below all else, and its newest cells.

    It is dashed by gaps: Matplotlib's own dashes follow every jump, and take longer than all the rest to draw.
    """
    most, newest = moving_line(ax, zorder=1.9, **style), moving_line(ax, **style)
    drawn = None

    def move():
        nonlocal drawn
        history = session.run.history
        end = 2 * (session.run.step // history.stride)
        steps, values = history.line(channel)
        if dashed:
            values = np.where(np.arange(len(values)) % DASH < DASH * 2 / 3, values, np.nan)
        if drawn != (history, history.stride, end):
            most.set_data(steps[:end], values[:end])
            drawn = history, history.stride, end
        cells = slice(max(end - 2, 0), end + 2)
        newest.set_data(steps[cells], values[cells])

    return move


def _loss_panel(ax, session):
    ax.set(yscale="log", ylim=session.scene.loss, ylabel="loss", xlabel="step")
    past = _past(ax, session, 0, color=ITERATES, linewidth=1.2)
    note = escape_note(ax, 0.985, "right")

    def move():
        past()
        note(session.run.escaped_at)

    return move


def _sharpness_panel(ax, session):
    scene = session.scene
    edges = [scene.stepper(scene.eta[0]).threshold, scene.reach or 2.0 / scene.eta[0]]
    highest = 1.12 * next(filter(np.isfinite, edges))
    ax.set(ylim=(0, highest), ylabel="curvature")
    pasts = [
        _past(ax, session, 2, color=MUTED, linewidth=0.9),
        _past(ax, session, 1, color=SHARPNESS, linewidth=1.4),
        _past(ax, session, 4, color=EDGE, linewidth=0.9),
        _past(ax, session, 3, dashed=True, color=EDGE, linewidth=1.8, solid_capstyle="butt"),
    ]
    ahead = moving_line(ax, color=EDGE, linestyle="--", linewidth=1.8)
    note = edge_note(ax, 1.0, 1.03, ha="right", bbox=None)
    measured = "of H/P" if session.run.preconditioned else "sharpness"
    for color, width, name in ((SHARPNESS, 1.4, measured), (MUTED, 0.9, "next largest")):
        ax.plot([], [], color=color, linewidth=width, label=name)
    tight = {"handlelength": 1.0, "handletextpad": 0.4, "columnspacing": 0.9, "borderaxespad": 0.0, "borderpad": 0.2}
    ax.legend(loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=2, frameon=False, fontsize="small", **tight)

    def move():
        run = session.run
        for past in pasts:
            past()
        beyond = scene.reach is not None and run.edge > scene.reach
        ahead.set_data([run.step, run.history.span], [run.edge, run.edge])
        ahead.set_alpha(0.35 if beyond else 1.0)
        note.set_text(f"{run.stepper.symbol} = {_written(run.edge)}")

    return move


def _recent_panel(ax, session):
    """The last steps, one by one, in parts of the edge at each of them."""
    ax.set(xlim=(-RECENT, 0), ylim=(0, 2), xlabel="step, from now", ylabel="× edge")
    ax.set_title(f"last {RECENT} steps")
    edge_line(ax, 1.0, None, linewidth=1.8)
    second, first = moving_line(ax, color=MUTED, linewidth=0.9), moving_line(ax, color=SHARPNESS, linewidth=1.4)
    steps = np.arange(1 - RECENT, 1)

    def move():
        _, *tops, edge, _ = session.run.recent
        for line, top in zip((first, second), tops, strict=True):
            line.set_data(steps, top / edge)

    return move


def _reading(session) -> str:
    run, scene = session.run, session.scene
    if run.escaped_at is not None:
        return f"Escaped at step {run.escaped_at}, η = {run.eta:g}. Go back returns to the last good state."
    share = run.sharpness[0] / run.edge
    times = f"{share:.1f} times" if share < 10 else f"{share:.0f} times"
    place = f"{share:.2f} of" if share < 0.9 else "at" if share < 1.1 else times  # there digits differ by machine
    kind, symbol = "preconditioned sharpness" if run.preconditioned else "sharpness", run.stepper.symbol
    text = f"Step {run.step}, η = {run.eta:g}: the {kind} is {place} the edge {symbol} = {_written(run.edge)}."
    if run.held and run.eta_used < run.eta:
        until = "it has fallen" if run.preconditioned else "the network has flattened"
        text += f" η is held back to {run.eta_used:.2g} (thin line) until {until}."
    elif scene.reach is not None and run.edge > scene.reach:
        text += f" This network was not seen to sharpen beyond {scene.reach:g}: it will not reach this line."
    return f"{text} {session.verdict()}" if session.tests else text


def _written(edge: float) -> str:
    """Four digits, more before the point, and no power of ten."""
    return f"{edge:.0f}" if 1e4 <= edge < 1e7 else f"{edge:.4g}"
