"""Two texts of the same thing, piece by piece, for the page on which a person chooses between them."""

import difflib

Pieces = list[tuple[str, str]]


def pieces(text: str, other: str) -> Pieces:
    """`text` as seen from `other`: "ins" stands only here, "del" only there."""
    found: Pieces = []
    matcher = difflib.SequenceMatcher(None, other, text, autojunk=False)
    for kind, other_start, other_end, start, end in matcher.get_opcodes():
        if kind == "equal":
            found.append(("same", text[start:end]))
        if kind in {"delete", "replace"}:
            found.append(("del", other[other_start:other_end]))
        if kind in {"insert", "replace"}:
            found.append(("ins", text[start:end]))
    return found
