"""Z2: the certificate on paper."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.base import ContentFile
from PIL import Image

from kring.certificates import documents, issuing
from kring.certificates.checking import find
from kring.certificates.models import Certificate
from kring.mail import attachments
from tests import make
from tests.pdf import accessibility, alternatives_in, codes_on, number_of_pages, size_of, text_of
from tests.registrations.tickets import make_ticket

pytestmark = pytest.mark.django_db

MARCH = datetime(2026, 3, 14, 8, tzinfo=UTC)


def certificate_for(*, name="Łucja Żółć-Gęślińska", language="nl", event=None, **fields):
    event = event or make.event(
        name="Congres", edition="2026", location="De Eenhoorn", starts_at=MARCH, ends_at=MARCH + timedelta(hours=8)
    )
    attendee = make.user(name=name, language=language)
    made = issuing.issue(make_ticket(event=event, attendee=attendee, admitted=True, **fields).pk)
    at = MARCH - timedelta(minutes=13)
    Certificate.objects.filter(pk=made.pk).update(attended_at=at, issued_at=at)
    return documents.with_what_a_certificate_shows().get(pk=made.pk)


@pytest.mark.parametrize("language", ["en", "nl", "pl"])
def test_its_code_leads_to_the_page_that_confirms_it(in_scope, language):
    certificate = certificate_for(language=language)
    [url] = codes_on(documents.certificate_pdf(certificate))

    assert url == f"{in_scope.url}/certificates/{certificate.code}/"
    assert find(url.rstrip("/").rpartition("/")[2]) == certificate


@pytest.mark.parametrize(
    ("language", "day", "time"),
    [
        ("en", "Saturday, 14 March 2026", "08:47"),
        ("nl", "zaterdag 14 maart 2026", "08:47"),
        ("pl", "sobota, 14 marca 2026", "08:47"),
    ],
)
def test_it_says_who_was_where_and_when_in_her_language(in_scope, language, day, time):
    certificate = certificate_for(language=language)
    written = text_of(documents.certificate_pdf(certificate))
    code = certificate.code

    for expected in [
        "Łucja Żółć-Gęślińska",
        "Congres 2026",
        f"{day} · De Eenhoorn",
        time,
        in_scope.name,
        " ".join([code[:4], code[4:8], code[8:12], code[12:]]),
    ]:
        assert expected in written
    # The address may be broken over two lines.
    assert f"{in_scope.subdomain}.kring.localhost/certificates/{code}/" in written.replace(" ", "")


def test_it_is_one_tagged_a4_page_across(in_scope):
    made = documents.certificate_pdf(certificate_for(language="pl"))
    about = accessibility(made)

    assert (number_of_pages(made), size_of(made)) == (1, (297, 210))
    assert (about["tagged"], about["language"], about["title_is_shown"], about["standard"]) == (True, "pl", True, "1")
    assert "Łucja Żółć-Gęślińska" in about["title"]


def test_the_logo_of_the_organisation_is_on_it(in_scope):
    out = io.BytesIO()
    Image.new("RGB", (300, 100), "green").save(out, "PNG")
    without = documents.certificate_pdf(certificate_for())
    in_scope.logo.save("logo.png", ContentFile(out.getvalue()))
    made = documents.certificate_pdf(certificate_for())

    assert in_scope.name in alternatives_in(made)
    assert in_scope.name not in alternatives_in(without)


@pytest.mark.parametrize("colour", ["#000000", "#FFFFFF", "#F7D417", "#0b6fa8"])
def test_any_colour_leaves_it_readable_by_people_and_machines(in_scope, colour):
    in_scope.primary_colour = colour
    in_scope.save()

    assert len(codes_on(documents.certificate_pdf(certificate_for()))) == 1


def test_the_longest_names_there_can_be_stay_on_one_page_with_the_code(in_scope):
    event = make.event(name="W" * 200, edition="E" * 50, location="L" * 200)
    certificate = certificate_for(name="Ó" * 200, event=event)
    made = documents.certificate_pdf(certificate)

    assert number_of_pages(made) == 1
    assert len(codes_on(made)) == 1


def test_a_name_full_of_markup_is_a_name(in_scope):
    assert "#panic() *Ada* $x$" in text_of(documents.certificate_pdf(certificate_for(name="#panic() *Ada* $x$")))


def test_it_is_the_same_whenever_it_is_downloaded(in_scope):
    certificate = certificate_for()

    assert documents.certificate_pdf(certificate) == documents.certificate_pdf(certificate)


def test_it_costs_one_query(in_scope, django_assert_num_queries):
    certificate = certificate_for()

    with django_assert_num_queries(1):
        documents.certificate_pdf(documents.with_what_a_certificate_shows().get(pk=certificate.pk))


def test_the_mail_carries_it_under_a_readable_name(in_scope):
    certificate = certificate_for(name="Jan Jansen", language="en")
    made = attachments.make({"kind": "certificate", "id": certificate.pk})

    assert (made.filename, made.mimetype, made.inline_cid) == ("certificate-jan-jansen.pdf", "application/pdf", "")
    assert made.content == documents.certificate_pdf(certificate)
