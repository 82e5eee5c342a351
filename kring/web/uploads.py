"""Uploaded files, served to users who may see them. Files as somebody sent them are always saved, never shown."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpResponseBase
from django.utils.translation import gettext as _

from kring.core.names import clean
from kring.forms.models import Upload
from kring.members.models import Member


def picture_of(member: Member) -> HttpResponseBase:
    """The picture of a member, which the house has encoded itself, so that it may be shown. 404 where there is none."""
    if not member.picture:
        raise Http404
    try:
        file = member.picture.open("rb")
    except OSError:
        raise Http404 from None
    response = FileResponse(file, content_type="image/jpeg")
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def handed_in(upload: Upload | None) -> HttpResponseBase:
    """404 where there is none, or where its file is gone. No cache keeps a copy."""
    if upload is None:
        raise Http404
    try:
        file = upload.file.open("rb")
    except OSError:
        raise Http404 from None
    response = FileResponse(file, as_attachment=True, filename=upload.name, content_type=upload.content_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def name_of(file: UploadedFile) -> str:
    """Of the file as its sender calls it; one without letters gets ours."""
    try:
        return clean(file.name or "")[:200]
    except ValidationError:
        return _("file")
