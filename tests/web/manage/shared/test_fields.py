"""What people type and upload."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone, translation
from PIL import Image

from kring.core.form_fields import AmountField, MomentField
from kring.web.manage.shared import fields
from kring.web.manage.shared.fields import EventDayField, OptionalAccountField, PictureField
from tests.web.manage.pictures import picture, upload


@pytest.mark.parametrize(
    ("typed", "amount"),
    [("12.50", "12.50"), ("12,50", "12.50"), (" 7 ", "7"), ("0", "0"), ("1.234,50", "1234.50"), ("1,000", "1000")],
)
def test_an_amount_may_have_a_comma_or_a_point(typed: str, amount: str) -> None:
    assert AmountField(max_digits=8, decimal_places=2).clean(typed) == Decimal(amount)


@pytest.mark.parametrize("typed", ["1.23,50", "twelve", "1e9", "NaN", "Infinity", "12.505", "9" * 20])
def test_what_is_no_amount_is_refused(typed: str) -> None:
    with pytest.raises(forms.ValidationError):
        AmountField(max_digits=8, decimal_places=2).clean(typed)


def test_an_amount_is_shown_as_the_language_writes_it() -> None:
    with translation.override("nl"):
        assert AmountField(decimal_places=2).prepare_value(Decimal("12.5")) == "12,50"


class OneMoment(forms.Form):
    at = MomentField()


@pytest.mark.parametrize(
    ("initial", "kept"),
    [
        (None, "2026-10-25T02:30:00+02:00"),
        ("2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+02:00"),
        ("2026-10-25T02:30:00+01:00", "2026-10-25T02:30:00+01:00"),
        ("2026-10-25T03:30:00+01:00", "2026-10-25T02:30:00+02:00"),
    ],
)
def test_of_the_hour_that_comes_twice_the_first_is_taken_unless_it_was_the_second(
    initial: str | None, kept: str
) -> None:
    with timezone.override(ZoneInfo("Europe/Amsterdam")):
        before = initial and {"at": datetime.fromisoformat(initial)}
        form = OneMoment({"at": "2026-10-25T02:30"}, initial=before)

        assert form.is_valid()
        assert form.cleaned_data["at"].isoformat() == kept


def test_a_moment_is_one_of_the_organisations_clock() -> None:
    with timezone.override(ZoneInfo("Europe/Amsterdam")):
        assert MomentField().clean("2026-07-01T10:00").isoformat() == "2026-07-01T10:00:00+02:00"


@pytest.mark.parametrize("typed", ["2026-03-29T02:30", "2026-13-01T10:00", "soon"])
def test_a_moment_the_clock_skips_is_refused(typed: str) -> None:
    with timezone.override(ZoneInfo("Europe/Amsterdam")), pytest.raises(forms.ValidationError):
        MomentField().clean(typed)


@pytest.mark.parametrize(
    ("typed", "account"),
    [
        ("nl91 abna 0417 1643 00", "NL91ABNA0417164300"),
        ("61 1090 1014 0000 0712 1981 2874", "PL61109010140000071219812874"),
        ("", ""),
    ],
)
def test_an_account_number_may_be_left_out(typed: str, account: str) -> None:
    assert OptionalAccountField(required=False).clean(typed) == account


def test_a_wrong_account_number_is_refused() -> None:
    with pytest.raises(forms.ValidationError):
        OptionalAccountField(required=False).clean("NL91ABNA0417164301")


def cleaned(content: bytes, kind: str = "JPEG", largest: tuple[int, int] = (100, 100)) -> Image.Image:
    field = PictureField(largest=largest, kind=kind)
    made = field.clean(upload(content))
    image = Image.open(made)
    image.load()
    return image


def test_a_picture_is_made_anew_upright_and_without_what_the_camera_wrote() -> None:
    image = cleaned(picture((40, 20), orientation=6))

    assert (image.format, image.size) == ("JPEG", (20, 40))
    assert dict(image.getexif()) == {}
    assert "exif" not in image.info


def test_a_large_picture_becomes_smaller_and_keeps_its_shape() -> None:
    assert cleaned(picture((400, 200))).size == (100, 50)


def test_a_logo_keeps_what_is_transparent() -> None:
    image = cleaned(picture(kind="PNG", colour="#00000000"), kind="PNG")

    assert (image.format, image.mode, image.getpixel((0, 0))) == ("PNG", "RGBA", (0, 0, 0, 0))


def test_what_is_transparent_becomes_white_in_a_photo() -> None:
    assert min(cleaned(picture(kind="PNG", colour="#00000000")).getpixel((0, 0))) > 250


def test_its_name_tells_nothing() -> None:
    made = PictureField(largest=(100, 100)).clean(upload(picture(), name="../../etc/passwd.php"))

    assert made.name.endswith(".jpg")
    assert "passwd" not in made.name


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not_a_picture"),
        (b"GIF89a" + b"\0" * 100, "not_a_picture"),
        (picture()[:200], "not_a_picture"),
        (b"x" * (fields.LARGEST_FILE + 1), "too_large"),
    ],
    ids=["empty", "drawing", "animation", "cut short", "too large"],
)
def test_what_is_no_picture_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(forms.ValidationError) as refusal:
        PictureField(largest=(100, 100)).clean(upload(content))

    assert refusal.value.code == code


def test_a_small_file_that_unfolds_into_millions_of_dots_is_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fields, "MOST_PIXELS", 1000)

    with pytest.raises(forms.ValidationError) as refusal:
        PictureField(largest=(100, 100)).clean(upload(picture((100, 100))))

    assert refusal.value.code == "too_many_pixels"


@pytest.mark.parametrize("year", ["0001", "1969", "2200", "9999"])
@pytest.mark.parametrize(
    ("field", "clock"), [(MomentField, "T00:00"), (MomentField, "T23:59:00-14:00"), (EventDayField, "")]
)
def test_a_day_at_the_ends_of_the_calendar_is_a_mistake(field, clock, year):
    """No clock can be put to another zone there, and nobody means it."""
    with pytest.raises(ValidationError, match="check the year"):
        field().clean(f"{year}-12-31{clock}")
