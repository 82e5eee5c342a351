"""Texts of the interface reach translators (Q3), in the words of docs/glossary.md; modules have the field's names."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import kring

ROOT = Path(kring.__file__).parent
TESTS = Path(__file__).parents[1]
RENAMED = re.compile(r"\bn?p?gettext(?:_lazy)? as (?!_\b)\w+")

# Words that Kring's pages once had. Each pattern is narrow: what it finds is wrong wherever it stands.
NOT_IN_ENGLISH = re.compile(
    r"\bwho comes\b|^data$|\bwho may come\b|\bnot said\b|^they are here|\bwhat (?:needs|waits for) you\b"
    r"|\bwaits? for (?:its |their |the )?money|\bfree or paid\b|\bmake (?:an?|the|your first) (?:new )?\w+$"
    r"|\bdays of grace\b"
    r"|\binstead of the photo\b|\btake the (?:picture|file) away\b|\binstitution that holds\b"
    r"|\bas the organiser says\b|\bwaits? for a tick\b|\bkept here$|\bwith those chosen\b|\bbegin a form\b"
    r"|\bby the clock\b|\bthis is no (?!longer)|\bthere is nothing here\b|\bto the first page\b"
    r"|\bkept (?:for you )?until\b|\bway to pay\b|\bregister of members\b|\bopens? no(?:thing| door)\b"
    r"|\bunwanted mail\b|\b(?:she|hers?|herself|he|him|his|himself|whoever|whom it is about)\b",
    re.IGNORECASE,
)
NOT_IN_DUTCH = re.compile(
    r"\b(?:zij|haar|hem of haar|u|uw)\b|\bwie komt$|\bfeiten\b|\btickettype|\bbetaalmogelijkheid"
    r"|\bvoor wie mee mag doen|\bhet (?:mail|register)\b|\brespijt|\bvoogden\b|\blidmaatschapss|\bis verbeterd",
    re.IGNORECASE,
)
# A certificate of attendance is a "zaświadczenie"; those of KSeF, with keys, have their own name in law.
NOT_IN_POLISH = re.compile(
    r"\b\w{2,}(?:łeś|łaś)\b|\bcertyfikat(?!.*(?:KSeF|PEM|MCU|klucz|ważność))|\bodnośnik|\bdni karencji\b"
    r"|\b(?:za)?rejestr|\bPan(?:i|a|u)?\b",
    re.IGNORECASE,
)

# Names of modules that tell nothing to a newcomer.
NO_MODULES = re.compile(
    r"asked|bodies|causes|counting|covering|dealing|deeds|everything|failures|gaps|here|hers|journey|late|"
    r"letters|moulds|moving|nonsense|once|onward|papers|partial|plans|private|said|said_before|saying|"
    r"scoping|shortage|soundness|standing|telling|told|trial|violations|whoever|whose|working"
)


# Names of functions, classes, arguments and variables of Kring that were given up.
NO_NAMES = re.compile(
    r"_?(?:said|told|hers|deeds?|moulds?|gaps|whoever|onward|DEED|IsHers|Told|Ended|Entry|Step|Wish|Choice|Verdict)"
    r"|is_told|_wall|on_her_clock|asked_too_often|standing_of"
)
# In English, but for servers, whose own word it is. (Dutch and Polish say "mail" and "e-mail" as they are.)
NO_MAIL = re.compile(r"(?i)\be-mails?\b|(?<![(\w])mails?\b(?!\)s| servers?)|\ba email")


def read(language: str) -> list[tuple[str, str]]:
    """Each text as it is written in the code, and as it is translated."""
    found = []
    for path in ROOT.rglob(f"locale/{language}/LC_MESSAGES/django.po"):
        with path.open("rb") as file:
            for message in read_po(file, locale=language):
                if message.id:
                    english, translated = (
                        [each] if isinstance(each, str) else list(each) for each in (message.id, message.string)
                    )
                    found += [(english[0], each) for each in translated] + [(each, "") for each in english]
    assert found
    return found


def test_texts_are_marked_by_names_that_extraction_looks_for():
    sources = ROOT.rglob("*.py")

    assert [(path.name, found) for path in sources for found in RENAMED.findall(path.read_text())] == []


@pytest.mark.parametrize(("language", "refused"), [("nl", NOT_IN_DUTCH), ("pl", NOT_IN_POLISH)])
def test_no_text_of_the_interface_has_a_word_that_was_given_up(language, refused):
    texts = read(language)

    assert sorted({english for english, _ in texts if NOT_IN_ENGLISH.search(english)}) == []
    assert sorted({text for _, text in texts if refused.search(text)}) == []


@pytest.mark.parametrize("text", ["Who comes", "Data", "Your places are kept until noon.", "She gets an email"])
def test_words_that_were_given_up_are_found(text):
    assert NOT_IN_ENGLISH.search(text)


def test_english_says_email():
    assert sorted({english for english, _ in read("nl") if NO_MAIL.search(english)}) == []


def names(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.FunctionDef() | ast.ClassDef():
                found.add(node.name)
            case ast.arg():
                found.add(node.arg)
            case ast.Name(ctx=ast.Store()):
                found.add(node.id)
    return found


@pytest.mark.parametrize("root", [ROOT, TESTS])
def test_nothing_in_the_code_has_a_name_that_was_given_up(root):
    paths = (path for path in root.rglob("*.py") if "migrations" not in path.parts)

    assert [(str(path), name) for path in paths for name in sorted(names(path)) if NO_NAMES.fullmatch(name)] == []


def test_modules_are_called_what_they_are():
    modules = [*ROOT.rglob("*.py"), *TESTS.rglob("*.py")]

    assert [str(path) for path in modules if NO_MODULES.fullmatch(path.stem)] == []
