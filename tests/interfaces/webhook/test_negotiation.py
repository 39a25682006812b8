import pytest

from interfaces.webhook.negotiation import answer_media_type

JSON, TEXT_JSON = "application/json", "text/json"
XML, TEXT_XML = "application/xml", "text/xml"
FORM = "application/x-www-form-urlencoded"

LIKE_THE_REQUEST = [
    pytest.param(JSON, JSON, id="JSON"),
    pytest.param("application/json; charset=utf-16", JSON, id="JSON with a charset"),
    pytest.param(FORM, JSON, id="form"),
    pytest.param(None, JSON, id="empty"),
    pytest.param("", JSON, id="blank"),
    pytest.param(TEXT_JSON, TEXT_JSON, id="text/json"),
    pytest.param(XML, XML, id="application/xml"),
    pytest.param(TEXT_XML, TEXT_XML, id="text/xml"),
    pytest.param("Text/XML; charset=utf-8", TEXT_XML, id="any case, with a charset"),
    pytest.param("text/plain", JSON, id="unsupported"),
    pytest.param("text/xml;", JSON, id="unreadable"),
]


@pytest.mark.parametrize(("request_media_type", "answered"), LIKE_THE_REQUEST)
@pytest.mark.parametrize(
    "accept",
    [
        pytest.param(None, id="absent"),
        pytest.param("", id="empty"),
        pytest.param("image/png", id="nothing supported"),
        pytest.param("image/png, text/html;q=0.3", id="several unsupported"),
        pytest.param("application/vnd.x+json", id="+json"),
        pytest.param(";;,=/,*", id="garbage"),
        pytest.param("application/json;q=0", id="quality 0"),
        pytest.param("*/*;q=0.000, text/xml; Q=0", id="all of quality 0"),
    ],
)
def test_where_nothing_to_be_had_is_asked_the_request_decides(
    accept: str, request_media_type: str | None, answered: str
) -> None:
    assert answer_media_type(accept, request_media_type) == answered


@pytest.mark.parametrize("request_media_type", [None, JSON, TEXT_XML])
@pytest.mark.parametrize(
    ("accept", "answered"),
    [
        pytest.param("application/json", JSON, id="application/json"),
        pytest.param("text/json", TEXT_JSON, id="text/json"),
        pytest.param("application/xml", XML, id="application/xml"),
        pytest.param("text/xml", TEXT_XML, id="text/xml"),
        pytest.param("Application/XML", XML, id="any case"),
        pytest.param(" text/xml ; level=1", TEXT_XML, id="parameters are ignored"),
        pytest.param("application/json; charset=utf-16", JSON, id="a charset is ignored"),
        pytest.param("*/*", JSON, id="*/*"),
        pytest.param("application/*", JSON, id="application/*"),
        pytest.param("text/*", TEXT_JSON, id="text/*"),
        pytest.param("*/*;q=0.1", JSON, id="*/* of low quality"),
    ],
)
def test_what_is_asked_is_answered_whatever_the_request(
    accept: str, answered: str, request_media_type: str | None
) -> None:
    assert answer_media_type(accept, request_media_type) == answered


@pytest.mark.parametrize(
    ("accept", "answered"),
    [
        pytest.param("application/xml;q=0.5, application/json;q=0.9", JSON, id="highest q"),
        pytest.param("application/json;q=0.5, application/xml", XML, id="no q is 1"),
        pytest.param("application/json;q=0.8,text/xml;q=0.801", TEXT_XML, id="three digits"),
        pytest.param("application/json; q = 0.5 ; a=b, text/xml;q=.6", TEXT_XML, id="odd spelling"),
        pytest.param("application/xml;q=high, application/json;q=0.9", XML, id="unreadable q"),
        pytest.param("text/xml, application/xml", TEXT_XML, id="XML in the order asked"),
        pytest.param("text/json, application/json", TEXT_JSON, id="JSON in the order asked"),
        pytest.param("application/xml, application/json", JSON, id="JSON beats XML"),
        pytest.param("text/xml, text/json", TEXT_JSON, id="JSON beats XML among text"),
        pytest.param("application/*, text/xml", TEXT_XML, id="a name beats a range"),
        pytest.param("*/*, application/xml", XML, id="a name beats anything"),
        pytest.param("*/*, text/*", TEXT_JSON, id="a range beats anything"),
        pytest.param("text/*, application/*", TEXT_JSON, id="ranges in the order asked"),
        pytest.param("application/xml;q=0.5, */*", JSON, id="a range of higher q beats a name"),
        pytest.param("image/png, text/xml;q=0.1", TEXT_XML, id="past what is unsupported"),
        pytest.param("garbage, application/xml", XML, id="past garbage"),
        pytest.param("application/json;q=0, text/xml;q=0.1", TEXT_XML, id="past quality 0"),
        pytest.param(
            "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", XML, id="a browser"
        ),
    ],
)
def test_of_several_the_best_is_answered(accept: str, answered: str) -> None:
    assert answer_media_type(accept, JSON) == answered
