"""The link of an existing entry, mailed again: no page shows it to a person who only types an address (W2)."""

from __future__ import annotations

from datetime import timedelta

from kring.core.rate_limits import Limit, seconds_to_wait_for
from kring.core.tenancy import scope
from kring.organisations.models import Organisation
from kring.waiting import mails
from kring.waiting.models import WaitingEntry

# Anybody may type the address: its mailbox is not filled by that.
OFTEN = Limit(1, timedelta(hours=1))


def remind(organisation: Organisation, entry_pk: int) -> None:
    """Mail the address of the entry's page to the person who waits. To be called outside any scope."""
    if seconds_to_wait_for({f"waiting-known:{entry_pk}": OFTEN}):
        return
    with scope(organisation):
        if (entry := WaitingEntry.objects.live().select_related("event").filter(pk=entry_pk).first()) is not None:
            mails.send_known(entry)
