"""Errors that carry a sentence for the person at the screen."""


class Refused(Exception):
    """An act that the rules do not allow now; `message` is Chinese and says what to do next.

    `status` is the HTTP answer: 409 for a state that moved on, 422 for input that cannot be taken.
    """

    status = 422

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Conflict(Refused):
    """Somebody else was faster: the state or the text is no longer the one the person saw."""

    status = 409


class IllegalTransition(Conflict):
    """A state machine was asked for a step that its table does not list."""
