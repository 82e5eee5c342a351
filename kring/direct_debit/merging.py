"""Of two members who become one, the way to collect of the one who stays is kept."""

from __future__ import annotations

from django.utils.translation import gettext as _

from kring.direct_debit import mandates, one_way
from kring.direct_debit.models import Mandate
from kring.dues.models import Payer
from kring.members.merging.apps_above import on_merge
from kring.members.merging.rows import Before
from kring.members.models import Member


@on_merge
def keep_one_way(kept: Member, gone: Member, before: Before) -> None:
    by_member = {each.member_id: each for each in Payer.objects.filter(member__in=[kept, gone]).order_by("pk")}
    ours, theirs = by_member.get(kept.pk), by_member.get(gone.pk)
    if ours is None or theirs is None:
        return
    for payer in (ours, theirs):
        one_way.lock(payer)
    if not Mandate.objects.active().filter(payer=ours).exists() and one_way.at_provider(ours) is None:
        return
    for mandate in Mandate.objects.active().filter(payer=theirs).order_by("pk"):
        mandates.end_merged(mandate, reason=_("Is one with member %(number)s") % {"number": kept.number})
    at_provider = one_way.at_provider(theirs)
    if at_provider is not None:
        one_way.end_at_provider(at_provider, by=None)
