"""Addresses of static files, each worked out once per process: a page has thirty of them."""

from __future__ import annotations

from functools import cache

from django.conf import settings
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedFiles(CompressedManifestStaticFilesStorage):
    """Names carry a hash of their content, so an address never changes while a process lives."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.known_url = cache(super().url)

    def create_compressor(self, **kwargs: object) -> Compressor:
        """In a demo gzip only: brotli is a fifth smaller, but takes ten seconds of the start."""
        return Compressor(use_brotli=not settings.DEMO, **kwargs)

    def url(self, name: str | None, force: bool = False) -> str:
        return super().url(name, force) if force else self.known_url(name)
