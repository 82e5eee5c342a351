"""What is made from the sources is made when they change, and only then."""

from __future__ import annotations

import gettext
import os
import time

import pytest

from kring.core.building import collect_static, compile_translations

CATALOGUE = """
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "ticket"
msgstr "bilet"

#, fuzzy
msgid "event"
msgstr "maybe"
"""


@pytest.fixture
def polish(tmp_path, settings):
    folder = tmp_path / "locale" / "pl" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text(CATALOGUE)
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    return folder


def test_translations_are_compiled_and_unsure_ones_left_out(polish):
    assert compile_translations() == ["pl"]

    with (polish / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    assert [compiled.gettext(word) for word in ("ticket", "event")] == ["bilet", "event"]


def test_translations_that_have_not_changed_are_left_alone(polish):
    compile_translations()

    assert compile_translations() == []


def test_static_files_are_collected_once(tmp_path, settings):
    source = tmp_path / "source"
    source.mkdir()
    (source / "a.css").write_text("a {}")
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATICFILES_DIRS = [source]
    settings.STATIC_ROOT = tmp_path / "collected"

    assert [collect_static(), collect_static()] == [True, False]
    (source / "a.css").write_text("a { color: red }")
    # Django looks at whole seconds.
    os.utime(source / "a.css", (time.time() + 5, time.time() + 5))
    assert collect_static() is True
    assert (tmp_path / "collected" / "a.css").read_text() == "a { color: red }"
