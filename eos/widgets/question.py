"""Question: buttons for the options of a question that stands in a notebook's text."""

from dataclasses import dataclass

from eos.exercises import QUESTIONS
from eos.validation import shown


@dataclass(frozen=True)
class Question:
    """As the last line of a cell it shows its buttons; a saved notebook keeps a line of text."""

    name: str

    def panel(self):
        """The buttons, live."""
        from eos.widgets.vote import Vote

        return Vote(QUESTIONS[self.name])

    def __repr__(self):
        *first, last = QUESTIONS[self.name].options
        return f"{', '.join(first)} or {last}? Settle on one before you go on."

    def _repr_mimebundle_(self, include=None, exclude=None):
        bundle, *_ = self.panel()._repr_mimebundle_()
        return {**bundle, "text/plain": repr(self)}


def ask(name: str) -> Question:
    """Buttons for the options of question `name` of the notebooks, such as "1a", that count hands; ValueError if none.

    A press commits to an option, or counts one more hand in a room; *Answer* says which option is right.
    """
    if not isinstance(name, str) or name not in QUESTIONS:
        raise ValueError(f"name must be one of {', '.join(sorted(QUESTIONS))}; got {shown(name)}")
    return Question(name)
