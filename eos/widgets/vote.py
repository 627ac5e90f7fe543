"""Vote: the options of a question as buttons, with the hands counted so far, and the answer on one press."""

from eos.exercises import Question
from eos.widgets.front import Front, button


class Vote(Front):
    """A press on an option counts one hand; `counts` are they, the reading is the line below.

    As the last line of a cell it shows itself; a saved notebook keeps a line of text.
    """

    def __init__(self, question: Question):
        super().__init__()
        self.question, self.counts = question, dict.fromkeys(question.options, 0)
        options = {x: button(x, f"I say {x}", lambda letter=x: self._count(letter)) for x in self.counts}
        answer = {
            "Answer": button("Answer", "which option is right", self._tell),
            "Start again": button("Start again", "forget the hands counted", self._restart),
        }
        self.equip({"options": options, "answer": answer})
        self.build()

    def _count(self, letter: str) -> None:
        self.counts[letter] += 1
        self._show("Keep it in mind, and go on." if sum(self.counts.values()) == 1 else "")

    def _restart(self) -> None:
        self.counts = dict.fromkeys(self.counts, 0)
        self._show("")

    def _tell(self) -> None:
        right, hands = self.question.right, sum(self.counts.values())
        of = "" if hands < 2 else f" {self.counts[right]} of {hands} hands said so."
        self._show(f"It is {right}.{of} Why? Open the answer below.")

    def _show(self, words: str) -> None:
        for letter, count in self.counts.items():
            self.mark(letter, text=f"{letter}: {count}" if count else letter)
        self.say(reading=words)

    def __repr__(self):
        *first, last = self.question.options
        return f"{', '.join(first)} or {last}? Settle on one before you go on."

    def _repr_mimebundle_(self, **kwargs):
        bundle, *_ = super()._repr_mimebundle_(**kwargs)
        return {**bundle, "text/plain": repr(self)}
