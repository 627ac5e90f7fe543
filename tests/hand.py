"""A reader's hand on a panel, without a browser: the messages that the page sends."""


def does(panel, *ops: dict) -> None:
    """One message with these, in this order."""
    panel._heard(None, {"n": panel.seen + 1, "ops": list(ops)}, [])


def turn(panel, gesture: int | None = None, **places) -> None:
    """Sliders to positions, counted from 0, or a text typed into the box beside one."""
    does(panel, {"turn": {**places, "gesture": gesture}})


def press(panel, *ids: str) -> None:
    """Buttons, by what they are called inside."""
    for id in ids:
        does(panel, {"press": id})


def paste(panel, recipe: str) -> None:
    """A recipe into its box."""
    does(panel, {"paste": recipe})


def says(panel, word: str) -> str:
    """One of the panel's words: reading, alt, recipe or fault."""
    return panel.words.get(word, "")
