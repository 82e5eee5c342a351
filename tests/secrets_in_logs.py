"""After all tests: no log contains a secret that a page or an email of the run gave out (P7).

Pages and mails are read where they are made, records where they are written, both in each process of the tests; they
are compared once, at the end. The audit log is a log too. Costs about 0.1 ms for an answer.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock
from urllib.parse import unquote

from django.conf import settings
from django.core.handlers.base import BaseHandler
from django.core.serializers.json import DjangoJSONEncoder

from kring.core.logs import formatter
from kring.mail.models import Message, PlatformMessage
from kring.organisations import audit

# What stands before a secret, and which route or thing gives it out. Codes of certificates are public by design.
GIVEN = {
    "/orders/": "an order",
    "/waiting-list/": "an entry of a waiting list",
    "/waiting-list/invitations/": "an invitation",
    "/partners/": "the page of a partner",
    "/partner-tickets/": "tickets of a partner",
    "/team-members/": "one of a team",
    "/accounts/welcome/": "a welcome",
    "/accounts/confirm-email/": "a confirmation of an address",
    "/accounts/password/reset/key/": "a new password",
    "/membership/": "a proof of membership",
    "/applications/": "an application",
    "/calendar/": "a calendar",
    "/confirm-order/": "a confirmation of an order",
    "/newsletters/confirmation/": "a confirmation of a newsletter",
    "/newsletters/subscription/": "the subscription of a newsletter",
    "/newsletters/reports/": "what a newsletter's provider reports to",
    "/contributions/": "a bill",
    "/pay/": "a link with which anybody pays an order",
    "/refunds/account/": "the account of a refund",
    "/reminders/": "a reminder of contributions",
    "/register/": "the registration of an organisation",
    "/accounts/openid/first/": "a new login of a login service",
    "/testpay/": "a charge of the pretend provider",
    "kring_": "a token of the API",
    'type="hidden" name="key" value="': "an order or entry to come",
    "secret=": "an authenticator",
}
COOKIES = {settings.SESSION_COOKIE_NAME: "a session", settings.CSRF_COOKIE_NAME: "a form's key"}
SHORTEST, TELLING = 16, 12
# What generated texts fill a field with ("000…") is no secret, whatever stands before it.
LETTERS = 6
_SECRET = re.compile(rf"(?:[A-Za-z0-9]+/)?([\w:-]{{{SHORTEST},}})")
_TOKENS = re.compile(rf"[\w:=%.-]{{{TELLING},}}")
_WHEN = re.compile(r'"timestamp": "[^"]*"')


class Secrets(logging.Handler):
    """All that was given out, and all that was logged."""

    def __init__(self) -> None:
        super().__init__()
        self.formatter = formatter()
        self.given: dict[str, str] = {}
        self.lines: set[str] = set()
        self._seen: set[Any] = set()

    def emit(self, record: logging.LogRecord) -> None:
        request = getattr(record, "request", None)
        key = (record.name, str(record.msg), repr(record.args), str(getattr(request, "resolver_match", None) and 1))
        if record.exc_info or record.stack_info or key not in self._seen:
            self._seen.add(key)
            self.lines.add(_WHEN.sub("", self.format(record)))

    def read(self, text: str) -> None:
        """Whatever opens something in a page or an email."""
        for before, kind in GIVEN.items():
            at = text.find(before)
            while at >= 0:
                at += len(before)
                if (found := _SECRET.match(text, at)) and len(set(found[1])) >= LETTERS:
                    self.given.setdefault(found[1], kind)
                at = text.find(before, at)

    def read_answer(self, answer: Any) -> None:
        if not answer.streaming:
            kind = answer.headers.get("Content-Type", "")
            if kind.startswith(("text/", "application/json", "application/problem")):
                self.read(answer.content.decode(errors="replace"))
            self.read(answer.headers.get("Location", ""))
        for name, kind in COOKIES.items():
            if name in answer.cookies and len(value := answer.cookies[name].value) >= SHORTEST:
                self.given.setdefault(value, kind)

    def found_in_log(self) -> list[str]:
        """For each secret that was logged: what it opens, and the line without it."""
        everything = "\n".join({token for line in self.lines for token in _TOKENS.findall(line)})
        everything += "\n" + unquote(everything)
        found = {secret for secret in self.given if _part_in(secret, everything)}
        return sorted({f"{self.given[secret]}: {line}" for secret in found for line in self._lines_with(secret)})

    def _lines_with(self, secret: str) -> Iterator[str]:
        for line in self.lines:
            if _part_in(secret, plain := unquote(line)):
                for part in (secret, secret[:TELLING], secret[-TELLING:]):
                    plain = plain.replace(part, "…")
                yield plain[:1000]


def _part_in(secret: str, text: str) -> bool:
    return secret[:TELLING] in text or secret[-TELLING:] in text


@contextmanager
def watched() -> Iterator[Secrets]:
    """Until the block ends, whatever is given out or logged in this process is noted."""
    secrets, root = Secrets(), logging.getLogger()
    root.addHandler(secrets)
    with (
        mock.patch.object(BaseHandler, "get_response", _reading_answers(secrets)),
        mock.patch.object(Message.objects, "bulk_create", _reading_mails(secrets, Message.objects.bulk_create)),
        mock.patch.object(PlatformMessage.objects, "create", _reading_mail(secrets, PlatformMessage.objects.create)),
        mock.patch.object(audit, "log", _reading_the_audit_log(secrets, audit.log)),
    ):
        try:
            yield secrets
        finally:
            root.removeHandler(secrets)


def _reading_answers(secrets: Secrets) -> Any:
    real = BaseHandler.get_response

    def get_response(handler: Any, request: Any) -> Any:
        answer = real(handler, request)
        secrets.read_answer(answer)
        return answer

    return get_response


def _reading_mails(secrets: Secrets, real: Any) -> Any:
    def bulk_create(letters: Any, *args: Any, **options: Any) -> Any:
        letters = list(letters)
        for letter in letters:
            secrets.read(json.dumps(letter.facts))
        return real(letters, *args, **options)

    return bulk_create


def _reading_mail(secrets: Secrets, real: Any) -> Any:
    def create(**values: Any) -> Any:
        secrets.read(json.dumps(values["facts"]))
        return real(**values)

    return create


def _reading_the_audit_log(secrets: Secrets, real: Any) -> Any:
    def log(action: str, subject: Any, **facts: Any) -> Any:
        result = json.dumps([facts.get("old"), facts.get("new")], cls=DjangoJSONEncoder)
        secrets.lines.add(f"audit log: {action} {subject} {result}")
        return real(action, subject, **facts)

    return log
