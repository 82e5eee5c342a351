"""Are the translations complete? Extracts the messages anew from a copy of the sources and compares.

With --write, brings kring/locale/*/LC_MESSAGES/django.po up to date instead, for the translator.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ["nl", "pl"]
# Mails are templates in Markdown.
OPTIONS = ["--no-obsolete", "--no-location", "--extension", "html,txt,py,md"]
LEFT_OUT = shutil.ignore_patterns("static", "node_modules", "__pycache__", "*.mo", "typst")


def main() -> int:
    if "--write" in sys.argv:
        extract(ROOT / "kring")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "kring"
        shutil.copytree(ROOT / "kring", copy, ignore=LEFT_OUT)
        extract(copy)
        missing = [line for language in LANGUAGES for line in gaps(copy, language)]
    print("\n".join(missing), end="\n" if missing else "")
    return 1 if missing else 0


def extract(package: Path) -> None:
    (package / "locale").mkdir(exist_ok=True)
    languages = [option for language in LANGUAGES for option in ("--locale", language)]
    subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "django", "makemessages", *languages, *OPTIONS],
        cwd=package,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings", "PYTHONPATH": str(ROOT)},
        check=True,
        stdout=subprocess.DEVNULL,
    )


def gaps(package: Path, language: str) -> list[str]:
    with (package / "locale" / language / "LC_MESSAGES" / "django.po").open("rb") as file:
        messages = [message for message in read_po(file, locale=language) if message.id]
    return [
        f"{language}: {'unsure' if message.fuzzy else 'missing'}: {message.id!r}"
        for message in messages
        if message.fuzzy or not all(message.string if message.pluralizable else [message.string])
    ]


if __name__ == "__main__":
    sys.exit(main())
