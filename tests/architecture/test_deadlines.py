"""Every deadline is shown with its zone, everywhere: `dates.deadline`."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

KRING = Path(__file__).parents[2] / "kring"
# Names of what one can miss.
DEADLINE = re.compile(r"expires|until|deadline|opens|closes|chosen_until|waiting_list\.ends_at")
WITHOUT_ZONE = ("moment", "weekday_moment", "clock", "day", "short_day", "plain_day", "date", "time")
IN_A_TEMPLATE = re.compile(rf"([\w.:|]+?)\|(?:{'|'.join(WITHOUT_ZONE)})\b(?!:\"c\")")


def in_template(source: str) -> list[str]:
    return [found[0] for found in IN_A_TEMPLATE.finditer(source) if DEADLINE.search(found[1])]


def in_python(source: str) -> list[str]:
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    without = [each for each in calls if isinstance(each.func, ast.Attribute) and each.func.attr in WITHOUT_ZONE]
    result = [each for each in without if ast.unparse(each.func).startswith("dates.")]
    return [ast.unparse(each) for each in result if any(DEADLINE.search(ast.unparse(arg)) for arg in each.args)]


def test_no_template_says_a_deadline_without_its_zone():
    sources = [path for pattern in ("html", "md", "txt") for path in KRING.glob(f"**/templates/**/*.{pattern}")]

    assert [(path.name, found) for path in sources for found in in_template(path.read_text())] == []


def test_no_code_says_a_deadline_without_its_zone():
    sources = [path for path in KRING.rglob("*.py") if path != KRING / "core" / "dates.py"]

    assert [(path.name, found) for path in sources for found in in_python(path.read_text())] == []


@pytest.mark.parametrize(
    "written",
    [
        "{{ order.expires_at|moment }}",
        "{% blocktranslate with until=event.data_changeable_until|default:event.starts_at|moment %}",
        '{{ until|date:"j F" }}',
    ],
)
def test_the_look_finds_what_it_looks_for_in_templates(written):
    assert in_template(written)


def test_the_look_finds_what_it_looks_for_in_code():
    assert in_python('x = f"{dates.day(order.expires_at)}, {dates.clock(order.expires_at)}"')
    assert not in_python("dates.deadline(order.expires_at)")
