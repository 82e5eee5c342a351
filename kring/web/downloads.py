"""Documents as responses."""

from __future__ import annotations

from django.http import HttpResponse


def document(content: bytes, *, name: str, mimetype: str = "application/pdf", inline: bool = False) -> HttpResponse:
    """A file that is about one person: `name` is ASCII (core.filenames), and no cache may keep a copy."""
    response = HttpResponse(content, content_type=mimetype)
    response["Content-Disposition"] = f'{"inline" if inline else "attachment"}; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response
