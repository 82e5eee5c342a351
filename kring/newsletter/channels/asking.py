"""One request to the other side, its failures in our words."""

from __future__ import annotations

from collections.abc import Mapping

from kring.core import outgoing
from kring.newsletter.channels import ANSWERED, BAD_ADDRESS, PRIVATE, SLOW_DOWN, UNREACHABLE, NotPassedOn


def ask(method: str, url: str, body: bytes, headers: Mapping[str, str], *, field: str = "") -> outgoing.Answer:
    """The answer where it is one of the other side's own: a success, or a refusal (4xx). Raises NotPassedOn."""
    try:
        answer = outgoing.request(method, url, body, {"Content-Type": "application/json", **headers})
    except outgoing.BadAddress:
        raise NotPassedOn(BAD_ADDRESS, is_final=True, field=field) from None
    except outgoing.Forbidden:
        raise NotPassedOn(PRIVATE, is_final=True, field=field) from None
    except outgoing.Unreachable as error:
        raise NotPassedOn(f"{UNREACHABLE}: {error}", field=field) from None
    if answer.status == 429:
        raise NotPassedOn(SLOW_DOWN, field=field)
    if not 200 <= answer.status < 300 and not 400 <= answer.status < 500:
        raise NotPassedOn(f"{ANSWERED}: {answer.status}", field=field)
    return answer
