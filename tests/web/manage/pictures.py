"""Pictures as cameras and strangers make them."""

from __future__ import annotations

import io

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

ORIENTATION, MAKER = 0x0112, 0x010F


def upload(content: bytes, name: str = "photo.jpg", kind: str = "image/jpeg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, kind)


def picture(
    size: tuple[int, int] = (40, 20), kind: str = "JPEG", *, colour: str = "red", orientation: int | None = None
) -> bytes:
    """`orientation` as a phone writes it beside the dots: 6 means "turn it a quarter"."""
    exif = Image.Exif()
    exif[MAKER] = "A camera with a number"
    if orientation:
        exif[ORIENTATION] = orientation
    out = io.BytesIO()
    mode = "RGBA" if kind == "PNG" else "RGB"
    Image.new(mode, size, colour).save(out, kind, exif=exif)
    return out.getvalue()
