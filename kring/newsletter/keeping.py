"""The organisation's newsletters: made, changed, removed by staff (D7). What the channel needs is in no log."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.db import IntegrityError, transaction

from kring.core import codes
from kring.core.integrity_errors import violated_constraint
from kring.core.tenancy import in_scope, scope
from kring.core.transactions import in_transaction
from kring.newsletter import delivering, links, refusals
from kring.newsletter.channels import ChannelSettings, channel
from kring.newsletter.models import ListDelivery, MailingList
from kring.organisations import audit
from kring.organisations.changing import change
from kring.organisations.models import Organisation

NAME = "mailing_list_name_is_unique"


@in_transaction
def add(**fields: object) -> MailingList:
    """Its addresses are passed on nowhere yet. Raises NameTaken."""
    with _names_are_unique():
        made: MailingList = MailingList.objects.create(**fields)
    audit.log("newsletter.added", made, new=_public(made))
    return made


@in_transaction
def change_list(mailing_list: MailingList, **fields: object) -> None:
    """Raises NameTaken."""
    with _names_are_unique():
        change(mailing_list, "newsletter.changed", **fields)


def connect(organisation: Organisation, mailing_list: MailingList, key: str, settings: ChannelSettings) -> None:
    """Try the channel at the other side, and keep it where that works; an empty value is the one there was.

    Who is subscribed is passed on to a place that is new. Outside any scope. Raises NotPassedOn: then nothing changes.
    """
    if in_scope():
        raise RuntimeError("Nobody is asked over the network within a transaction.")
    known = mailing_list.settings if mailing_list.channel == key else {}
    wanted = {name: value or known.get(name, "") for name, value in settings.items()}
    if key != MailingList.Channel.NONE:
        with scope(organisation):
            reports = links.reports(mailing_list)
        channel(key).check(wanted, reports)
    with scope(organisation):
        _keep_channel(mailing_list.pk, key, wanted)


def _keep_channel(pk: int, key: str, settings: ChannelSettings) -> None:
    mailing_list = MailingList.objects.select_for_update().get(pk=pk)
    is_new_place = (mailing_list.channel, _place(mailing_list.settings)) != (key, _place(settings))
    mailing_list.channel, mailing_list.settings = key, settings
    mailing_list.save(update_fields=["channel", "settings"])
    mailing_list.note_working()
    audit.log("newsletter.connected", mailing_list, new={"channel": key})
    if is_new_place and mailing_list.passes_on:
        delivering.queue_all(mailing_list)


def _place(settings: ChannelSettings) -> object:
    return settings.get("audience") or settings.get("url")


@in_transaction
def renew_secret(mailing_list: MailingList) -> None:
    """Who knew the old address cannot report anything any more."""
    mailing_list.secret = codes.secret()
    mailing_list.save(update_fields=["secret"])
    audit.log("newsletter.link_renewed", mailing_list)


@in_transaction
def remove(mailing_list: MailingList) -> None:
    """With all its addresses. Raises HasSubscribers, StillPassedOn."""
    MailingList.objects.select_for_update().get(pk=mailing_list.pk)
    if mailing_list.subscriptions.subscribed().exists():
        raise refusals.HasSubscribers
    done = [ListDelivery.State.SENT, ListDelivery.State.SUPERSEDED]
    if ListDelivery.objects.filter(subscription__mailing_list=mailing_list).exclude(state__in=done).exists():
        raise refusals.StillPassedOn
    audit.log("newsletter.removed", mailing_list, old=_public(mailing_list))
    mailing_list.delete()


def _public(mailing_list: MailingList) -> Mapping[str, object]:
    return {name: getattr(mailing_list, name) for name in ("name", "texts", "channel", "is_offered")}


@contextmanager
def _names_are_unique() -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if violated_constraint(error) == NAME:
            raise refusals.NameTaken from error
        raise
