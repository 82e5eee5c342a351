"""Django's test client as the tests want it: quick, and like a browser that reads what it is sent to the end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from django.template import RequestContext
from django.test import client

_store = client.store_rendered_templates
_answer = client.ClientHandler.__call__


def _store_those_of_pages(kept: dict[str, Any], context: Any, **rendered: Any) -> None:
    """`response.context` has what views gave; Django copies it for each widget and each include besides."""
    if isinstance(context, RequestContext) and kept.get("last") is not context:
        kept["last"] = context
        _store(kept, context=context, **rendered)


def _answer_read(handler: client.ClientHandler, environ: dict[str, Any]) -> Any:
    """At its end a file closes; one that nobody reads would stay open."""
    answer = _answer(handler, environ)
    if answer.streaming and not answer.is_async:
        answer.streaming_content = [b"".join(answer.streaming_content)]
    return answer


@contextmanager
def quick() -> Iterator[None]:
    with (
        mock.patch.object(client, "store_rendered_templates", _store_those_of_pages),
        mock.patch.object(client.ClientHandler, "__call__", _answer_read),
    ):
        yield
