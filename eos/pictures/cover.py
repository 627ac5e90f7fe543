"""Cover: what answers a question stays folded until the reader opens it.

A folded cell is no cover, for JupyterLab opens it when it runs; `<details>` holds with a kernel and without one.
"""

import html
from contextlib import contextmanager

SUMMARY = "Settled on an answer? Open to compare."


@contextmanager
def covered(summary: str = SUMMARY):
    """A context in which what is printed and shown is folded away, as one output, under a line of text.

        with covered():
            show(explorers.parabola().still(eta=[0.15, 0.75]))

    Without HTML, and in tests, its text stands as it would without a cover.
    """
    from IPython.display import display
    from IPython.utils.capture import capture_output

    with capture_output() as captured:
        yield
    bundles = [output.data for output in captured.outputs]
    text = "".join([captured.stdout, *(f"{bundle['text/plain']}\n" for bundle in bundles)]).rstrip("\n")
    lines = f"<pre>{html.escape(captured.stdout.rstrip())}</pre>" if captured.stdout.strip() else ""
    pictures = "".join(bundle.get("text/html", f"<pre>{html.escape(bundle['text/plain'])}</pre>") for bundle in bundles)
    folded = f"<details><summary>{html.escape(summary)}</summary>\n{lines}{pictures}\n</details>"
    display({"text/html": folded, "text/plain": text}, raw=True)
