"""A column's name as the vocabulary should read it: paths into lists become plain words."""

from __future__ import annotations

import re

_PICKED = re.compile(r"\[(?:[^=\]]*=)?([^\]]*)\]")
_PREFIX = re.compile(r"(?i)^can2[_ .]")
"""What an organising tool puts before the names of its own columns; its digit means nothing."""
_SAYS_NOTHING = re.compile(r"(?i)(?:external_?id|value|identifier|id)$")


def as_read(name: str) -> str:
    """``phones[phoneType=Cell].phoneNumber`` is ``phones Cell phoneNumber`` to the vocabulary.

    An identifier is what its type says: ``identifiers[type=StateFileID].externalId`` is a
    ``StateFileID``.
    """
    found = _PICKED.search(name)
    if found is None:
        return _PREFIX.sub("", name)
    picked = "" if found[1].isdigit() or len(found[1]) < 2 else found[1]
    key = name[found.end() :].strip(".")
    if picked and _SAYS_NOTHING.match(key):
        return picked
    return f"{name[: found.start()]} {picked} {key}"


def key_in_list(name: str) -> str:
    """The last word of a path into a list: what an object there says by itself."""
    return name.rsplit("].", 1)[-1] if "[" in name else ""
