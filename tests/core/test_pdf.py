"""Documents: readable by everybody, and never led astray by what people type."""

from __future__ import annotations

import io
import socket
import threading
from datetime import UTC, datetime

import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from kring.core import pdf, qr
from kring.web.manage.members.bulk_forms import BulkMailForm, LettersForm
from tests.pdf import accessibility, alternatives_in, codes_on, fonts_in, number_of_pages, text_of
from tests.thorough import examples

OF_THE_DOCUMENT = ("title", "language", "colour", "organisation", "labels")


def a_ticket(**changes):
    details = {
        "title": "Ticket: Congress",
        "language": "en",
        "colour": "#0B6FA8",
        "organisation": {"name": "Society"},
        "event": {"name": "Congress", "rows": [{"label": "When", "value": "Saturday", "more": "09:00"}]},
        "attendee": "Ada Lovelace",
        "admits": "Standard",
        "qr": qr.svg_file("CODE"),
        "code": {"text": "VGBC-USER1", "signature": ["ABC", "DEF"]},
        "labels": {"qr": "QR code", "notes": "Good to know", "details": "Details", "fold": "Fold"},
        "notes": ["Bring it."],
        "details": [{"label": "Order", "value": "K7", "url": ""}],
    }
    details |= changes
    of_all = {name: details.pop(name) for name in OF_THE_DOCUMENT}
    return of_all | {"tickets": [details]}


def render(*, files=None, made_at=None, **changes):
    return pdf.render("ticket.typ", a_ticket(**changes), files=files, made_at=made_at)


def a_picture(size=(60, 30), colour="red", kind="PNG"):
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, kind)
    return out.getvalue()


@pytest.mark.parametrize("language", ["en", "nl", "pl"])
def test_a_document_is_tagged_and_says_its_title_and_language(language):
    assert accessibility(render(language=language)) == {
        "tagged": True,
        "language": language,
        "title": "Ticket: Congress",
        "title_is_shown": True,
        "standard": "1",
    }


def test_pictures_have_words_for_who_cannot_see_them():
    assert sorted(alternatives_in(render(files={"logo": a_picture()}))) == ["QR code", "Society"]


def test_polish_and_dutch_letters_are_set_in_our_own_font():
    words = "Zażółć gęślą jaźń ŁŚŹŻ coördinatie reünie Nuñez € „cytat” – …"
    made = render(attendee=words)

    assert words in text_of(made)
    assert fonts_in(made) == {"SourceSans3-Regular", "SourceSans3-SemiBold", "DejaVuSansMono", "DejaVuSansMono-Bold"}


@pytest.mark.parametrize("name", ["Олександра Шевченко", "Αλέξανδρος", "Nguyễn Thị Ánh", "שרה כהן", "أمينة"])
def test_names_in_other_scripts_are_set_too(name):
    made = render(attendee=name)

    assert accessibility(made)["standard"] == "1"
    assert fonts_in(made) >= {"SourceSans3-Regular"}


def test_a_letter_no_font_of_ours_has_still_makes_a_document():
    made = render(attendee="\U00012000 Ada")

    assert "Ada" in text_of(made)
    assert codes_on(made) == ["CODE"]


MARKUP = [
    "#sys.inputs",
    "#panic(1)",
    "*bold* _it_ $x^2$ `raw`",
    '#read("/etc/passwd")',
    '#import "@preview/cetz:0.2.0"',
    "\\#\\*",
    "= Heading",
    "<label> @reference",
    "// comment",
    "/* comment",
    '"quoted"',
    "https://example.org",
    "#{ while true {} }",
]


@pytest.mark.parametrize("words", MARKUP)
def test_what_people_type_is_text_and_never_markup(words):
    # One spelling of quotes and dashes for both: typst sets words, it does not rewrite data.
    assert words in text_of(render(attendee=words, notes=[words]))


@settings(max_examples=examples(40))
@given(words=st.text(max_size=60))
def test_any_text_at_all_makes_one_page_with_a_code_that_reads(words):
    made = render(attendee=words, admits=words, notes=[words], details=[{"label": words, "value": words, "url": ""}])

    assert number_of_pages(made) == 1
    assert codes_on(made) == ["CODE"]


@pytest.mark.parametrize("words", ["x" * 10_000, "word " * 2_000, "ż" * 10_000, "a-" * 5_000, "日" * 10_000])
def test_ten_thousand_characters_stay_on_the_page_and_leave_the_code_readable(words):
    event = {"name": words, "rows": [{"label": "When", "value": words, "more": words}]}
    made = render(attendee=words, admits=words, event=event, notes=[words], organisation={"name": words})

    assert number_of_pages(made) == 1
    assert codes_on(made) == ["CODE"]


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("Ada\x00\x07\x1b[31m Lovelace", "Ada [31m Lovelace"),
        ("Ada\r\nLovelace\tX", "Ada \nLovelace X"),
        ("\u202eevil\u202c Ada\ufeff", "evil Ada"),
        ("Ada 🌸👩🏽‍🚀 L.", "Ada \u200d L."),
        ("e\u0301", "é"),
        ("\ud800Ada\ue000\uffff", "Ada"),
        ("co\u00adöperatie", "co\u00adöperatie"),
    ],
)
def test_invisible_and_unprintable_characters_are_taken_out(typed, printed):
    assert pdf.printable(typed).replace("   ", " ") == printed.replace("   ", " ")


def test_the_same_data_give_the_same_bytes():
    at = datetime(2026, 3, 14, 9, tzinfo=UTC)

    assert render(made_at=at) == render(made_at=at)


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_picture_is_taken_in_whatever_its_kind(kind):
    assert len(render(files={"logo": a_picture(kind=kind)})) > len(render())


def test_a_mistake_in_the_data_is_an_error_and_no_half_document():
    with pytest.raises(typst.TypstError, match=r"colou?r"):
        render(colour="no colour")


def test_eight_threads_get_each_their_own_document():
    made = {}

    def make(number):
        made[number] = text_of(render(attendee=f"Person {number}"))

    threads = [threading.Thread(target=make, args=[number]) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {number: f"Person {number}" in text for number, text in made.items()} == dict.fromkeys(range(8), True)


def test_nothing_is_fetched(monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("a document asked for the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)

    assert render(attendee="Grace")
    assert not (pdf.FOLDER / "no-packages").exists()


def test_a_text_as_long_as_forms_take_is_printed_to_its_end():
    text = "a" * (pdf.LONGEST - 4) + " end"
    assert pdf.printable(text) == text
    assert BulkMailForm.base_fields["text"].max_length == LettersForm.base_fields["text"].max_length == pdf.LONGEST


def test_a_document_made_apart_is_the_same_one():
    words = "Zażółć gęślą jaźń"
    made_at = datetime(2026, 3, 14, tzinfo=UTC)
    given = {"files": {"logo": a_picture()}, "made_at": made_at}

    assert pdf.render_apart("ticket.typ", a_ticket(attendee=words), **given) == render(attendee=words, **given)
