"""The logo in documents: whatever was uploaded, and without it if need be."""

from __future__ import annotations

import io

import pytest
from django.core.files.base import ContentFile
from PIL import Image

from kring.organisations.logo import LARGEST, logo_png
from tests import make

pytestmark = pytest.mark.django_db


def organisation_with(content, name="logo.png"):
    organisation = make.organisation()
    organisation.logo.save(name, ContentFile(content))
    return organisation


def picture(kind, size=(300, 100), mode="RGB"):
    out = io.BytesIO()
    Image.new(mode, size, "red").save(out, kind)
    return out.getvalue()


@pytest.mark.parametrize(
    ("kind", "mode"), [("PNG", "RGBA"), ("PNG", "P"), ("JPEG", "CMYK"), ("GIF", "P"), ("WEBP", "RGB"), ("BMP", "1")]
)
def test_any_kind_of_picture_becomes_a_png(kind, mode):
    made = Image.open(io.BytesIO(logo_png(organisation_with(picture(kind, mode=mode)))))

    assert (made.format, made.size) == ("PNG", (300, 100))


def test_a_huge_picture_is_made_small_in_proportion():
    made = Image.open(io.BytesIO(logo_png(organisation_with(picture("PNG", size=(5000, 1000))))))

    assert made.size == (LARGEST[0], 180)


@pytest.mark.parametrize("content", [b"", b"not a picture", b"<svg/>", picture("PNG")[:60], picture("JPEG")[:300]])
def test_a_broken_file_is_no_logo_and_no_error(content, caplog):
    assert logo_png(organisation_with(content)) is None
    assert "cannot be read" in caplog.text


def test_a_file_that_is_gone_is_no_logo_and_no_error():
    organisation = organisation_with(picture("PNG"))
    organisation.logo.storage.delete(organisation.logo.name)

    assert logo_png(organisation) is None


def test_no_logo_is_none():
    assert logo_png(make.organisation()) is None


def test_another_logo_under_the_name_of_a_former_one_is_seen():
    organisation = organisation_with(picture("PNG"), name="again.png")
    before, name = logo_png(organisation), organisation.logo.name
    organisation.logo.delete()
    organisation.logo.save("again.png", ContentFile(picture("PNG", size=(50, 50))))

    assert organisation.logo.name == name
    assert logo_png(organisation) != before
