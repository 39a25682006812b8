"""In which media type a webhook is answered: the contract's rules, those of the original."""

import re

from interfaces.webhook.bodies.media import (
    APPLICATION_JSON,
    APPLICATION_XML,
    TEXT_JSON,
    TEXT_XML,
    UnsupportedMediaTypeError,
    parse,
)

_NAMES = {name: name for name in (APPLICATION_JSON, TEXT_JSON, APPLICATION_XML, TEXT_XML)}
_RANGES = {"application/*": APPLICATION_JSON, "text/*": TEXT_JSON}
_ANYTHING = {"*/*": APPLICATION_JSON}

# The narrower range comes first, as RFC 9110 (12.5.1) has it and the original did.
_SPECIFICITIES = (_NAMES, _RANGES, _ANYTHING)

# A quality that is not a number from 0 to 1 counts as not given.
_quality = re.compile(
    r";[ \t]*q[ \t]*=[ \t]*(0?\.[0-9]{1,9}|[01](?:\.0{0,9})?)[ \t]*(?:;|$)", re.IGNORECASE
)


def answer_media_type(accept: str | None, request_media_type: str | None) -> str:
    """Return the media type of the answer, without charset.

    Highest quality first; at equal quality an exact name comes before a range, JSON before XML,
    and what was asked first before the rest. Where nothing is asked that can be had, the answer is
    like the request: `text/json` and XML in kind, everything else in `application/json`.
    `accept` and `request_media_type` are the headers' values, `None` where they are absent.
    """
    if accept is None:
        return _like_request(request_media_type)
    if accept in _NAMES:
        return accept
    if accept == "*/*":
        return APPLICATION_JSON
    ranked = [
        (-quality, specificity, "xml" in name, name)
        for quality, specificity, name in map(_asked, accept.split(","))
        if quality > 0
    ]
    if not ranked:
        return _like_request(request_media_type)
    # The first of equals is the least, so the order asked decides among them.
    return min(ranked, key=lambda asked: asked[:3])[3]


def _asked(element: str) -> tuple[float, int, str]:
    """Return quality, specificity and the media type meant; quality 0 for what cannot be had."""
    essence = element.partition(";")[0].strip(" \t").lower()
    for specificity, names in enumerate(_SPECIFICITIES):
        if essence in names:
            quality = _quality.search(element)
            return float(quality[1]) if quality else 1.0, specificity, names[essence]
    return 0.0, 0, ""


def _like_request(request_media_type: str | None) -> str:
    try:
        essence = parse(request_media_type or "").essence
    except UnsupportedMediaTypeError:
        return APPLICATION_JSON
    return _NAMES.get(essence, APPLICATION_JSON)
