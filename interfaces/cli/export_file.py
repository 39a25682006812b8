"""A file that was given out by the sender, whatever it is."""

import hashlib
from collections.abc import Iterator
from typing import BinaryIO, Final

from msgspec import Struct

from application.fetched import FileRecord, RecordProblem
from domain.errors import WorktrailError
from interfaces.exports.answers import read_answers
from interfaces.exports.mapping import MappingFileError, read_mapping
from interfaces.exports.table import read_table

_MOST_MAPPING: Final = 100_000


class NoMappingError(WorktrailError):
    """Which column of a table is what cannot be guessed."""


class ExportFile(Struct, frozen=True):
    """A file's SHA-256, and its records, each as it could be read."""

    digest: bytes
    records: Iterator[FileRecord | RecordProblem]


def read_export(file: BinaryIO, mapping: BinaryIO | None) -> ExportFile:
    """Read a file of REST answers or, with a mapping, of comma-separated values.

    Raises `MappingFileError` and `NoMappingError`; its records raise `AnswersFileError` and
    `MappingFileError`.
    """
    content = file.read()
    digest = hashlib.sha256(content).digest()
    if mapping is not None:
        return ExportFile(digest, read_table(content, read_mapping(_text(mapping))))
    if str(file.name).lower().endswith((".csv", ".tsv", ".txt")):
        raise NoMappingError("Say with --mapping which column of the file is what.")
    return ExportFile(digest, read_answers(content))


def _text(mapping: BinaryIO) -> str:
    try:
        return mapping.read(_MOST_MAPPING).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise MappingFileError("The mapping is not UTF-8.") from error
