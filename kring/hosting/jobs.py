"""What the platform does by itself: sizes at night, and what is due of organisations that leave."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q
from django.utils import timezone

from kring.core.jobs import job, later
from kring.core.ticking import due, leaves_alone
from kring.hosting import announcing, deleting, leaving, logins, own_domains, sizes
from kring.hosting.models import LeftLogin, OrganisationDomain
from kring.organisations.current import current_organisation
from kring.organisations.models import Organisation

DELETING = Organisation.Status.DELETING


@job("hosting.count_all", scoped=False)
def count_all() -> None:
    """One job for each organisation: a large one keeps nobody waiting."""
    for organisation_id in sizes.organisations():
        later(count_one, organisation_id=organisation_id)
    if LeftLogin.objects.exists():
        later(forget_logins)


@job("hosting.count", once=True, priority=-10)
def count_one() -> None:
    sizes.count()


@job("hosting.delete", scoped=False, once=True, priority=-20, tries_again_after=(60, 600, 3600))
def delete(organisation_id: int) -> None:
    """A part of it; then other jobs have their turn. Raises ProviderUnavailable while its plan cannot be cancelled."""
    leaving.stop_paying(organisation_id)
    if not deleting.go_on(organisation_id):
        later(delete, organisation_id=organisation_id)


@job("hosting.forget_logins", scoped=False, once=True, priority=-20)
def forget_logins() -> None:
    """Of organisations that are gone: a part of them, then other jobs have their turn."""
    if not logins.forget_unused():
        later(forget_logins)


@due(
    "hosting.delete",
    where=lambda: Organisation.objects.filter(Q(status=DELETING) | Q(deletion_due_at__lte=timezone.now())).values_list(
        "pk"
    ),
    even_so=True,
)
def delete_due() -> int:
    """Begin what is due, and see that a job goes on with what has begun, whatever became of the one before."""
    organisation = current_organisation()
    if organisation.status == DELETING:
        later(delete)
        return 0
    return int(leaving.begin_due(organisation))


@leaves_alone
def being_deleted() -> Iterable[int]:
    return Organisation.objects.filter(status=DELETING).values_list("pk", flat=True)


@job("hosting.announce_all", scoped=False, priority=-20)
def announce_all(announcement_id: int) -> None:
    """One job for each organisation, each behind whatever else is to be done: all others have their turn between."""
    for organisation_id in announcing.organisations(announcement_id):
        later(announce, organisation_id=organisation_id, announcement_id=announcement_id)


@job("hosting.announce", priority=-20)
def announce(announcement_id: int) -> None:
    announcing.mail_administrators(announcement_id)


@job("hosting.check_all_domains", scoped=False)
def check_all_domains() -> None:
    """Those in use; one job for each: name servers may be slow."""
    for pk in OrganisationDomain.objects.filter(is_on=True).values_list("pk", flat=True):
        later(check_domain, domain_id=pk)


@job("hosting.check_domain", scoped=False, once=True, priority=-10)
def check_domain(domain_id: int) -> None:
    if domain := OrganisationDomain.objects.filter(pk=domain_id, is_on=True).first():
        own_domains.check(domain, is_daily=True)
