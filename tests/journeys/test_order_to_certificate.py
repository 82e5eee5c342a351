"""From an organisation's event to a certificate in the mail, with everybody who has a part in it."""

from __future__ import annotations

import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from kring.checkin.models import Location
from kring.core.tenancy import scope
from kring.events.models import PaymentOption
from kring.places.models import Pool
from kring.registrations import codes
from tests import make
from tests.browser import pages, tools
from tests.browser.camera import film
from tests.browser.fixtures import FLAGS, PATIENCE, session_cookie
from tests.browser.test_door import WATCH, until
from tests.jobs import work
from tests.journeys.post import code_shown_in, link_in, part, read
from tests.payments import ordering
from tests.pdf import codes_on, text_of
from tests.registrations.tickets import make_ticket

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "nineteen purple elephants"


@pytest.fixture
def vgbc(transactional_db):
    """A congress with 1,000 places, its staff, and another organisation that is none of this's business."""
    organisation = make.organisation(name="Congress association", subdomain="vgbc", city="Utrecht")
    with scope(organisation):
        # Doors open now, and who buys a ticket may come at once.
        starts_at = timezone.now() + timedelta(hours=1)
        event = make.event(
            name="Nutrition", edition="2026", slug="nutrition-2026", code="VGBC2026", starts_at=starts_at,
            location="City hall", summary="Food as medicine.", description="## Programme\n\nTwo days of talks.",
            grants_certificates=True,
        )  # fmt: skip
        congress = make.attraction(event=event, name="Congress", capacity=1000, price="49.95", days_to_pay=14)
        PaymentOption.objects.create(event=event, method="testpay", settings={})
        ordering.account()
        PaymentOption.objects.create(
            event=event, method="transfer", position=1, settings={"account": "NL91ABNA0417164300", "holder": "VGBC"}
        )
        other = make.event(name="Nutrition", edition="2025", code="VGBC2025")
        stranger = make.organisation(name="Football club", subdomain="svoranje")
        return SimpleNamespace(
            organisation=organisation,
            event=event,
            congress=congress,
            entrance=Location.objects.create(event=event, name="Main entrance"),
            code_of_last_year=codes.code_of(make_ticket(event=other)),
            admin=make.staff("org_admin", name="Anna"),
            volunteer=make.staff("door", name="Otto"),
            neighbour=stranger,
        )


def test_from_an_event_to_a_certificate_in_the_mail(vgbc, visit, site, check_page, post, browser, tmp_path):
    order = a_visitor_buys_two_tickets(vgbc, visit, check_page)
    own, friends = each_gets_a_mail(vgbc, post)
    the_friend_finds_the_ticket(visit, vgbc, friends, check_page)
    the_door_admits_once(vgbc, site, browser, tmp_path, friends.code)
    certificate = a_certificate_is_sent(vgbc, visit, post, check_page)
    the_organiser_sees_it_all(vgbc, visit, check_page)
    nobody_else_sees_any_of_it(vgbc, visit, order, certificate)
    assert own.code != friends.code


def a_visitor_buys_two_tickets(vgbc, visit, check_page) -> str:
    """On a phone; the address of the buyer's order page."""
    page = visit(vgbc.organisation, "/", phone=True)
    check_page(page)
    page.get_by_role("link", name="Nutrition 2026").click()
    check_page(page)
    page.get_by_role("button", name="One more").click()
    expect(page.locator("[data-total]")).to_have_text("€99.90")
    page.get_by_role("button", name="Order tickets").click()

    page.get_by_label("Your name").fill("Jan Jansen")
    page.get_by_label("Your email").fill("jan@example.org")
    page.locator("[name=name-2]").fill("Marie de Vries")
    page.locator("[name=email-2]").fill("marie@example.org")
    check_page(page)
    page.get_by_role("button", name="Continue").click()

    page.get_by_text("TestPay").click()
    check_page(page)
    page.get_by_role("button", name="Pay €99.90").click()
    page.get_by_role("button", name="Pay", exact=True).click()
    work()
    page.goto(re.sub(r"payment/.*", "", page.url))
    expect(page.get_by_role("heading", name="See you at Nutrition 2026!")).to_be_visible()
    expect(page.get_by_role("heading", name="Your 2 tickets")).to_be_visible()
    check_page(page)
    with scope(vgbc.organisation):
        assert Pool.objects.get(pk=vgbc.congress.pool_id).taken == 2
    return page.url


def each_gets_a_mail(vgbc, post):
    """One ticket per person, with its code inside the mail and as PDF, to the person it is for."""
    confirmation, own = post.taken("jan@example.org")
    [friends] = post.taken("marie@example.org")
    assert post.mails == []

    assert "€99.90" in part(confirmation, "text/plain")
    assert str(friends["Subject"]) == "Jan Jansen bought a ticket for you: Nutrition 2026"
    return _ticket_in(own, "Jan Jansen"), _ticket_in(friends, "Marie de Vries")


def _ticket_in(mail, name: str) -> SimpleNamespace:
    code, paper = code_shown_in(mail), part(mail, "application/pdf")
    assert codes_on(paper) == [code]
    assert name in text_of(paper)
    return SimpleNamespace(code=code, mail=mail)


def the_friend_finds_the_ticket(visit, vgbc, friends, check_page) -> None:
    """They set a password by the link in their mail, and the portal shows the very same code."""
    page = visit(vgbc.organisation, "/", phone=True)
    page.goto(link_in(friends.mail, "/accounts/welcome/"))
    page.locator("[name=new_password1]").fill(PASSWORD)
    page.locator("[name=new_password2]").fill(PASSWORD)
    page.get_by_role("button", name="Save password and log in").click()
    expect(page.get_by_role("heading", name="Hello, Marie de Vries")).to_be_visible()
    check_page(page)

    page.get_by_role("link", name="Show at the door").click()

    assert read(page.locator(".ticket-qr").screenshot()) == friends.code
    check_page(page)


def the_door_admits_once(vgbc, site, browser, tmp_path, code: str) -> None:
    """A phone at the main entrance reads their code: green; again: red; other codes: red with their reasons."""
    shown = [(code, 2), (None, 1), ("VGBC2026-USER45-LICENSE123", 2), (vgbc.code_of_last_year, 2), (None, 1)]
    camera = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
    queue = f"--use-file-for-fake-video-capture={film(tmp_path / 'queue.mjpeg', *shown)}"
    phone = browser.browser_type.launch(executable_path=tools.chromium(), args=[*FLAGS, *camera, queue])
    context = phone.new_context(viewport=pages.PHONE, locale="en-GB")
    context.set_default_timeout(PATIENCE)
    context.add_cookies([session_cookie(vgbc.volunteer, site.url(vgbc.organisation))])
    page = context.new_page()
    page.add_init_script(WATCH)
    page.goto(site.url(vgbc.organisation, f"/scan?location={vgbc.entrance.pk}"))

    expect(page.locator("#verdict")).to_contain_text("Marie de Vries")
    until(page, "answers.some((answer) => answer.includes('already'))", seconds=60)
    answers = [answer for answer in page.evaluate("answers") if not answer.startswith("checking")]
    phone.close()

    assert answers[0] == "green: Welcome!"
    assert "red: Ticket not found." in answers
    assert "red: This ticket is for Nutrition 2025, not Nutrition 2026." in answers
    assert answers[-1].startswith("red: Ticket already scanned at ")
    assert answers.count("green: Welcome!") == 1


def a_certificate_is_sent(vgbc, visit, post, check_page) -> str:
    """In their mail and in their portal; its code leads to a page that confirms it. The address of that page."""
    work()
    [mail] = post.taken("marie@example.org")
    assert str(mail["Subject"]) == "Certificate of attendance: Nutrition 2026"
    paper = part(mail, "application/pdf")
    assert "Marie de Vries" in text_of(paper)
    [address] = codes_on(paper)

    page = visit(vgbc.organisation, "/accounts/login/?next=/portal/certificates/")
    page.locator("[name=login]").fill("marie@example.org")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main button[type=submit]").first.click()
    expect(page.get_by_role("heading", name="Nutrition 2026")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="PDF").click()
    assert codes_on(download.value.path().read_bytes()) == [address]

    public = visit(vgbc.organisation, "/")
    public.goto(address)
    expect(public.get_by_role("heading", name="This certificate is genuine")).to_be_visible()
    expect(public.get_by_text("Marie de Vries")).to_be_visible()
    check_page(public)
    return address


def the_organiser_sees_it_all(vgbc, visit, check_page) -> None:
    """The registration with its payment, scans, mails and history; the lists; the log."""
    page = visit(vgbc.organisation, f"/organisation/events/{vgbc.event.pk}/registrations/", user=vgbc.admin)
    page.get_by_role("link", name="Marie de Vries").first.click()
    for expected in ["TestPay", "Main entrance", "Jan Jansen bought a ticket for you"]:
        expect(page.get_by_text(expected).first).to_be_visible()
    check_page(page)
    for path, expected in [
        ("/organisation/orders/", "€99.90"),
        ("/organisation/mail/", "Certificate of attendance: Nutrition 2026"),
        ("/organisation/log/", "Certificate issued"),
    ]:
        page.goto(page.url.split("/organisation/")[0] + path)
        expect(page.locator("main table").get_by_text(expected).first).to_be_visible()


def nobody_else_sees_any_of_it(vgbc, visit, order: str, certificate: str) -> None:
    """Neither the staff of another organisation on this site, nor anybody by these secrets on the other's."""
    with scope(vgbc.neighbour):
        neighbour = make.staff("org_admin")
    page = visit(vgbc.organisation, "/", user=neighbour)
    here, there = page.url.rstrip("/"), page.url.rstrip("/").replace("vgbc", "svoranje")
    for address in ["/organisation/", "/organisation/orders/", "/portal/", "/scan"]:
        assert page.goto(here + address).status == 403
    for address in [order, certificate, f"{here}/events/nutrition-2026/"]:
        assert page.goto(address.replace(here, there)).status == 404
    assert "Marie" not in page.content()
