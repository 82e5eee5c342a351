"""Whether somebody is a member, for box office and door: name and status, and nothing else (issue 12, point 13).

Found by number, or by the beginnings of names; never by anything else, which the answer would confirm.
"""

from __future__ import annotations

from datetime import timedelta
from functools import reduce
from operator import and_

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kring.accounts.models import User
from kring.core.rate_limits import Limit, seconds_to_wait_for
from kring.core.refusals import Refusal
from kring.core.searching import normal
from kring.members import numbering
from kring.members.models import Member
from kring.organisations import audit
from kring.organisations.current import current_organisation

MOST_SHOWN, FEWEST_LETTERS, MOST_WORDS = 10, 3, 6
# Of one user: enough for a long queue, too little to copy the register.
LIMIT = Limit(200, timedelta(hours=1))


class LookedUpTooOften(Refusal):
    status = 429
    code = "looked_up_too_often"
    message = _("You have looked up very many people. Try again in an hour.")


def look_up(text: str, *, by: User) -> tuple[list[Member], bool]:
    """At most so many, in the order of their names; and whether there are more. Each look is in the log.

    Raises LookedUpTooOften. The counter stays locked until the transaction ends.
    """
    if seconds_to_wait_for({f"look-up:{current_organisation().pk}:{by.pk}": LIMIT}):
        raise LookedUpTooOften
    found = list(Member.objects.filter(_meant(text)).order_by("sorting", "pk")[: MOST_SHOWN + 1])
    shown = found[:MOST_SHOWN]
    if shown:
        audit.log_many([("member.looked_up", member, None, {"state": member.state}) for member in shown])
    else:
        audit.log("member.looked_up", current_organisation(), new={"found": False})
    return shown, len(found) > MOST_SHOWN


def _meant(text: str) -> Q:
    """By number, or by words that all begin one of the names, if they have letters enough."""
    number = numbering.of(text.strip())
    words = normal(text).split()[:MOST_WORDS]
    if sum(map(len, words)) < FEWEST_LETTERS:
        return number
    return number | reduce(and_, (Q(sorting__startswith=word) | Q(sorting__contains=f" {word}") for word in words))
