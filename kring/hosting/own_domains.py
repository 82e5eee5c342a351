"""The domain of an organisation's own for its public pages: chosen, proved by a DNS record, checked again each day.

Only a proved host is `Organisation.own_host`, which is what the site answers at and what links lead to. The database
lets one organisation have it; before it is proved, nobody is kept from trying.
"""

from __future__ import annotations

import ipaddress
import secrets
import unicodedata
from urllib.parse import urlsplit

import idna
from django.conf import settings
from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.core.refusals import Refusal
from kring.core.tenancy import scope
from kring.hosting import txt_records
from kring.hosting.administrator_mails import tell
from kring.hosting.models import OrganisationDomain
from kring.organisations import audit
from kring.organisations.models import Organisation

LABEL = "_kring"
# After so many daily checks in vain it is off.
MOST_FAILURES = 3
NOBODYS = {"local", "internal", "test", "example", "invalid", "onion", "arpa", "localhost"}
# Scripts that are written together.
TOGETHER = {"CJK", "HIRAGANA", "KATAKANA"}
Answer = OrganisationDomain.Answer


class NotADomain(Refusal):
    code = "not_a_domain"
    field = "host"
    message = _("This is not a domain. Enter one such as www.club.nl, without a path.")


class OfThePlatform(Refusal):
    code = "domain_of_the_platform"
    field = "host"
    message = _("This domain belongs to the platform.")


class MixedScripts(Refusal):
    code = "mixed_scripts"
    field = "host"
    message = _("This domain mixes letters of several alphabets, as false addresses do. Choose another one.")


class DomainIsTaken(Refusal):
    code = "domain_is_taken"
    field = "host"
    message = _("Another organisation uses this domain.")


def normalised(text: str) -> str:
    """As DNS has it: lower case, IDNA 2008. Raises NotADomain, OfThePlatform, MixedScripts."""
    try:
        given = text.strip()
        parts = urlsplit(given if "://" in given else f"//{given}")
        host = idna.encode((parts.hostname or "").rstrip("."), uts46=True, std3_rules=True).decode().lower()
        is_plain = parts.path in ("", "/") and not parts.query and parts.port is None and parts.username is None
        labels = idna.decode(host).split(".")
    except (idna.IDNAError, ValueError, UnicodeError):
        raise NotADomain() from None
    ends = host.rpartition(".")[2]
    if not is_plain or len(labels) < 2 or len(host) > 253 or ends.isdigit() or _is_address(host):
        raise NotADomain()
    platform = settings.HOST
    if host == platform or host.endswith(f".{platform}") or platform.endswith(f".{host}"):
        raise OfThePlatform()
    # The demo has no other names.
    if ends in NOBODYS and not (settings.DEMO and ends == "localhost"):
        raise NotADomain()
    if any(_mixes_scripts(label) for label in labels):
        raise MixedScripts()
    return host


def shown(host: str) -> str:
    """As people write it."""
    return idna.decode(host)


def choose(organisation: Organisation, text: str) -> OrganisationDomain:
    """The domain that is to be proved. One that was in use until now is no more. In its scope. Raises the refusals of
    `normalised`, and DomainIsTaken."""
    host = normalised(text)
    if Organisation.objects.filter(own_host=host).exclude(pk=organisation.pk).exists():
        raise DomainIsTaken()
    before = OrganisationDomain.objects.select_for_update().filter(organisation=organisation).first()
    if before and before.host == host:
        return before
    if before:
        remove(before)
    made: OrganisationDomain = OrganisationDomain.objects.create(
        organisation=organisation, host=host, token=f"kring-{secrets.token_urlsafe(24)}"
    )
    audit.log("domain.chosen", made, new={"host": host})
    return made


def remove(domain: OrganisationDomain) -> None:
    """From now on the site is at its subdomain only. In its scope."""
    audit.log("domain.removed", domain, old={"host": domain.host})
    Organisation.objects.filter(pk=domain.organisation_id, own_host=domain.host).update(own_host="")
    domain.delete()


def check(domain: OrganisationDomain, *, is_daily: bool = False) -> str:
    """Ask DNS, and note what it said: an `Answer`. Call it outside any transaction: it waits for the network."""
    answer = _ask(domain)
    try:
        with scope(domain.organisation_id):
            return _note(domain, answer, is_daily=is_daily)
    except IntegrityError:
        # Another organisation proved it in this moment.
        with scope(domain.organisation_id):
            return _note(domain, Answer.TAKEN, is_daily=is_daily)


def _ask(domain: OrganisationDomain) -> str:
    try:
        found = txt_records.lookup(f"{LABEL}.{domain.host}")
    except txt_records.NoAnswer:
        return Answer.SILENT
    if domain.token in found:
        return Answer.RIGHT
    return Answer.OTHER if found else Answer.MISSING


def _note(domain: OrganisationDomain, answer: str, *, is_daily: bool) -> str:
    row = OrganisationDomain.objects.select_for_update().filter(pk=domain.pk, token=domain.token).first()
    if row is None:
        # Removed, or another one chosen, while DNS was asked.
        return answer
    was_on, is_right = row.is_on, answer == Answer.RIGHT
    row.answer, row.checked_at = answer, timezone.now()
    row.failures = 0 if is_right else row.failures + (is_daily and was_on)
    row.is_on = is_right or (was_on and row.failures < MOST_FAILURES)
    row.save()
    if row.is_on != was_on:
        Organisation.objects.filter(pk=row.organisation_id).update(own_host=row.host if row.is_on else "")
        audit.log("domain.switched_on" if row.is_on else "domain.switched_off", row, new={"host": row.host})
        if not row.is_on:
            tell("domain-off", row.organisation, domain=shown(row.host))
    return answer


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _mixes_scripts(label: str) -> bool:
    """Letters of more than one alphabet, such as a Cyrillic "а" in "pаypal"."""
    scripts = {unicodedata.name(letter, "?").split()[0].split("-")[0] for letter in label if letter.isalpha()}
    return len(scripts) > 1 and not scripts <= TOGETHER
