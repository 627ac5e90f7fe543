"""The front page's moving picture: the explorer that opens notebook 1, at every place of its first slider."""

import html
import json
from io import BytesIO
from pathlib import Path

from PIL import Image

from eos import explorers
from eos.widgets.screen import Screen
from eos.widgets.slider import number

LOW, HIGH = 1.0, 3.6
"""From where to where notebook 1 asks its reader to drag."""


def build(site: Path) -> str:
    """Write the pictures; the HTML that shows them."""
    explorer, frames = explorers.neuron(), []
    slider = explorer.sliders[0]
    screen = Screen(explorer.setup, explorer.size, told=False)
    (site / "moving").mkdir(parents=True)
    for value in (value for value in slider.values if LOW <= round(value, 9) <= HIGH):
        reading = screen.show(explorer.values(**{slider.name: value}))
        stream = BytesIO()
        Image.fromarray(screen.pixels).convert("RGB").save(stream, "webp", quality=82, method=6)
        name = f"moving/{len(frames):02}.webp"
        (site / name).write_bytes(stream.getvalue())
        frames.append({"src": name, "value": number(value), "reading": reading})
    data = json.dumps(frames, ensure_ascii=False).replace("<", "\\u003c")
    alt, last = html.escape(frames[0]["reading"]), len(frames) - 1
    return (
        f'<div id="moving"><img src="{frames[0]["src"]}" alt="{alt}" width="840" height="330">\n'
        f'<label for="step">{html.escape(slider.text)}</label>\n'
        f'<input id="step" type="range" min="0" max="{last}" value="0">\n'
        f"<button>Play</button>\n<p>{alt}</p>\n"
        f'<script type="application/json" id="frames">{data}</script>\n<script src="front.js" defer></script></div>'
    )
