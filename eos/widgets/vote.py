"""Vote: the options of a question as buttons, with the hands counted so far, and the answer on one press."""

import ipywidgets as widgets

from eos.exercises import Question
from eos.widgets.panel import CSS, row

AUTO = {"width": "auto"}


class Vote(widgets.VBox):
    """A press on an option counts one hand; `counts` are they, `said` is the line below."""

    def __init__(self, question: Question):
        self.question, self.counts = question, dict.fromkeys(question.options, 0)
        self.options = {name: self._button(name, f"I say {name}", self._counting(name)) for name in self.counts}
        self.answer = self._button("Answer", "which option is right", self._tell)
        self.again = self._button("Start again", "forget the hands counted", self._restart)
        self.said = widgets.HTML()
        super().__init__([widgets.HTML(CSS), row([*self.options.values(), self.answer, self.again, self.said], "foot")])
        self._restart()

    def _button(self, text: str, hint: str, act) -> widgets.Button:
        button = widgets.Button(description=text, tooltip=hint, layout=AUTO)
        button.on_click(lambda _: act())
        return button

    def _counting(self, letter: str):
        def count():
            self.counts[letter] += 1
            self._show("Keep it in mind, and go on." if sum(self.counts.values()) == 1 else "")

        return count

    def _restart(self) -> None:
        self.counts = dict.fromkeys(self.counts, 0)
        self._show("")

    def _tell(self) -> None:
        right, hands = self.question.right, sum(self.counts.values())
        of = "" if hands < 2 else f" {self.counts[right]} of {hands} hands said so."
        self._show(f"It is {right}.{of} Why? Open the answer below.")

    def _show(self, words: str) -> None:
        for letter, button in self.options.items():
            button.description = f"{letter}: {self.counts[letter]}" if self.counts[letter] else letter
        self.said.value = f'<span role="status" aria-live="polite">{words}</span>'
