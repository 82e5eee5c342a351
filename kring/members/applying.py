"""Applying for a membership (M4): what the organisation asks, and what applicants do with their application.

No login is needed. Nothing of this says to a stranger whether somebody is a member, or has applied: what is known of an
application is behind the link in the mail to its address, which also proves that address.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.accounts.addresses import is_verified
from kring.accounts.models import User
from kring.core.dates import age_at
from kring.core.integrity_errors import violated_constraint
from kring.core.refusals import Refusal
from kring.core.transactions import in_transaction
from kring.forms import answering
from kring.forms.models import FormVersion
from kring.members import application_mails as mails
from kring.members.columns import COLUMNS
from kring.members.households import MAJORITY
from kring.members.importing.identity import plain_name
from kring.members.models import Application, ApplicationSettings, Group, Member, MembershipType, OfferedGroup
from kring.members.refusals import OwnGuardian
from kring.organisations import audit, changing
from kring.organisations.current import current_organisation

# Always asked for.
NAMES = ("first_name", "last_name")
# What may be asked besides, in the order of the form.
ASKABLE = (
    *("call_name", "initials", "name_prefix", "gender", "birth_date", "phone", "other_phone"),
    *("street", "house_number", "house_addition", "postal_code", "city", "country", "language", "number"),
)
# Of an address that nobody proves an application is only kept so long.
UNPROVED = timedelta(days=30)


class ApplicationsClosed(Refusal):
    code = "applications_closed"
    message = _("At the moment nobody can apply for this membership.")


class GuardianNeeded(Refusal):
    code = "guardian_needed"
    field = "guardian_name"
    message = _("Under 18 a parent or guardian applies: enter their name.")


class GuardianIsTheChild(OwnGuardian):
    field = "guardian_name"
    message = _("Enter the name of the parent or guardian, not that of the child.")


@dataclass(frozen=True)
class Applicant:
    """`values`: of the register, as `columns.cleaned` gives them. `email`: where mails go; a minor's guardian's.

    `key`: of the form, see `Application.key`. `agrees`: to the mandate, of `holder` for `iban`.
    """

    values: Mapping[str, object]
    email: str
    key: str
    group: Group | None = None
    guardian_name: str = ""
    guardian_phone: str = ""
    iban: str = ""
    holder: str = ""
    agrees: bool = False
    # To the organisation's own questions, in this version.
    version: FormVersion | None = None
    answers: Mapping[str, object] = field(default_factory=dict)
    language: str = "en"
    user: User | None = field(default=None, compare=False)


@in_transaction
def set_terms(kind: MembershipType, *, groups: Iterable[Group], **fields: Any) -> bool:
    """What an application for this type asks, whether anybody may apply, who decides. False: nothing differed."""
    found, _made = ApplicationSettings.objects.get_or_create(type=kind, defaults={"asks_guardian": False})
    fields["asked"] = [name for name in ASKABLE if name in fields["asked"]]
    fields["required"] = [name for name in fields["asked"] if name in fields["required"]]
    if fields["asks_guardian"]:
        # Only who is born on a known day is known to be a minor.
        fields["asked"] = [name for name in ASKABLE if name in {"birth_date", *fields["asked"]}]
        fields["required"] = [name for name in ASKABLE if name in {"birth_date", *fields["required"]}]
    is_changed = changing.change(found, "application_settings.changed", **fields)
    wanted = {group.pk: group for group in groups}
    offered = {each.group_id: each for each in found.offered.select_related("group")}
    if wanted.keys() != offered.keys():
        OfferedGroup.objects.filter(settings=found).exclude(group__in=wanted).delete()
        OfferedGroup.objects.bulk_create(
            [OfferedGroup(settings=found, group=group) for pk, group in wanted.items() if pk not in offered]
        )
        old, new = sorted(str(each.group) for each in offered.values()), sorted(map(str, wanted.values()))
        audit.log("application_settings.changed", found, old={"groups": old}, new={"groups": new})
        is_changed = True
    return is_changed


def is_minor(values: Mapping[str, object]) -> bool:
    born = values.get("birth_date")
    return isinstance(born, date) and age_at(born, timezone.localdate()) < MAJORITY


def submit(terms: ApplicationSettings, applicant: Applicant) -> Application:
    """Record it, and mail the link. Sent twice, by the same form or for the same person, it is one application: what
    was there stays as it is. Raises ApplicationsClosed, GuardianNeeded, GuardianIsTheChild, FormHasChanged.
    """
    if not terms.is_open or terms.type.retired_at is not None:
        raise ApplicationsClosed()
    minor = is_minor(applicant.values) and terms.asks_guardian
    if minor:
        _demand_guardian(applicant)
    application = _made(terms, applicant, minor=minor)
    try:
        with transaction.atomic():
            if applicant.version is not None and applicant.answers:
                application.submission = answering.submit(applicant.version, applicant.answers)
            application.save()
            note("application.submitted", application)
            mails.receipt(application)
            if application.proved_at is not None:
                mails.tell_staff(application)
    except IntegrityError as error:
        # The other click was faster, or they have applied before: who they are is shown nowhere.
        if violated_constraint(error) not in ("application_key_is_unique", "application_is_open_once"):
            raise
        return _known(application) or submit(terms, applicant)
    return application


def _known(again: Application) -> Application | None:
    """That of the same form; or of the same person, whose mail may have been lost. None: it was closed meanwhile."""
    found: Application | None = Application.objects.filter(key=again.key).first()
    if found is None:
        found = Application.objects.open().filter(digest=again.digest).first()
        if found is not None:
            mails.receipt_again(found)
    return found


def _demand_guardian(applicant: Applicant) -> None:
    if not applicant.guardian_name:
        raise GuardianNeeded()
    values = applicant.values
    firsts = {values.get(name) for name in ("first_name", "call_name") if values.get(name)}
    last = " ".join(str(values[name]) for name in ("name_prefix", "last_name") if values.get(name))
    if plain_name(applicant.guardian_name) in {plain_name(f"{first} {last}") for first in firsts}:
        raise GuardianIsTheChild()


def _made(terms: ApplicationSettings, applicant: Applicant, *, minor: bool) -> Application:
    values = {name: value for name, value in applicant.values.items() if value not in (None, "")}
    agrees = terms.asks_account and applicant.agrees and bool(terms.mandate_text and applicant.iban)
    is_proved = applicant.user is not None and is_verified(applicant.user, applicant.email)
    offered = applicant.group is not None and terms.offered.filter(group=applicant.group).exists()
    now = timezone.now()
    return Application(
        type=terms.type,
        group=applicant.group if offered else None,
        key=applicant.key,
        digest=_digest(terms, applicant),
        name=Member(
            **{name: values.get(name, "") for name in ("first_name", "call_name", "name_prefix", "last_name")}
        ).name,
        email=applicant.email,
        language=applicant.language,
        values={name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()},
        guardian_name=applicant.guardian_name if minor else "",
        guardian_phone=applicant.guardian_phone if minor else "",
        iban=applicant.iban if terms.asks_account else "",
        holder=applicant.holder if terms.asks_account and applicant.iban else "",
        mandate_text=terms.mandate_text if agrees else "",
        mandate_agreed_at=now if agrees else None,
        applied_by=applicant.user,
        needs_two=terms.needs_two,
        submitted_at=now,
        proved_at=now if is_proved else None,
        delete_on=None if is_proved else timezone.localdate() + UNPROVED,
    )


def _digest(terms: ApplicationSettings, applicant: Applicant) -> str:
    values = applicant.values
    born = values.get("birth_date")
    parts = [str(terms.type_id), applicant.email, *(plain_name(values.get(name)) for name in NAMES), str(born or "")]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


@in_transaction
def prove(application: Application) -> None:
    """Whoever opened the link reads the mail of this address: now staff are told. Raises WrongState."""
    if application.prove():
        note("application.address_proved", application)
        if application.state != Application.State.WAITING:
            mails.tell_staff(application)


@in_transaction
def withdraw(application: Application) -> None:
    """By the applicant, while nobody has made them a member. Raises WrongState."""
    application.withdraw(delete_on=last_day_of(application))
    note("application.withdrawn", application)


def note(action: str, application: Application, **facts: object) -> None:
    """In the log without their name: that is deleted with the application."""
    new = {"type": application.type.name, **facts}
    audit.log(action, application, new=new, called=f"{application.type} #{application.pk}")


def last_day_of(application: Application) -> date:
    """Until when one that was declined or withdrawn today is kept."""
    kept = ApplicationSettings.objects.filter(type=application.type_id).values_list("kept_days", flat=True).first()
    return timezone.localdate() + timedelta(days=kept or 0)


def forget_old() -> int:
    """Delete what nobody needs any more: declined, withdrawn, and never proved. How many.

    Locks them first: one that is proved or accepted at this moment stays, with its answers.
    """
    rows = Application.objects.select_for_update(of=("self",)).filter(delete_on__lte=timezone.localdate())
    over = list(rows.select_related("submission").order_by("pk"))
    number: int = Application.objects.filter(pk__in=[each.pk for each in over]).delete()[0]
    for each in over:
        if each.submission is not None:
            answering.erase(each.submission)
    if number:
        audit.log("applications.deleted", current_organisation(), new={"number": number})
    return number


def as_columns(application: Application) -> dict[str, object]:
    """As they were typed, by column, in the order of the register."""
    return {name: application.values[name] for name in COLUMNS if name in application.values}
