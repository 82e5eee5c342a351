"""Form fields for days (native pickers), pictures (checked to be pictures) and places."""

from __future__ import annotations

import io
import warnings
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from kring.core import codes
from kring.core.form_fields import check_year
from kring.core.iban import AccountField
from kring.organisations import limits
from kring.organisations.limits import Limit, Unit

PICTURE = limits.declare(
    Limit("picture", limits.FILES, _("A picture"), _("Of an event, a member, a logo."), default=5, unit=Unit.MEGABYTES)
)
LARGEST_FILE = PICTURE.default * 1024 * 1024
# A small file may unpack into gigabytes: one with more pixels than this is not decoded.
MOST_PIXELS = 60_000_000


class FilterDayField(forms.DateField):
    """Of a filter: the ends of the calendar are no mistake there."""

    widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")


class EventDayField(FilterDayField):
    def to_python(self, value: Any) -> Any:
        found = super().to_python(value)
        if found is not None:
            check_year(found)
        return found


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
