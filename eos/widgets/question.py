"""Question: buttons for the options of a question that stands in a notebook's text."""

from eos.exercises import QUESTIONS
from eos.validation import shown


def ask(name: str):
    """Buttons for the options of question `name` of the notebooks, such as "1a", that count hands; ValueError if none.

    A press commits to an option, or counts one more hand in a room; *Answer* says which option is right.
    """
    if not isinstance(name, str) or name not in QUESTIONS:
        raise ValueError(f"name must be one of {', '.join(sorted(QUESTIONS))}; got {shown(name)}")
    from eos.widgets.vote import Vote

    return Vote(QUESTIONS[name])
