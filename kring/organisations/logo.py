"""The organisation's logo for documents and mails: one size and format, whatever was uploaded."""

from __future__ import annotations

import io
import logging
from datetime import datetime
from functools import lru_cache

from django.core.files.storage import default_storage
from PIL import Image

from kring.organisations.models import Organisation

# Sharp at its printed size (9 cm), and small enough for every mail.
LARGEST = (900, 360)

log = logging.getLogger(__name__)


def logo_png(organisation: Organisation) -> bytes | None:
    """The logo as PNG; None where there is none, or its file is missing or broken: documents then go without it."""
    if not organisation.logo:
        return None
    try:
        name = organisation.logo.name or ""
        return _scaled(name, default_storage.get_modified_time(name))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        # Log neither the file's name nor the error, which quotes it: file names may contain personal names.
        log.warning("The logo of organisation %s cannot be read: %s", organisation.pk, type(error).__name__)
        return None


@lru_cache(maxsize=64)
def _scaled(name: str, modified: datetime) -> bytes:
    """`modified` only distinguishes a file from an earlier one of the same name."""
    with default_storage.open(name) as stored, Image.open(stored) as image:
        image.thumbnail(LARGEST)
        plain = image.convert("RGBA")
    out = io.BytesIO()
    plain.save(out, "PNG", optimize=True)
    return out.getvalue()
