"""Support access: an administrator of the platform works on an organisation's site, for a reason and a few hours.

The organisation reads of it in an email and in its log, ends it at any moment, and may forbid it for good. What it
opens, and what stays closed, is decided by web/support.py and web/manage/nouns.py.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.accounts.models import User
from kring.core.refusals import Refusal
from kring.core.tenancy import scope
from kring.hosting.administrator_mails import tell
from kring.hosting.models import LONGEST_SUPPORT, SupportAccess
from kring.mail import facts
from kring.organisations import audit, platform_log
from kring.organisations.models import Organisation

platform_log.acts.add("support.granted", _("support access begun"))
platform_log.acts.add("support.ended", _("support access ended"))
platform_log.acts.add("support.forbidden", _("support access forbidden by the organisation"))
platform_log.acts.add("support.allowed", _("support access allowed by the organisation"))

HOURS = (1, 2, 4, 8)


class SupportIsForbidden(Refusal):
    status = 403
    code = "support_is_forbidden"
    message = _("%(name)s does not allow support access. Ask one of its administrators to allow it in the settings.")


class HasSupportAccess(Refusal):
    code = "has_support_access"
    message = _("You have support access here already. End it before you begin anew.")


class SupportTooLong(Refusal):
    code = "support_too_long"
    message = _("Support access lasts one hour at least and eight at most.")


class NoPlatformAdmin(Refusal):
    status = 403
    code = "no_platform_admin"
    message = _("Support access is for administrators of the platform.")


class SupportIsOver(Refusal):
    code = "support_is_over"
    message = _("This support access is over already.")


def grant(organisation: Organisation, user: User, *, reason: str, hours: int) -> SupportAccess:
    """From now on; its administrators get an email. In no scope of another.

    Raises NoPlatformAdmin, SupportTooLong, SupportIsForbidden, HasSupportAccess.
    """
    if not (user.is_platform_admin and user.is_active):
        raise NoPlatformAdmin
    if not timedelta() < (length := timedelta(hours=hours)) <= LONGEST_SUPPORT:
        raise SupportTooLong
    try:
        with scope(organisation):
            _locked(organisation)
            return _begin(organisation, user, reason, length)
    except IntegrityError as error:
        if "support_access_is_one_at_a_time" in str(error):
            raise HasSupportAccess from None
        raise


def _locked(organisation: Organisation) -> None:
    """Whoever forbids it in this moment comes before or after, and in both cases ends what was begun."""
    row = Organisation.objects.select_for_update(no_key=True).only("support_allowed").get(pk=organisation.pk)
    if not row.support_allowed:
        raise SupportIsForbidden(name=organisation.name)


def _begin(organisation: Organisation, user: User, reason: str, length: timedelta) -> SupportAccess:
    now = timezone.now()
    made: SupportAccess = SupportAccess.objects.create(
        organisation=organisation,
        user=user,
        called=f"{user.name} ({user.email})" if user.name else user.email,
        reason=reason,
        begun_at=now,
        until=now + length,
    )
    _note("support.granted", made, {"reason": reason, "until": made.until.isoformat()})
    tell(
        "support-access",
        organisation,
        person=made.called,
        reason=facts.lines(reason),
        until=facts.deadline(made.until, organisation.zone),
        settings_url=facts.link(f"{organisation.url}/organisation/support/"),
    )
    return made


def end(access: SupportAccess) -> None:
    """At once, by whoever acts: its own user, or the organisation. Raises SupportIsOver."""
    with scope(access.organisation_id):
        if not access.end():
            raise SupportIsOver
        _note("support.ended", access)


def forbid(organisation: Organisation) -> None:
    """From now on, and what goes on ends at once. Forbidden before, nothing happens."""
    with scope(organisation):
        if not _switch(organisation, allowed=False):
            return
        for access in SupportAccess.objects.filter(organisation=organisation, ended_at=None, until__gt=timezone.now()):
            if access.end():
                _note("support.ended", access)


def allow(organisation: Organisation) -> None:
    with scope(organisation):
        _switch(organisation, allowed=True)


def _switch(organisation: Organisation, *, allowed: bool) -> bool:
    changed = Organisation.objects.filter(pk=organisation.pk, support_allowed=not allowed).update(
        support_allowed=allowed
    )
    organisation.support_allowed = allowed
    if changed:
        action = "support.allowed" if allowed else "support.forbidden"
        audit.log(action, organisation)
        platform_log.note(action, organisation=organisation)
    return bool(changed)


def running(user: User, organisation: Organisation) -> SupportAccess | None:
    """What this user has here at this moment. One statement."""
    found: SupportAccess | None = SupportAccess.objects.running().filter(user=user, organisation=organisation).first()
    return found


def _note(action: str, access: SupportAccess, new: dict[str, object] | None = None) -> None:
    audit.log(action, access, new=new)
    platform_log.note(action, organisation=access.organisation, new={"user": access.called, **(new or {})})
