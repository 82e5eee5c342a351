"""An organisation registers by itself (T1): what is made when, of whom, and which addresses it may have."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from kring.accounts import arriving
from kring.accounts.arriving import LinkIsOver, NotOpen, Wanted
from kring.accounts.models import Role, User
from kring.core.tenancy import scope
from kring.mail.models import PlatformMessage
from kring.organisations import platform_settings, subdomains
from kring.organisations.jobs import forget_requests
from kring.organisations.models import AuditEntry, Organisation, OrganisationRequest, PlatformLog
from kring.organisations.subdomains import IsAskedFor, IsReserved, IsTaken, LooksAlike, WrongForm
from tests import make
from tests.refusing import refuses

TOREN = Wanted(
    name="Schaakclub De Toren",
    type="chess club",
    city="Zeist",
    country="NL",
    contact_name="Ada Bakker",
    contact_email="ada@detoren.example",
    subdomain="detoren",
    language="nl",
    terms_url="https://kring.example/terms/",
    network="192.0.2.7",
)
ERNA = replace(TOREN, contact_name="Erna", contact_email="erna@example.org")


@pytest.fixture(autouse=True)
def open_for_approval(db):
    platform_settings.change("organisations_register", "approval")


def token_for(email=TOREN.contact_email):
    mail = PlatformMessage.objects.filter(template="organisation-confirm", recipient=email).latest("pk")
    return re.search(r"/register/([^/]+)/", mail.facts["confirm_url"]["link"][0])[1]


def mails():
    return sorted(PlatformMessage.objects.values_list("template", "recipient"))


def test_nothing_is_made_before_the_address_is_confirmed():
    arriving.ask(TOREN)

    assert (Organisation.objects.count(), User.objects.count()) == (0, 0)
    assert mails() == [("organisation-confirm", "ada@detoren.example")]


def test_who_confirms_is_its_administrator():
    platform_admin = make.user(is_platform_admin=True)
    arriving.ask(TOREN)

    arrival = arriving.confirm(token_for())

    here = arrival.organisation
    assert (here.name, here.subdomain, here.status, here.city) == ("Schaakclub De Toren", "detoren", "new", "Zeist")
    user = User.objects.get(email="ada@detoren.example")
    assert (user.name, user.language, user.has_usable_password()) == ("Ada Bakker", "nl", False)
    assert arrival.welcome_url.startswith("http://detoren.kring.localhost/accounts/welcome/")
    with scope(here):
        assert Role.objects.get().name == "org_admin"
        assert "organisation.registered" in AuditEntry.objects.values_list("action", flat=True)
    entry = PlatformLog.objects.latest("pk")
    assert (entry.action, entry.actor_label) == ("organisation.registered", "ada@detoren.example")
    assert mails() == [
        ("organisation-confirm", "ada@detoren.example"),
        ("organisation-made", "ada@detoren.example"),
        ("organisation-registered", platform_admin.email),
    ]
    request = OrganisationRequest.objects.get()
    assert (request.organisation, request.terms_url) == (here, "https://kring.example/terms/")


@pytest.mark.parametrize("language", ["en", "nl", "pl"])
def test_the_mails_say_whether_it_waits(language):
    make.user(is_platform_admin=True, language=language)
    arriving.ask(replace(TOREN, language=language))
    arriving.confirm(token_for())

    for mail in PlatformMessage.objects.all():
        composed = mail.compose()
        assert "Schaakclub De Toren" in composed.subject
        assert "http" in composed.text
    assert "0" not in mail.compose().subject


def test_the_link_again_makes_nothing_more():
    arriving.ask(TOREN)
    token = token_for()

    assert arriving.confirm(token).organisation == arriving.confirm(token).organisation
    assert Organisation.objects.count() == 1


def test_an_existing_login_stays_as_it_is():
    ada = make.user("ada@detoren.example", name="Dr Ada", language="pl")
    before = ada.password
    arriving.ask(TOREN)

    assert arriving.confirm(token_for()).welcome_url == ""
    ada.refresh_from_db()
    assert (ada.name, ada.language, ada.password) == ("Dr Ada", "pl", before)


def test_by_a_setting_it_is_active_at_once():
    platform_settings.change("organisations_register", "at_once")
    arriving.ask(TOREN)

    assert arriving.confirm(token_for()).organisation.status == Organisation.Status.ACTIVE


def test_by_default_nobody_registers():
    platform_settings.restore("organisations_register")

    with refuses(NotOpen):
        arriving.ask(TOREN)


def test_a_link_is_over_after_two_days_or_made_up():
    arriving.ask(TOREN)
    token = token_for()
    OrganisationRequest.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    for each in (token, "made-up"):
        with refuses(LinkIsOver):
            arriving.confirm(each)


def test_an_address_is_kept_while_the_mail_is_on_its_way_and_then_free_again():
    arriving.ask(TOREN)
    with refuses(IsAskedFor):
        arriving.ask(ERNA)
    OrganisationRequest.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    arriving.ask(ERNA)
    arriving.confirm(token_for("erna@example.org"))
    with refuses(LinkIsOver):
        arriving.confirm(token_for())


def test_who_asks_again_gets_another_link_and_the_old_one_is_over():
    arriving.ask(TOREN)
    old = token_for()
    arriving.ask(TOREN)

    with refuses(LinkIsOver):
        arriving.confirm(old)
    arriving.confirm(token_for())


def test_an_address_that_was_given_out_meanwhile_is_refused_on_confirming():
    arriving.ask(TOREN)
    make.organisation(subdomain="detoren")

    with refuses(IsTaken):
        arriving.confirm(token_for())
    assert Organisation.objects.count() == 1


@pytest.mark.parametrize(
    "subdomain",
    [
        *(
            "xn--mnchen-3ya",
            "dе-toren",
            "ab",
            "a" * 64,
            "-toren",
            "toren-",
            "de--toren",
            "De",
            "de toren",
            "de.toren",
            "",
        ),
        *("détoren", "toren\n", "１２３"),
    ],
)
def test_what_is_no_address_is_refused(subdomain):
    with refuses(WrongForm):
        arriving.ask(replace(TOREN, subdomain=subdomain))


@pytest.mark.parametrize("subdomain", ["www", "portal", "p0rtal", "k-r-i-n-g", "adrnin", "vvww", "mai1", "autoconfig"])
def test_what_is_kept_for_the_platform_or_looks_so_is_refused(subdomain):
    with refuses(IsReserved):
        arriving.ask(replace(TOREN, subdomain=subdomain))


def test_63_letters_are_an_address():
    arriving.ask(replace(TOREN, subdomain="a" * 63))


@pytest.mark.parametrize("subdomain", ["det0ren", "de-toren", "d-e-t-o-r-e-n"])
def test_what_looks_like_another_organisation_is_refused(subdomain):
    make.organisation(subdomain="detoren")

    with refuses(LooksAlike):
        arriving.ask(replace(TOREN, subdomain=subdomain))


@pytest.mark.parametrize(
    ("one", "other"), [("corner", "comer"), ("vvest", "west"), ("club1", "clubl"), ("kiel", "k1e1")]
)
def test_the_skeleton_in_python_is_that_of_the_database(one, other):
    make.organisation(subdomain=one)
    assert subdomains.skeleton(one) == subdomains.skeleton(other)

    with refuses(LooksAlike):
        subdomains.check(other)


def test_a_taken_address_has_a_free_one_near_it():
    make.organisation(subdomain="schaakclub-lodz")

    assert subdomains.suggestion("Schaakclub Łódź", "Zeist") == "schaakclub-lodz-zeist"
    assert subdomains.suggestion("Nieuw") == "nieuw"
    assert subdomains.suggestion("漢字") == ""


def test_requests_that_nobody_confirmed_are_forgotten():
    arriving.ask(TOREN)
    arriving.confirm(token_for())
    arriving.ask(replace(ERNA, subdomain="kasteel"))
    arriving.ask(replace(ERNA, subdomain="burcht"))
    OrganisationRequest.objects.exclude(subdomain="burcht").update(expires_at=timezone.now() - timedelta(seconds=1))

    forget_requests()

    assert sorted(OrganisationRequest.objects.values_list("subdomain", flat=True)) == ["burcht", "detoren"]
