"""The stage of a network in training: the past, the edge, the last steps, the fit and the edge test."""

import numpy as np
from own import tops, two_layers, walk
from panels import fit

from eos.pictures import EDGE, ITERATES, MUTED, SHARPNESS

CELLS, STRIDE, RECENT, CAP = 300, 8, 240, 1.5


def past(net, theta, etas, held):
    """Iterates, loss, two eigenvalues and the step size used, at each step of a run of our own."""
    x, steps = np.array(theta), []
    top, before = tops(net, x, 2)[0], np.inf
    for step, eta in enumerate([*etas, etas[-1]]):
        now = mean(net, x)
        if step % 2 == 0 or now > before:
            top = tops(net, x, 2)[0]
        used = etas[0] if step == 0 else steps[-1][-1]
        steps.append([now, *top, 2 / etas[max(step - 1, 0)], used])
        longest = 2 * CAP / top[0] if held and top[0] > 0 else np.inf
        used, before = min(eta, longest), now
        steps[-1].append(used)
        x = x - used * net.gradient(x)
    places = [np.array(theta)]
    for row in steps[:-1]:
        places.append(places[-1] - row[-1] * net.gradient(places[-1]))
    used = np.array([etas[0], *(row[-1] for row in steps[:-1])])
    return np.array(places), np.array([row[:4] for row in steps]).T, used


def mean(net, x):
    """Half the mean squared error."""
    return np.mean((np.ravel(net.predict(x)) - net.targets[:, 0]) ** 2) / 2


def cells(values):
    """Lowest and highest of each eight steps, in turn, and where they are drawn."""
    padded = np.pad(values, (0, -len(values) % STRIDE), constant_values=np.nan).reshape(-1, STRIDE)
    low, high = np.fmin.reduce(padded, 1), np.fmax.reduce(padded, 1)
    return np.repeat(STRIDE * (np.arange(len(low)) + 0.5), 2), np.stack([low, high], 1).ravel()


def is_past(panel, color, width, values, gaps=False, rel=3e-3):
    """The two lines of this look hold, together, this past."""
    x, y = cells(values)
    found = [
        line
        for line in panel.ax.lines
        if line.get_color() == color and np.isclose(line.get_linewidth(), width) and line.get_animated()
    ]
    pairs = [(a, b) for a, b in zip(found[:-1], found[1:], strict=True) if _joined(a, b, x, y, gaps, rel)]
    assert pairs, f"no past in {color} {width} that is {y[:4]} ... {y[-4:]}"
    panel._known.update(map(id, pairs[0]))


def _joined(most, newest, x, y, gaps, rel):
    times, places = (np.concatenate(parts) for parts in zip(most.get_data(), newest.get_data(), strict=True))
    order = np.argsort(times, kind="stable")
    times, places = times[order], places[order]
    seen = np.isfinite(places)
    if gaps:  # a dash is twelve points of eighteen
        shares = np.isfinite(y).sum() * 2 / 3
        if abs(seen.sum() - shares) > 12:
            return False
    elif not gaps and seen.sum() < np.isfinite(y).sum():
        return False
    for t, place in zip(times[seen], places[seen], strict=True):
        here = y[x == t]
        if not np.isclose(here, place, rtol=rel, atol=1e-12).any():
            return False
    return True


def drawn(picture, session, etas, held, reading):
    """All that is to be seen after these step sizes."""
    net, run = session.scene.net, session.run
    places, (loss, first, second, edge), used = past(net, session.scene.theta, etas, held)
    steps, symbol = len(etas), "2/η"
    back = (used < np.array([etas[0], *etas]) - 1e-12).any()
    loose = {"rel": 1e-3, "tiny": 1e-3} if back else {}  # held back to what a sharpness good to 1e-3 allows
    assert run.step == steps and np.allclose(run.x, places[-1], rtol=1e-6, atol=1e-3 if back else 1e-9)
    sharp, losses, now, last = picture.panels()
    span = STRIDE * CELLS
    sharp.named("", "", "curvature").frame((0, span))
    assert sharp.ax.get_ylim()[0] == 0
    thin = np.where(used < np.array([etas[0], *etas]) - 1e-12, 2 / used, np.nan)
    is_past(sharp, MUTED, 0.9, second)
    is_past(sharp, SHARPNESS, 1.4, first)
    is_past(sharp, EDGE, 1.8, edge, gaps=True)
    if np.isfinite(thin).any():
        is_past(sharp, EDGE, 0.9, thin)
    beyond = session.scene.reach is not None and edge[-1] > session.scene.reach
    ahead = sharp.line(EDGE, [steps, span], [2 / etas[-1]] * 2, style="--")
    assert ahead.get_alpha() == (0.35 if beyond else 1.0)
    sharp.note(f"{symbol} = {2 / etas[-1]:.4g}", EDGE, (1.0, 1.03))
    handles = {text.get_text(): handle for text, handle in zip(*_legend(sharp), strict=True)}
    assert {name: handle.get_color() for name, handle in handles.items()} == {
        "sharpness": SHARPNESS,
        "next largest": MUTED,
    }
    losses.named("", "step", "loss").frame((0, span), session.scene.loss)
    assert losses.ax.get_yscale() == "log"
    is_past(losses, ITERATES, 1.2, loss)
    now.named("last 240 steps", "step, from now", "× edge").frame((-RECENT, 0), (0, 2))
    now.level(EDGE, 1)
    count = min(steps + 1, RECENT)
    for color, values in ((SHARPNESS, first), (MUTED, second)):
        shares = np.full(RECENT, np.nan)
        shares[RECENT - count :] = (values / edge)[-count:]
        now.line(color, np.arange(1 - RECENT, 1), shares, rel=3e-3)
    if session.tests:
        tested(last, session, places, etas)
    else:
        fit(last, net.inputs[:, 0], net.targets[:, 0], 0.5, lambda t: two_layers(net, places[-1], t), **loose)
    words(reading, session, etas, first, edge, used, steps, beyond, held)


def _legend(panel):
    legend = panel.ax.get_legend()
    return legend.get_texts(), legend.legend_handles


def tested(panel, session, places, etas):
    """The loss of two copies in parts of what it was, the last test in front."""
    panel.named("edge test", "step; dotted: same η", "× loss").frame((0, 150), (0.3, 3e3))
    for (step, *_), color in zip(session.tests[::-1], (ITERATES, MUTED), strict=False):
        for factor, style in ((1.0, ":"), (1.1, "-")):
            path = walk(session.scene.net.gradient, factor * etas[step - 1], places[step], 150)[0]
            rise = [mean(session.scene.net, x) for x in path]
            panel.line(color, np.arange(151), np.array(rise) / rise[0], style=style, rel=2e-2)
        panel.note(f"step {step}", color)


def words(reading, session, etas, first, edge, used, steps, beyond, held):
    share, eta = first[-1] / edge[-1], etas[-1]
    place = f"{share:.2f} of" if share < 0.9 else "at" if share < 1.1 else f"{share:.1f} times"
    start = f"Step {steps}, η = {eta:g}: the sharpness is {place} the edge 2/η = {edge[-1]:.4g}."
    assert reading.startswith(start), (reading, start)
    back = held and used[-1] < eta
    assert (f" η is held back to {used[-1]:.2g} (thin line) until the network has flattened." in reading) == back
    most = session.scene.reach or 0.0
    reach = f" This network was not seen to sharpen beyond {most:g}: it will not reach this line."
    assert (reach in reading) == (beyond and not back)
    assert ("Edge test" in reading) == bool(session.tests)
    if session.tests:
        assert reading.endswith(session.verdict())
