"""What comes typed in a field or an address and ends in a statement."""

import pytest
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField

from app.foundation.db import like_pattern
from app.foundation.forms import Form, version_of


class Versioned(Form):
    version = HiddenField()


@pytest.mark.parametrize(
    ("sent", "version"),
    [("7", 7), ("2147483647", 2147483647), ("2147483648", 0), ("-1", 0), ("７", 0), ("7; --", 0), ("", 0), (None, 0)],
)
def test_a_version_that_was_tampered_with_matches_nothing(sent: str | None, version: int) -> None:
    form = Versioned(MultiDict({} if sent is None else {"version": sent}))
    assert version_of(form.version) == version


@pytest.mark.parametrize(
    ("words", "pattern"), [("党课", "%党课%"), ("100%", "%100/%%"), ("a_b", "%a/_b%"), ("1/2", "%1//2%")]
)
def test_what_is_looked_for_stands_for_itself(words: str, pattern: str) -> None:
    assert like_pattern(words) == pattern
