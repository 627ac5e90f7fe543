"""One network, many step sizes."""

import numpy as np
from found import NET, RUNS
from own import tops, two_layers
from panels import fit

from eos.pictures import CURVE, EDGE, ITERATES, MUTED, SHARPNESS

ETAS = np.geomspace(0.2, 1.5, 6)
RECORDS = np.arange(0, 201, 10)
TOPS = np.stack([tops(NET, RUNS.x[:, run])[:, 0] for run in range(6)], 1)
LOSS = np.array([[np.mean((two_layers(NET, x, NET.inputs) - NET.targets[:, 0]) ** 2) / 2 for x in at] for at in RUNS.x])
SETTINGS = [{"eta": float(RUNS.stepper.eta[run]), "step": step} for run in range(6) for step in (0, 20, 100, 200)]


def drawn(picture, values, reading):
    run = int(np.abs(np.log(ETAS / values["eta"])).argmin())
    step = int(round(values["step"] / 10)) * 10
    eta, here, escaped = ETAS[run], step // 10, int(RUNS.escaped_at[run])
    curve, loss, sharp = picture.panels()
    gone = escaped >= 0 and step >= escaped
    x = RUNS.x[here, run]
    fit(curve, NET.inputs[:, 0], NET.targets[:, 0], 0.6, lambda t: two_layers(NET, x, t), "output")
    curve.note(f"escaped at step {escaped}" if gone else f"step {step}", EDGE if gone else CURVE, (0.03, 0.96))
    loss.named("loss", "step", "loss").frame((0, 200), (0.5 * np.nanmin(LOSS), 5 * LOSS[0, 0]))
    sharp.named("sharpness", "step", "sharpness S").frame((0, 200), (0, 1.1 * np.nanquantile(TOPS, 0.999)))
    assert (loss.ax.get_yscale(), sharp.ax.get_yscale()) == ("log", "linear")
    for panel, curves, color in ((loss, LOSS, ITERATES), (sharp, TOPS, SHARPNESS)):
        for other in curves.T:
            panel.line(MUTED, RECORDS, other, rel=1e-5)
        panel.line(color, RECORDS, curves[:, run], rel=1e-5)
        if not gone:
            panel.line(color, [step], [curves[here, run]], "o", rel=1e-5)
    sharp.edge("2/η", 2 / eta)
    words(reading, eta, run, step, escaped, LOSS[here, run])


def words(reading, eta, run, step, escaped, loss):
    start = f"η = {eta:g}, 2/η = {2 / eta:.4g}. "
    if escaped >= 0:
        assert reading == start + f"Training escaped at step {escaped}; shown is step {step}."
        return
    share = TOPS[10:, run].mean() * eta / 2
    start += f"Shown is step {step}. Over the second half the sharpness is {share:.2f} times 2/η, "
    if share < 0.95:
        assert reading == start + f"below the edge. The loss at step {step} is {loss:.2g}."
    else:
        assert reading == start + ("at the edge." if share < 1.05 else "above it.")
