"""Large answers are parsed in turn, and a turn ends with its call."""

from __future__ import annotations

import threading

import pytest

from connectors.aws.answers import LargeAnswers

LARGE = {"response_dict": {"body": b" " * 200_000}}
SMALL = {"response_dict": {"body": b"{}"}}


def held_by_another(answers: LargeAnswers) -> bool:
    """Whether a second thread gets no turn for a large answer."""
    done = threading.Event()

    def call() -> None:
        with answers:
            answers.enter(**LARGE)
        done.set()

    threading.Thread(target=call, daemon=True).start()
    return not done.wait(0.2)


def test_large_answer_takes_the_turn_once() -> None:
    """While one thread parses a large answer, another waits; a second try of the call does not."""
    answers = LargeAnswers()
    with answers:
        answers.enter(**LARGE)
        answers.enter(**LARGE)
        assert held_by_another(answers) is True
    assert held_by_another(answers) is False


def test_small_answers_never_wait() -> None:
    """A small answer takes no turn."""
    answers = LargeAnswers()
    with answers:
        answers.enter(**SMALL)
        assert held_by_another(answers) is False


def test_turn_ends_with_a_failed_call() -> None:
    """A call that fails while its answer is parsed leaves the turn to others."""
    answers = LargeAnswers()

    def fail() -> None:
        with answers:
            answers.enter(**LARGE)
            raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        fail()
    assert held_by_another(answers) is False
