"""A refusal is an answer, not a failure: the rule that refused, in words for the user (style lesson 10)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Refusal(Exception):
    """Something that is not allowed, or not possible now. Middleware and API turn it into a page or a problem.

    `message` may name the keyword arguments: `"Only %(left)s left."`.
    """

    status = 409
    code = "refused"
    message: str | Promise = _("This is not possible.")

    # For API clients: which of the values they sent are wrong, each with `detail` and `pointer` (RFC 9457).
    errors: Sequence[Mapping[str, str]] = ()

    def __init__(self, **details: object) -> None:
        self.details = details
        super().__init__(self.code)

    def __str__(self) -> str:
        return str(self.message) % self.details if self.details else str(self.message)


class NotAllowed(Refusal):
    status = 403
    code = "forbidden"
    message = _("You are not allowed to do this.")


class WrongState(Refusal):
    code = "wrong_state"
    message = _("This is no longer possible: the status is now “%(state)s”.")
