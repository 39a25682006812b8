"""The words of a text: what is looked for in it, whoever wrote it and however."""

import unicodedata
from functools import partial
from typing import Final

MOST_CHARACTERS: Final = 200_000
"""Of a text that are taken apart; PostgreSQL takes 1 MB of words at most."""

MOST_WORD_CHARACTERS: Final = 500
"""Of a word that count; PostgreSQL takes 2 kB at most."""


def _is_of_word(char: str) -> bool:
    # Marks are of the letter that they follow, and many scripts have no words without them.
    return char.isalnum() or unicodedata.category(char).startswith("M")


class _OnlyOfWords(dict[int, int]):
    """Has a space for every character that is of no word, and every other as it is."""

    def __missing__(self, code: int) -> int:
        # Not kept, since somebody might send every character there is.
        return code if _is_of_word(chr(code)) else ord(" ")


_ONLY_OF_WORDS: Final = _OnlyOfWords()
_ONLY_OF_WORDS.update({code: _ONLY_OF_WORDS[code] for code in range(128)})
_normal: Final = partial(unicodedata.normalize, "NFKC")


def words_of(text: str) -> list[str]:
    """Return each of the text's words once, in small letters, in the order of their first places.

    A word is a run of letters and digits. Characters that mean the same are the same (Unicode's
    form NFKC, case folded).
    """
    folded = _normal(_normal(text[:MOST_CHARACTERS]).casefold())
    found = folded[:MOST_CHARACTERS].translate(_ONLY_OF_WORDS).split(" ")
    words = dict.fromkeys(found)
    words.pop("", None)
    if len(text) > MOST_WORD_CHARACTERS:
        return list(dict.fromkeys(word[:MOST_WORD_CHARACTERS] for word in words))
    return list(words)
