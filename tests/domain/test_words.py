"""What counts as a word of a text, and as the same word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.words import MOST_CHARACTERS, MOST_WORD_CHARACTERS, words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        (" -- / ", []),
        ("The door is stuck\nBring a door", ["the", "door", "is", "stuck", "bring", "a"]),
        ("Walk-in cooler, walk-in!", ["walk", "in", "cooler"]),
        ("don't: 3.5\u00b0C@home_page", ["don", "t", "3", "5", "c", "home", "page"]),
        ("STRASSE Stra\u00dfe \u00c4RGER \u00e4rger", ["strasse", "\u00e4rger"]),
        ("cafe\u0301 caf\u00e9 \uff23\uff21\uff26\u00c9", ["caf\u00e9"]),
        ("\u0939\u093f\u0928\u094d \u4fee\u7406", ["\u0939\u093f\u0928\u094d", "\u4fee\u7406"]),
        ("a\0b\ud800c\ufffdd\u00a0e", ["a", "b", "c", "d", "e"]),
    ],
    ids=["nothing", "none", "lines", "hyphen", "signs", "case", "forms", "scripts", "no text"],
)  # fmt: skip
def test_words(text: str, words: list[str]) -> None:
    assert words_of(text) == words


def test_a_long_word_is_found_by_its_beginning_and_a_long_text_too() -> None:
    assert words_of("a" * 600 + " b " + "a" * 700) == ["a" * MOST_WORD_CHARACTERS, "b"]
    assert words_of("ab " * MOST_CHARACTERS + "c") == ["ab"]
    # A letter that stands for four.
    for number in (400, MOST_CHARACTERS):
        assert [len(word) for word in words_of("\ufdf2" * number)] == [MOST_WORD_CHARACTERS]


def test_more_marks_than_any_letter_has_take_no_longer_than_other_text() -> None:
    assert words_of("a" + "\u0301\u0316" * MOST_CHARACTERS)[0].startswith("\xe1\u0316")


@given(st.text())
def test_every_word_has_itself_for_its_only_word(text: str) -> None:
    words = words_of(text)
    assert len(set(words)) == len(words)
    assert words_of(" ".join(words)) == words
