"""The words of a text: what is looked for in it, whoever wrote it and however."""

import unicodedata
from functools import partial
from typing import Final

MOST_CHARACTERS: Final = 200_000
"""Of a text that are taken apart; PostgreSQL takes 1 MB of words at most."""

MOST_WORD_CHARACTERS: Final = 500
"""Of a word that count; PostgreSQL takes 2 kB at most."""

_KEPT: Final = 0x2000
"""Below are most letters of alphabets. Not all are kept: somebody might send every one there is."""


class _OnlyOfWords(dict[int, int]):
    """Has a space for every character that is of no word, and every other as it is."""

    def __missing__(self, code: int) -> int:
        char = chr(code)
        # Marks are of the letter that they follow, and many scripts have no words without them.
        is_of_word = char.isalnum() or unicodedata.category(char).startswith("M")
        found = code if is_of_word else ord(" ")
        if code < _KEPT:
            self[code] = found
        return found


_ONLY_OF_WORDS: Final = _OnlyOfWords()
_normal: Final = partial(unicodedata.normalize, "NFKC")


def words_of(text: str) -> list[str]:
    """Return each of the text's words once, in small letters, in the order of their first places.

    A word is a run of letters and digits. Characters that mean the same are the same (Unicode's
    form NFKC, case folded).
    """
    found = text[:MOST_CHARACTERS].translate(_ONLY_OF_WORDS)
    if found.isascii():
        return _cut(found.lower())
    # Cut before as well: to put very many marks of one letter in order takes for ever.
    folded = _normal(_normal(" ".join(_cut(found))).casefold())
    return _cut(folded[:MOST_CHARACTERS].translate(_ONLY_OF_WORDS))


def _cut(folded: str) -> list[str]:
    words = dict.fromkeys(folded.split())
    if len(folded) > MOST_WORD_CHARACTERS:
        words = dict.fromkeys(word[:MOST_WORD_CHARACTERS] for word in words)
    return list(words)
