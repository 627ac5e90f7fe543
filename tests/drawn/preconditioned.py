"""An adaptive method on a network: raw and preconditioned."""

from dataclasses import replace
from functools import lru_cache

import numpy as np
from found import ADAPTIVE, BOTH, NET
from matplotlib.figure import Figure
from own import tops, two_layers

from eos.explorers import preconditioned
from eos.pictures import EDGE, ITERATES, MUTED, SHARPNESS

ETAS = np.geomspace(0.002, 0.02, 4)
FINE, RECORDS = np.arange(0, 401, 10), np.arange(0, 401, 20)
X, P = ADAPTIVE.x, ADAPTIVE.kept["preconditioner"]
LOSS = np.array([[np.mean((two_layers(NET, x, NET.inputs) - NET.targets[:, 0]) ** 2) / 2 for x in at] for at in X])
RAW = np.stack([tops(NET, X[::2, run])[:, 0] for run in range(4)], 1)
TOP = [
    np.linalg.eigvals(NET.hessian(x) / p[:, None]).real.max()
    for x, p in zip(X[::2].reshape(-1, NET.dim), P[::2].reshape(-1, NET.dim), strict=True)
]
SHARES = np.reshape(TOP, (-1, 4)) * ETAS / 2
SETTINGS = [{"eta": eta, "step": step} for eta in ADAPTIVE.stepper.eta.tolist() for step in range(0, 401, 20)]


@lru_cache
def the_runs_are_rmsprop():
    """From each record to the next, ten steps; and P is what it should be at the start."""
    for run, eta in enumerate(ETAS):
        assert np.allclose(P[0, run], np.sqrt(0.01 * NET.gradient(X[0, run]) ** 2) + 1e-8, rtol=1e-9)
        for record in range(40):
            x, nu = X[record, run], (P[record, run] - 1e-8) ** 2
            for _ in range(10):
                x = x - eta * NET.gradient(x) / (np.sqrt(nu) + 1e-8)
                nu = 0.99 * nu + 0.01 * NET.gradient(x) ** 2
            assert np.allclose(x, X[record + 1, run], rtol=1e-6, atol=1e-9)
            assert np.allclose(np.sqrt(nu) + 1e-8, P[record + 1, run], rtol=1e-6, atol=1e-12)


@lru_cache
def the_words_change_where_they_should():
    """Both sides of each boundary, and a run that is gone."""
    shares = {0.3: "0.3 of", 0.849: "0.8 of", 0.851: "at", 1.149: "at", 1.151: "1.2 times", 3.0: "3 times"}
    for share, place in shares.items():
        assert said(1.0, share).endswith(f"the preconditioned one is {place} the edge 2/η.")
    for bound in (2, 3, 5, 7, 10, 20, 50):
        assert f"more than {bound} times that at" in said(1.01 * bound, 1.0)
        assert f"more than {bound} times that at" not in said(0.99 * bound, 1.0)
    assert "sharpness is about that at" in said(1.9, 1.0) and "sharpness is about that at" in said(0.2, 1.0)
    assert said(1.0, np.nan).endswith("step 400: the run escaped at step 333.")


def said(ratio, share):
    """What is read at the end of the first run where its sharpness is this."""
    raw, divided = (path.values.copy() for path in BOTH)
    raw[-1, 0], divided[-1, 0] = ratio * raw[0, 0], share * 2 / ETAS[0]
    paths = replace(BOTH[0], values=raw), replace(BOTH[1], values=divided)
    explorer = preconditioned(replace(ADAPTIVE, escaped_at=np.full(4, 333)), *paths)
    return explorer.setup(Figure())(**explorer.values())


def drawn(picture, values, reading):
    the_runs_are_rmsprop()
    the_words_change_where_they_should()
    run = int(np.abs(np.log(ETAS / values["eta"])).argmin())
    here = int(round(values["step"] / 20))
    loss, raw, part = picture.panels()
    loss.named("loss", "step").frame((0, 400), (0.5 * LOSS.min(), 3 * LOSS.max()))
    raw.named("raw", "step", "sharpness")
    raw.frame((0, 400))
    assert np.allclose(raw.ax.get_ylim(), (0, 1.1 * RAW.max()), rtol=1e-5)
    part.named("preconditioned", "step", "× edge").frame((0, 400), (0.05, 20))
    assert [panel.ax.get_yscale() for panel in (loss, raw, part)] == ["log", "linear", "log"]
    panels = (loss, FINE, LOSS, ITERATES), (raw, RECORDS, RAW, SHARPNESS), (part, RECORDS, SHARES, SHARPNESS)
    for panel, steps, curves, color in panels:
        for other in curves.T:
            panel.line(MUTED, steps, other, rel=1e-5)
        panel.line(color, steps, curves[:, run], rel=1e-5)
        panel.line(color, [20 * here], [curves[steps == 20 * here, run]], "o", rel=1e-5)
    part.legend({"the edge": part.level(EDGE, 1.0, label="the edge")})
    ratio, share = RAW[here, run] / RAW[0, run], SHARES[here, run]
    times = "about"
    for bound in (2, 3, 5, 7, 10, 20, 50):
        times = f"more than {bound} times" if ratio > bound else times
    place = f"{share:.1f} of" if share < 0.85 else "at" if share < 1.15 else f"{share:.2g} times"
    start = f"η = {ETAS[run]:g}, step {20 * here}: the raw sharpness is {times} that at the start, "
    assert reading == start + f"the preconditioned one is {place} the edge 2/η."
