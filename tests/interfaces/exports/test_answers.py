"""Files of REST answers: however they are wrapped, each record with its bytes and its line."""

import pytest

from application.fetched import FileRecord, RecordProblem
from domain.document import decode
from interfaces.exports.answers import AnswersFileError, read_answers

ONE, TWO = b'{"Id":7}', b'{ "Id": 8,\n "Trade":"DOORS" }'


def records(content: bytes) -> list[FileRecord]:
    read = list(read_answers(content))
    assert all(isinstance(record, FileRecord) for record in read)
    return [record for record in read if isinstance(record, FileRecord)]


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        (b"[" + ONE + b",\n" + TWO + b"]", [1, 2]),
        (b'\xef\xbb\xbf{"@odata.context":"x",\n"value":[\n' + ONE + b"\n,\n" + TWO + b"]}", [3, 5]),
        (ONE + b"\n\n" + TWO.replace(b"\n", b"") + b"\n", [1, 3]),
        (b"[" + ONE + b']\r\n{"value":[' + TWO.replace(b"\n", b" ") + b"]}\r\n", [1, 2]),
    ],
)
def test_every_record_has_its_own_bytes_its_line_and_its_number(
    content: bytes, lines: list[int]
) -> None:
    read = records(content)
    assert [(it.line, it.record) for it in read] == list(zip(lines, [1, 2], strict=True))
    assert all(it.content in content for it in read)
    assert [decode(it.content) for it in read] == [it.work_order for it in read]
    assert [it.work_order["Id"] for it in read] == [7, 8]


def test_a_single_work_order_is_a_file_too() -> None:
    [record] = records(b"\n" + ONE + b"\n")
    assert (record.content, record.document) == (ONE, None)


def test_no_work_order_at_all_is_no_error() -> None:
    assert records(b"[]") == records(b'{"value":[]}') == []


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is no JSON. It ends too early."),
        (b"Id;Trade\n7;DOORS\n", "The file is no JSON. At line 1, invalid character."),
        (b'{"Id":7}\n{"Id":8', "Line 2 of the file is no JSON."),
        (b'{"Id":7}\n\n{"Id":8]\n', "Line 3 of the file is no JSON."),
        (b'[{"Id":7},\n{"Id" 8}]', "The file is no JSON. At line 2, expected ':'."),
        (b'[\n"\xff"]', "The file is no JSON. It is not UTF-8 at line 2."),
        (b"[" * 5_000 + b"]" * 5_000, "The file is no JSON. It is nested too deep."),
        (b'{"Id":7} {"Id":8}', "The file is no JSON. At line 1, trailing characters."),
    ],
)
def test_what_is_no_json_is_refused_in_a_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(AnswersFileError) as refused:
        list(read_answers(content))
    assert str(refused.value) == sentence


def test_what_is_no_object_is_a_problem_of_its_own() -> None:
    one, two, three = read_answers(b'[7,\n{"Id":8},null]')
    sentence = "It is no work order: an object is expected."
    assert one == RecordProblem(1, 1, sentence)
    assert isinstance(two, FileRecord)
    assert three == RecordProblem(2, 3, sentence)


def test_what_rest_answers_nest_is_told_as_webhooks_tell_it() -> None:
    [record] = records(
        b"""{"id": 7, "LocationId": 0, "AssetId": 0, "SubscriberId": 5,
        "Location": {"Id": 12, "Name": "RIVERSIDE", "StoreId": "0024"},
        "Provider": {"Id": 3, "Name": "Acme"}, "Subscriber": {"Id": 4},
        "Currency": {"AlphabeticalCode": "USD", "Id": 1},
        "Notes": {"Count": {"Own": 2}, "Last": {"Id": 9, "NoteData": "Done"}},
        "Attachments": {"Count": {"Own": 0}}, "Labels": [{"Id": 0}], "@odata.id": "x",
        "Status": {"Primary": "OPEN", "CanCreateInvoice": false}, "Resolution": null}"""
    )
    told = record.work_order
    assert (told["Id"], told["SubscriberId"], told["ProviderId"]) == (7, 5, 3)
    assert (told["LocationId"], told["LocationName"]) == (12, "RIVERSIDE")
    assert (told["LocationStoreId"], told["ProviderName"]) == ("0024", "Acme")
    assert told["CurrencyAlphabeticalCode"] == "USD"
    assert told["Notes"] == [{"Id": 9, "NoteData": "Done"}]
    assert not {"AssetId", "Attachments", "Labels", "@odata.id", "id"} & told.keys()
    assert record.document is not None
    assert decode(record.document) == told


@pytest.mark.parametrize(
    "plain",
    [
        b'{"Id":7,"Notes":[{"Id":9}],"Labels":[{"Id":3}],"Attachments":[],"LocationId":12}',
        b'{"Id":7,"Status":{"Primary":"OPEN","Extended":null},"Nte":1.50,"Caller":null}',
    ],
)
def test_what_is_told_so_already_is_kept_once(plain: bytes) -> None:
    [record] = records(plain)
    assert record.document is None
