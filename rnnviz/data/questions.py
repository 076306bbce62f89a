"""What a person is asked where something can be read in more than one way, and what has been answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Question:
    """What a person is asked about a table.

    Attributes
    ----------
    name
        Of its answer.
    asks
        In words.
    options
        What may be answered, in words.
    answer
        What was answered, or is taken to be so; None where nothing is, and a person must say.
    """

    name: str
    asks: str
    options: Mapping[str, str]
    answer: str | None


class OpenQuestionError(Exception):
    """A question has no answer yet."""


class Asked:
    """The questions so far, what was answered, and sentences about what was found meanwhile."""

    def __init__(self, answers: Mapping[str, str]) -> None:
        self._answers = answers
        self.questions: list[Question] = []
        self.notes: list[str] = []

    def choose(self, name: str, asks: str, options: Mapping[str, str], assumed: str | None = None) -> str:
        """The answer to a question; one that has a single option is not asked.

        Raises
        ------
        OpenQuestionError
            When it has none, and none is assumed.
        """
        if len(options) == 1:
            return next(iter(options))
        given = self._answers.get(name)
        answer = given if given in options else assumed
        self.questions.append(Question(name, asks, options, answer))
        if answer is None:
            raise OpenQuestionError
        return answer
