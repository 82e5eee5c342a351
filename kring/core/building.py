"""Build steps before Kring runs: compiled translations, collected static files."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from importlib.metadata import version
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command


def build() -> Iterator[str]:
    """Both, where the sources have changed; a line for each thing done. Several may build at once."""
    for language in compile_translations():
        yield f"Compiled the translation {language}."
    if collect_static():
        yield f"Collected static files in {settings.STATIC_ROOT}."


def compile_translations() -> list[str]:
    """.po → .mo; the languages that had changed."""
    done = []
    for folder in settings.LOCALE_PATHS:
        for source in sorted(Path(folder).glob("*/LC_MESSAGES/*.po")):
            target = source.with_suffix(".mo")
            if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
                continue
            with source.open("rb") as file:
                catalog = read_po(file, locale=source.parents[1].name)
            compiled = BytesIO()
            write_mo(compiled, catalog)
            _write(target, compiled.getvalue())
            done.append(source.parents[1].name)
    return list(dict.fromkeys(done))


def collect_static() -> bool:
    """Hash and compress all static files into STATIC_ROOT (half a minute from nothing). False: nothing had changed."""
    stamp = Path(settings.STATIC_ROOT) / ".made-from"
    wanted = _fingerprint()
    if stamp.exists() and stamp.read_text() == wanted:
        return False
    call_command("collectstatic", interactive=False, verbosity=0)
    _write(stamp, wanted.encode())
    return True


def _fingerprint() -> str:
    how = f"{settings.STORAGES['staticfiles']} {settings.DEMO} {version('whitenoise')}"
    digest = hashlib.sha256(how.encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            found = Path(storage.path(path)).stat()
            digest.update(f"{path} {found.st_size} {found.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _write(target: Path, content: bytes) -> None:
    beside = target.with_name(f"{target.name}.{os.getpid()}")
    beside.write_bytes(content)
    beside.replace(target)
