"""Which accounts are the organisation's."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from kring.accounts.models import User
from kring.banking.models import OwnAccount
from kring.core.registry import Hooks
from kring.organisations.audit import log
from kring.organisations.current import current_organisation

# Numbers of accounts that an app above knows to be the organisation's, such as those it collects into.
also_ours = Hooks[[], Collection[str]]("accounts that are the organisation's")


def known(numbers: Iterable[str]) -> dict[str, OwnAccount]:
    """Of these those that are ours, made where they are read for the first time."""
    wanted = {number for number in numbers if number}
    found = {each.number: each for each in OwnAccount.objects.filter(number__in=wanted)}
    if not wanted - found.keys():
        return found
    ours = {current_organisation().bank_account}.union(*(hook() for hook in also_ours))
    for number in sorted(wanted & ours - found.keys()):
        found[number] = OwnAccount.objects.get_or_create(number=number)[0]
    return found


def add(number: str, *, currency: str, by: User | None) -> OwnAccount:
    """Somebody says that it is ours."""
    account, is_new = OwnAccount.objects.get_or_create(
        number=number[:34], defaults={"currency": currency[:3], "created_by": by}
    )
    if is_new:
        log("bank_account.added", account, actor=by)
    return account
