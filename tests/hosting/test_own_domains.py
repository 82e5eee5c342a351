"""A domain of an organisation's own: proved by DNS, checked each day, of one organisation only."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError

from kring.core.tenancy import scope
from kring.hosting import jobs, own_domains, txt_records
from kring.hosting.models import OrganisationDomain
from kring.mail.models import PlatformMessage
from kring.organisations.models import AuditEntry, Organisation
from tests import make

pytestmark = pytest.mark.django_db
Answer = OrganisationDomain.Answer


class Dns:
    """TXT records by name; None: it does not answer."""

    def __init__(self) -> None:
        self.records: dict[str, list[str]] | None = {}

    def lookup(self, name: str) -> list[str]:
        if self.records is None:
            raise txt_records.NoAnswer(name)
        return self.records.get(name, [])


@pytest.fixture
def dns(monkeypatch: Any) -> Dns:
    found = Dns()
    monkeypatch.setattr(txt_records, "lookup", found.lookup)
    return found


def chosen(organisation: Organisation, host: str = "www.club.nl") -> OrganisationDomain:
    with scope(organisation):
        return own_domains.choose(organisation, host)


def proved(organisation: Organisation, dns: Dns, host: str = "www.club.nl") -> OrganisationDomain:
    domain = chosen(organisation, host)
    assert dns.records is not None
    dns.records[f"_kring.{domain.host}"] = ["something else", domain.token]
    assert own_domains.check(domain) == Answer.RIGHT
    domain.refresh_from_db()
    return domain


def host_of(organisation: Organisation) -> str:
    organisation.refresh_from_db()
    return organisation.own_host


@pytest.mark.parametrize(
    ("typed", "host"),
    [
        ("www.club.nl", "www.club.nl"),
        (" WWW.Club.NL. ", "www.club.nl"),
        ("https://www.club.nl/", "www.club.nl"),
        ("żagle.pl", "xn--agle-99a.pl"),
        ("xn--agle-99a.pl", "xn--agle-99a.pl"),
    ],
)
def test_a_domain_is_kept_as_dns_has_it(typed: str, host: str) -> None:
    assert own_domains.normalised(typed) == host


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [
        *(
            (text, own_domains.NotADomain)
            for text in ("", "club", "a b.nl", "10.0.0.1", "[::1]", "club.nl/x", "xn--a.nl")
        ),
        *((text, own_domains.NotADomain) for text in ("club.nl:8000", "me@club.nl", "-a.nl", "a..nl", "club.local")),
        *((text, own_domains.NotADomain) for text in (f"{'a' * 64}.nl", ".".join(["abcdefgh"] * 30), "club.nl?x=1")),
        *((text, own_domains.OfThePlatform) for text in ("kring.localhost", "vgbc.kring.localhost", "KRING.localhost")),
        # A Cyrillic letter among Latin ones.
        *((text, own_domains.MixedScripts) for text in ("pаypal.nl", "xn--pypal-4ve.nl")),
    ],
)
def test_what_cannot_be_somebodys_domain_is_refused(typed: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        own_domains.normalised(typed)


def test_it_is_used_once_the_record_is_there(organisation: Organisation, dns: Dns) -> None:
    domain = chosen(organisation)
    assert own_domains.check(domain) == Answer.MISSING
    assert host_of(organisation) == ""

    assert dns.records is not None
    dns.records["_kring.www.club.nl"] = ["kring-of-somebody-else"]
    assert own_domains.check(domain) == Answer.OTHER
    dns.records["_kring.www.club.nl"] = [domain.token]
    assert own_domains.check(domain) == Answer.RIGHT

    assert host_of(organisation) == "www.club.nl"
    with scope(organisation):
        actions = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"domain.chosen", "domain.switched_on"} <= actions


def test_whoever_only_wishes_for_a_domain_keeps_it_from_nobody(organisation: Organisation, dns: Dns) -> None:
    squatter = chosen(make.organisation())
    proved(organisation, dns)
    assert host_of(organisation) == "www.club.nl"

    assert dns.records is not None
    dns.records["_kring.www.club.nl"].append(squatter.token)
    assert own_domains.check(squatter) == Answer.TAKEN
    assert host_of(squatter.organisation) == ""
    with pytest.raises(own_domains.DomainIsTaken):
        chosen(make.organisation())


def test_the_database_gives_a_domain_to_one_organisation(organisation: Organisation) -> None:
    Organisation.objects.filter(pk=organisation.pk).update(own_host="www.club.nl")
    with pytest.raises(IntegrityError):
        Organisation.objects.filter(pk=make.organisation().pk).update(own_host="www.club.nl")


def test_after_three_daily_checks_in_vain_it_is_off_and_administrators_are_mailed(
    organisation: Organisation, dns: Dns
) -> None:
    with scope(organisation):
        admin = make.staff("org_admin")
    domain = proved(organisation, dns)
    dns.records = {}
    for _day in range(2):
        jobs.check_domain(domain_id=domain.pk)
    assert host_of(organisation) == "www.club.nl"
    jobs.check_domain(domain_id=domain.pk)

    assert host_of(organisation) == ""
    [mail] = PlatformMessage.objects.filter(template="domain-off")
    assert mail.recipient == admin.email
    assert "www.club.nl" in mail.subject


def test_one_good_day_among_bad_ones_counts_anew_and_looking_by_hand_counts_nothing(
    organisation: Organisation, dns: Dns
) -> None:
    domain = proved(organisation, dns)
    records, dns.records = dns.records, None
    for _day in range(2):
        jobs.check_domain(domain_id=domain.pk)
    for _look in range(5):
        assert own_domains.check(domain) == Answer.SILENT
    dns.records = records
    jobs.check_domain(domain_id=domain.pk)
    dns.records = {}
    for _day in range(2):
        jobs.check_domain(domain_id=domain.pk)
    assert host_of(organisation) == "www.club.nl"


def test_another_domain_and_none_end_the_one_before(organisation: Organisation, dns: Dns) -> None:
    first = proved(organisation, dns)
    second = chosen(organisation, "www.other.nl")
    assert host_of(organisation) == ""
    assert second.token != first.token
    second = proved(organisation, dns, "www.other.nl")
    with scope(organisation):
        own_domains.remove(second)
    assert host_of(organisation) == ""


def test_what_dns_says_too_late_of_a_domain_given_up_changes_nothing(organisation: Organisation, dns: Dns) -> None:
    old = proved(organisation, dns)
    chosen(organisation, "www.other.nl")
    assert own_domains.check(old) == Answer.RIGHT
    assert host_of(organisation) == ""
