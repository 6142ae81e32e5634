"""A column's name, taken apart into canonical words.

The words themselves are in ``vocabulary.yaml``; what a set of words means is ``vocabulary.py``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_PARTS = re.compile(r"[a-z]+|[0-9]+")
_EMAIL = re.compile(r"\be[-_ ]mails?\b", re.IGNORECASE)
_SMALL = frozenset("id no dt cd nm st us ph my".split())
"""Words of two letters that may be a part of a glued name, as ``id`` in ``VOTERID``."""
SHORTEST_GLUED = 5
SHORTEST_MENDED = 7


def squeezed(name: str) -> str:
    """A name's letters and digits alone, lower case: ``Zip-Code`` is ``zipcode``."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def plain_words(name: str) -> list[str]:
    """Lower-case words and numbers of a name, split at case changes, digits and punctuation."""
    text = _CAMEL.sub(" ", _EMAIL.sub("email", name))
    return _PARTS.findall(text.lower())


class Words:
    """Makes words canonical, and takes glued ones (``VOTERSTATUS``) apart.

    Args:
        variants: Canonical word or words, and how suppliers write them.
        stop: Words that never count.
        known: Further words that may be found inside a glued one.
    """

    def __init__(
        self, variants: Mapping[str, Iterable[str]], stop: Iterable[str], known: Iterable[str]
    ) -> None:
        self._canon = {v: tuple(c.split()) for c, listed in variants.items() for v in listed}
        self._stop = frozenset(stop)
        self._spelled = {word for canon in variants for word in canon.split()}
        self._known = {w for w in {*known, *self._canon, *self._spelled} if w.isalpha()}
        self._long = sorted(word for word in self._known if len(word) >= SHORTEST_MENDED)
        self._seen: dict[str, tuple[str, ...]] = {}

    def of(self, name: str) -> tuple[str, ...]:
        """The canonical words of a name, in order, each once."""
        if name not in self._seen:
            found: dict[str, None] = {}
            whole = squeezed(name)
            for word in [whole] if whole in self._canon else plain_words(name):
                for part in self._parts(word):
                    for canon in self._canonical(self._mended(part)):
                        found.setdefault(canon)
            kept = tuple(word for word in found if word not in self._stop)
            self._seen[name] = kept or tuple(found)
        return self._seen[name]

    def _mended(self, word: str) -> str:
        """A long word that is nearly one we know: ``Polital`` is ``political``."""
        if len(word) < SHORTEST_MENDED or not word.isalpha() or self._singular(word) in self._known:
            return word
        near = get_close_matches(word, self._long, 1, 0.87)
        return near[0] if near else word

    def _canonical(self, word: str) -> tuple[str, ...]:
        if word in self._canon:
            return self._canon[word]
        single = self._singular(word)
        return self._canon.get(single, (single,))

    def _singular(self, word: str) -> str:
        kept = word in self._canon or word in self._spelled
        if kept or len(word) < 4 or not word.endswith("s"):
            return word
        for end, put in (("ies", "y"), ("sses", "ss"), ("s", "")):
            if word.endswith(end):
                single = word[: -len(end)] + put
                return single if single in self._known else word
        return word

    def _parts(self, word: str) -> tuple[str, ...]:
        if len(word) < SHORTEST_GLUED or word in self._known or self._singular(word) in self._known:
            return (word,)
        return self._split(word) or (word,)

    def _split(self, word: str) -> tuple[str, ...] | None:
        """The fewest known words that make up the whole of a glued one."""
        best: list[tuple[str, ...] | None] = [(), *[None] * len(word)]
        for end in range(1, len(word) + 1):
            for start in range(end):
                piece, before = word[start:end], best[start]
                if before is None or not self._whole(piece):
                    continue
                so_far = best[end]
                if so_far is None or len(before) + 1 < len(so_far):
                    best[end] = (*before, piece)
        return best[-1]

    def _whole(self, piece: str) -> bool:
        if self._canon.get(piece, ())[:1] in {("residence",), ("mailing",)} and len(piece) > 4:
            # `rcity` stands alone or not at all: `regaddrcity` holds a city
            return len(self._canon[piece]) == 1
        return piece in _SMALL or (len(piece) > 2 and piece in self._known)
