"""A file of the sender's REST answers: one JSON document, or one on each line.

An answer is a work order, a list of them, or a list under `value` as OData has it.
"""

import re
from codecs import BOM_UTF8
from collections.abc import Iterator
from typing import Final

import msgspec

from application.fetched import FileRecord, RecordProblem
from domain.document import decode, encode
from domain.errors import WorktrailError
from interfaces.exports.answer import as_webhooks_tell

_list: Final = msgspec.json.Decoder(list[msgspec.Raw])
_object: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])


class AnswersFileError(WorktrailError):
    """The file is no JSON."""


def read_answers(content: bytes) -> Iterator[FileRecord | RecordProblem]:
    """Return each work order's record, or what is wrong with it. Raises `AnswersFileError`."""
    content = content.removeprefix(BOM_UTF8)
    number = 0
    for line, answer in _answers(content):
        place, newlines = 0, line
        for record in _records(answer):
            # Between two records there are only commas and white space.
            begin = answer.index(record, place)
            newlines += answer.count(b"\n", place, begin)
            place, number = begin, number + 1
            yield _read(newlines, number, record)


def _answers(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Return each answer with the line on which it begins."""
    problem = _problem(content)
    if problem is None:
        yield 1, content
        return
    lines = [(n, line) for n, line in enumerate(content.split(b"\n"), 1) if line.strip()]
    if len(lines) < 2 or _problem(lines[0][1]) is not None:
        raise AnswersFileError(f"The file is no JSON. {problem}")
    for number, line in lines:
        wrong = _problem(line)
        if wrong is not None:
            raise AnswersFileError(f"Line {number} of the file is no JSON.")
        yield number, line


def _problem(document: bytes) -> str | None:
    try:
        document.decode()
        decode(document)
    except UnicodeDecodeError as error:
        return f"It is not UTF-8 at line {_line(document, error.start)}."
    except RecursionError:
        return "It is nested too deep."
    except msgspec.DecodeError as error:
        return _in_words(document, str(error))
    return None


def _in_words(document: bytes, message: str) -> str:
    found = re.search(r"^(?:JSON is malformed: )?(.*) \(byte (\d+)\)$", message)
    if found is None:
        return "It ends too early."
    return f"At line {_line(document, int(found[2]))}, {found[1]}."


def _line(document: bytes, place: int) -> int:
    return document.count(b"\n", 0, place) + 1


def _records(answer: bytes) -> list[bytes]:
    begin = answer.lstrip()[:1]
    if begin == b"[":
        return [bytes(item) for item in _list.decode(answer)]
    if begin == b"{":
        listed = _object.decode(answer).get("value")
        if listed is not None and bytes(listed)[:1] == b"[":
            return [bytes(item) for item in _list.decode(listed)]
    return [answer.strip()]


def _read(line: int, number: int, content: bytes) -> FileRecord | RecordProblem:
    answer = decode(content)
    if not isinstance(answer, dict):
        return RecordProblem(line, number, "It is no work order: an object is expected.")
    told = as_webhooks_tell(answer)
    return FileRecord(line, number, content, told, None if told is answer else encode(told))
