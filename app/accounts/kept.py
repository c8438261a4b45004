"""What is read by nearly every page and changes with an act alone, kept from one act to the next.

Every act leaves an audit line, and a line's hash stands on all lines before it: so the head of the chain names the
state of the whole house. What was read at one head is true until the next, in every process, with nothing to
invalidate. Only reading requests keep: one that writes would keep what may yet be rolled back.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, Generic, TypeVar, cast

from flask import current_app, g, has_request_context

MOST = 512
T = TypeVar("T")


class Kept(Generic[T]):
    """The most recently asked values of one app."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.values: OrderedDict[Hashable, T] = OrderedDict()
        self.lock = Lock()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """Two who ask for a missing value at once both make it; the later one stays."""
        with self.lock:
            if key in self.values:
                self.values.move_to_end(key)
                return self.values[key]
        value = make()
        with self.lock:
            self.values[key] = value
            while len(self.values) > self.most:
                self.values.popitem(last=False)
        return value


def shelf(name: str, most: int) -> Kept[Any]:
    """What this app keeps under the name, whatever acts there are: the key alone says what a value depends on."""
    extensions = current_app.extensions
    if name not in extensions:
        extensions.setdefault(name, Kept(most))
    return cast("Kept[Any]", extensions[name])


def until_next_act(key: tuple[Hashable, ...], make: Callable[[], T], *, shows_marks: bool = True) -> T:
    """`make()`, or what it gave at this head of the chain. Its value is plain data; the key names all it depends on
    besides acts, the day too if it asks for today. What shows no mark of the panel outlives the giving of one, which is
    what most acts are."""
    head = (
        g.get("head") if has_request_context() else None
    )  # of who reads alone (`sessions`); none before the first act
    if head is None:
        return make()
    kept: Kept[T] = shelf("kept", MOST)
    return kept.get((head.hash if shows_marks else head.besides_marks, *key), make)
