"""Are the translations complete? Extracts the messages anew from a copy of the sources and compares.

With --write, brings the django.po of each folder with a `locale` up to date instead, for the translator. What two apps
say in the same words is translated in the same words.
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
PLURALS = {
    "nl": "nplurals=2; plural=(n != 1);",
    "pl": "nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);",
}
# Large enough for a catalogue of their own, beside one for each app.
ROOMS = ["web/manage", "web/public"]
LEFT_OUT = shutil.ignore_patterns("static", "node_modules", "__pycache__", "*.mo", "typst")


HEAD = """# Kring.
msgid ""
msgstr ""
"Project-Id-Version: Kring\\n"
"Language: %(language)s\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: %(plurals)s\\n"
"""


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
    apps = [path.parent for path in package.glob("*/__init__.py")] + [package / room for room in ROOMS]
    catalogues = [(app / f"locale/{each}/LC_MESSAGES/django.po", each) for app in apps for each in LANGUAGES]
    for path, language in catalogues:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            path.write_text(HEAD % {"language": language, "plurals": PLURALS[language]})
    languages = [option for language in LANGUAGES for option in ("--locale", language)]
    subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "django", "makemessages", *languages, *OPTIONS],
        cwd=package,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings", "PYTHONPATH": str(ROOT)},
        check=True,
        stdout=subprocess.DEVNULL,
    )
    for path, _language in catalogues:
        # The date would be a conflict between any two branches.
        lines = [line for line in path.read_text().splitlines(keepends=True) if "POT-Creation-Date" not in line]
        path.write_text("".join(lines))
        if sum(line.startswith("msgid ") for line in lines) == 1:
            path.unlink()
    for app in apps:
        if not any((app / "locale").rglob("*.po")):
            shutil.rmtree(app / "locale")


def gaps(package: Path, language: str) -> list[str]:
    found, translated = [], {}
    for path in sorted(package.rglob(f"locale/{language}/LC_MESSAGES/django.po")):
        where = f"{path.relative_to(package).parents[3]}, {language}"
        with path.open("rb") as file:
            messages = [message for message in read_po(file, locale=language) if message.id]
        for message in messages:
            if message.fuzzy or not all(message.string if message.pluralizable else [message.string]):
                found.append(f"{where}: {'unsure' if message.fuzzy else 'missing'}: {message.id!r}")
            elif translated.setdefault((message.context, message.id), message.string) != message.string:
                found.append(f"{where}: another app says it in other words: {message.id!r}")
    return found


if __name__ == "__main__":
    sys.exit(main())
