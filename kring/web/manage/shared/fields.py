"""Form fields for moments (native pickers), amounts (comma or point) and pictures (checked to be pictures)."""

from __future__ import annotations

import io
import warnings
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from kring.core import codes, dates
from kring.core.iban import AccountField
from kring.core.numbers import plain_number, shown

LARGEST_FILE = 5 * 1024 * 1024
# A small file may unpack into gigabytes: one with more pixels than this is not decoded.
MOST_PIXELS = 60_000_000
# As the API takes moments, whose ends are no mistakes there (api/values.py).
FIRST_YEAR, LAST_YEAR = 1970, 2199
# A zone whose clock is never put forward or back.
NO_CHANGES = ZoneInfo("Etc/UTC")


class MomentField(forms.DateTimeField):
    """A date and time in the organisation's time zone; one that a change of the clock skips is refused.

    Of the hour that comes twice the first is taken, and pages show which one it is (`dates.clock`); a stored second one
    is kept when it is sent unchanged.
    """

    widget = forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    default_error_messages = {
        "skipped": _("On this day the clock is put forward, and there is no such hour. Choose another one.")
    }

    def _clean_bound_field(self, bound: Any) -> Any:
        found = super()._clean_bound_field(bound)  # type: ignore[misc]
        before = bound.initial
        if isinstance(before, datetime) and timezone.is_aware(before) and found is not None:
            shown = timezone.localtime(before).replace(second=0, microsecond=0)
            if shown.replace(tzinfo=None, fold=0) == found.replace(tzinfo=None, fold=0):
                return found.replace(fold=shown.fold)
        return found

    def to_python(self, value: Any) -> datetime | None:
        zone = timezone.get_current_timezone()
        with timezone.override(NO_CHANGES):
            # Read in a zone where every hour comes once.
            found = super().to_python(value)
        if found is None or isinstance(value, datetime):
            return found
        _check_year(found)
        if found.tzinfo is not NO_CHANGES:
            # It has its own offset.
            return found
        here = found.replace(tzinfo=zone, fold=0)
        if dates.is_skipped(here):
            raise ValidationError(self.error_messages["skipped"], code="skipped")
        return here


class FilterDayField(forms.DateField):
    """Of a filter: the ends of the calendar are no mistake there."""

    widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")


class EventDayField(FilterDayField):
    def to_python(self, value: Any) -> Any:
        found = super().to_python(value)
        if found is not None:
            _check_year(found)
        return found


def _check_year(found: date) -> None:
    """At the ends of the calendar no clock can be put to another zone."""
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise ValidationError(_("Please check the year."), code="year")


class AmountField(forms.DecimalField):
    """As people write amounts: see `plain_number`."""

    widget = forms.TextInput({"inputmode": "decimal"})

    def to_python(self, value: object) -> Decimal | None:  # type: ignore[override]
        return super().to_python(plain_number(value) if isinstance(value, str) else value)

    def prepare_value(self, value: object) -> object:
        return number_format(value, decimal_pos=2) if isinstance(value, Decimal) else value


class RateField(AmountField):
    """Per cent: 21 and 5,5, with no more signs than they need."""

    def prepare_value(self, value: object) -> object:
        return shown(value) if isinstance(value, Decimal) else value


class OptionalAccountField(AccountField):
    def clean(self, value: object) -> str:
        return super().clean(value) if str(value or "").strip() else ""


class PictureField(forms.FileField):
    """An uploaded picture, encoded again: turned upright, no larger than `largest`, without the camera's metadata.

    Gives a ContentFile with a name nobody can guess, False when it is to be removed, or the picture there was.
    """

    widget = forms.ClearableFileInput
    KINDS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp"}
    default_error_messages = {
        "not_a_picture": _("This picture cannot be read. Choose a JPEG, PNG or WebP file."),
        "too_large": _("This file is larger than 5 MB. Choose a smaller one."),
        "too_many_pixels": _("This picture has too many pixels. Choose one of at most 60 megapixels."),
    }

    def __init__(self, *, largest: tuple[int, int], kind: str = "JPEG", **kwargs: Any) -> None:
        self.largest, self.kind = largest, kind
        super().__init__(**kwargs)
        self.widget.attrs["accept"] = "image/jpeg,image/png,image/webp"

    def clean(self, data: Any, initial: Any = None) -> Any:
        found = super().clean(data, initial)
        return self._made_anew(found) if isinstance(found, UploadedFile) else found

    def _made_anew(self, upload: UploadedFile) -> ContentFile:
        if (upload.size or 0) > LARGEST_FILE:
            raise self._refused("too_large")
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error", Image.DecompressionBombWarning)
                return self._read(upload)
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise self._refused("too_many_pixels")
        except (OSError, SyntaxError, ValueError, EOFError, OverflowError, MemoryError):
            # What Pillow raises for a file that is broken, cut short, or no picture.
            raise self._refused("not_a_picture")

    def _read(self, upload: UploadedFile) -> ContentFile:
        with Image.open(upload, formats=list(self.KINDS)) as image:
            if image.width * image.height > MOST_PIXELS:
                raise self._refused("too_many_pixels")
            # For a JPEG: decode it at a lower size at once.
            image.draft("RGB", self.largest)
            upright = ImageOps.exif_transpose(image)
            upright.thumbnail(self.largest)
            plain = _without_extras(upright, self.kind)
        out = io.BytesIO()
        plain.save(out, self.kind, optimize=True, **({"quality": 85} if self.kind == "JPEG" else {}))
        return ContentFile(out.getvalue(), name=f"{codes.secret()}.{self.KINDS[self.kind]}")

    def _refused(self, code: str) -> ValidationError:
        return ValidationError(self.error_messages[code], code=code)


def _without_extras(image: Image.Image, kind: str) -> Image.Image:
    """Only the pixels. Transparent areas become white where the format has no transparency."""
    rgba = image.convert("RGBA")
    if kind == "JPEG":
        white = Image.new("RGBA", rgba.size, "white")
        rgba = Image.alpha_composite(white, rgba).convert("RGB")
    plain = Image.new(rgba.mode, rgba.size)
    plain.paste(rgba)
    return plain


MOST_PLACES = 1_000_000


def places_field(**kwargs: Any) -> forms.IntegerField:
    return forms.IntegerField(
        required=False,
        min_value=0,
        max_value=MOST_PLACES,
        **{"label": _("Places"), "help_text": _("Empty: no limit.")} | kwargs,
    )
