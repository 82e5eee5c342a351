"""Fields as people fill them in: moments by native pickers, amounts with comma or point, pictures that are pictures."""

from __future__ import annotations

import io
import warnings
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from kring.core import codes
from kring.core.numbers import plain_number
from kring.payments.methods.transfer.account import AccountField

LARGEST_FILE = 5 * 1024 * 1024
# A small file may unfold into gigabytes: what has more dots than this is not unfolded.
MOST_PIXELS = 60_000_000


class MomentField(forms.DateTimeField):
    """A date and time in the organisation's time zone; one that a change of the clock skips is refused."""

    widget = forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class DayField(forms.DateField):
    widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")


class AmountField(forms.DecimalField):
    """As people write amounts: see `plain_number`."""

    widget = forms.TextInput({"inputmode": "decimal"})

    def to_python(self, value: Any) -> Decimal | None:
        return super().to_python(plain_number(value) if isinstance(value, str) else value)

    def prepare_value(self, value: Any) -> Any:
        return number_format(value, decimal_pos=2) if isinstance(value, Decimal) else value


class OptionalAccountField(AccountField):
    def clean(self, value: object) -> str:
        return super().clean(value) if str(value or "").strip() else ""


class PictureField(forms.FileField):
    """An uploaded picture, made anew: turned upright, no larger than `largest`, without what the camera wrote into it.

    Gives a ContentFile with a name nobody can guess, False when it shall go, or the picture there was.
    """

    widget = forms.ClearableFileInput
    KINDS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp"}
    default_error_messages = {
        "not_a_picture": _("This is not a picture we can read. Choose a JPEG, PNG or WebP file."),
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
    """Only the dots. What is transparent becomes white where the kind knows no transparency."""
    rgba = image.convert("RGBA")
    if kind == "JPEG":
        white = Image.new("RGBA", rgba.size, "white")
        rgba = Image.alpha_composite(white, rgba).convert("RGB")
    plain = Image.new(rgba.mode, rgba.size)
    plain.paste(rgba)
    return plain
