"""Draw the README's moving picture: the live view of notebook 5, while the step size is moved twice.

    python .ci/moving_picture.py        # writes .github/live.gif
"""

from pathlib import Path

from PIL import Image

from eos import explorers
from eos.live.stage import stage
from eos.widgets.screen import Screen

TARGET = Path(__file__).resolve().parents[1] / ".github" / "live.gif"
MOVES = {0: 0.3, 2600: 0.42, 4400: 0.2}
"""Step sizes, by the step from which on they are used."""
STEPS, STRIDE, PACE, REST = 6800, 100, 90, 3000  # steps in all and between pictures; ms a picture, and the last
COLOURS = 48
LIMIT = 2_000_000  # bytes


def pictures() -> list[Image.Image]:
    """The view after every so many steps."""
    session = explorers.training().panel().session
    explorer, made = stage(session), []
    screen = Screen(explorer.setup, explorer.size)
    for step in range(0, STEPS + 1, STRIDE):
        if step in MOVES:
            session.run.set("eta", MOVES[step])
        screen.show(explorer.values(eta=session.run.eta))
        made.append(Image.fromarray(screen.pixels).convert("RGB"))
        session.run.advance(STRIDE)
    return made


def main() -> None:
    """Write the picture, if it is small enough for a page."""
    made = pictures()
    palette = made[-1].quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE)
    frames = [picture.quantize(palette=palette, dither=Image.Dither.NONE) for picture in made]
    times = [PACE] * (len(frames) - 1) + [REST]
    frames[0].save(TARGET, save_all=True, append_images=frames[1:], duration=times, loop=0, optimize=True)
    size = TARGET.stat().st_size
    if size > LIMIT:
        raise SystemExit(f"{TARGET.name} has {size} bytes, {LIMIT} are allowed")
    print(f"{TARGET.name}: {len(frames)} pictures, {size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
