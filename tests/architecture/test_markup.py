"""No text of people is ever marked as markup: where that may be done at all, and that no template can (A1)."""

from __future__ import annotations

import ast
import re
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.forms import CharField, Form, Select
from django.template import Context, Template
from django.template.loader import get_template

ROOT = Path(__file__).parents[2]
KRING = ROOT / "kring"
# The two places where text becomes markup, each reviewed: Markdown after its sanitiser, and JSON inside a <script>.
REVIEWED = {"kring/core/markdown.py", "kring/web/public/structured_data.py"}
MARKING = {"mark_safe", "SafeString", "SafeText", "SafeData", "html_safe", "Markup", "from_string"}
FORMATTING = {"format_html": 1, "format_html_join": 2}
# What is no page: text and Markdown of mails.
RENDERED_AS_TEXT = {"kring/mail/composing.py"}
PYTHON = sorted(KRING.glob("**/*.py"))
IN_TEMPLATES = re.compile(r"\|\s*(safe|safeseq)\b|{%-?\s*(autoescape\s+off|filter\s+safe)")
SCRIPTS = sorted(path for path in KRING.glob("**/*.js") if "vendor" not in path.parts)
# What a script makes of text: by way of templates which the server has written, and of a list which it answers.
MARKUP_IN_SCRIPTS = re.compile(
    r"\.(inner|outer)HTML\s*=|insertAdjacentHTML|document\.write|createContextualFragment|eval\("
)
REVIEWED_SCRIPTS = {"door/people.js": 1, "manage/builder.js": 1, "manage/rows.js": 1}
# Modules of libraries that mark text by themselves, looked at in the version that uv.lock names. What is not used by
# Kring may do as it likes; a new name here is to be read before it is added.
LIBRARIES = {
    "allauth.account.fields": "the link to a forgotten password, made of an address of ours",
    "allauth.templatetags.allauth": "what a template has rendered",
    "allauth.socialaccount.templatetags.socialaccount": "scripts of providers we do not offer",
    "allauth.socialaccount.providers.openid.forms": "a provider we do not offer",
    "allauth.idp.oidc.admin": "Django's admin, which we do not have",
    "crispy_forms.templatetags.crispy_forms_filters": "attributes, which flatatt escapes",
    "crispy_forms.bootstrap": "fields that are rendered",
    "crispy_forms.helper": "a form that is rendered",
    "crispy_forms.layout": "fields that are rendered",
    "crispy_forms.utils": "nothing",
    "django_filters.widgets": "links of a widget we do not use",
    "django_htmx.jinja": "nothing",
    "django_tables2.columns.base": "names of columns, in its words only",
    "django_tables2.columns.checkboxcolumn": "attributes, which are escaped",
    "django_tables2.columns.manytomanycolumn": "what is escaped, joined",
    "procrastinate.contrib.django.admin": "Django's admin, which we do not have",
}


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def marked(source: str) -> list[str]:
    """What in this code makes markup of something that is not written there."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef) and node.name == "__html__":
            found.append(f"{node.lineno}: __html__")
        if not isinstance(node, ast.Call):
            continue
        name = _name(node.func)
        literal = node.args[: FORMATTING.get(name, 0)]
        if name in MARKING or not all(isinstance(each, ast.Constant) for each in literal):
            found.append(f"{node.lineno}: {name}")
        if any(each.arg in ("autoescape", "is_safe") for each in node.keywords):
            found.append(f"{node.lineno}: {name} without escaping")
    return found


def test_our_code_marks_text_in_two_places_only():
    found = {str(path.relative_to(ROOT)): marked(path.read_text()) for path in PYTHON}

    assert {path: lines for path, lines in found.items() if lines and path not in REVIEWED | RENDERED_AS_TEXT} == {}
    assert {path for path in REVIEWED if found[path]} == REVIEWED


@pytest.mark.parametrize(
    "source",
    [
        "mark_safe(name)",
        "safestring.SafeString(name)",
        'format_html(f"<b>{name}</b>")',
        'format_html("<b>" + name + "</b>")',
        "format_html(shape, name)",
        'format_html_join(glue, "{}", rows)',
        "class A:\n    def __html__(self): return self.name",
        "Context(values, autoescape=False)",
        "@register.filter(is_safe=True)\ndef f(x): return x",
    ],
)
def test_what_marks_text_is_noticed(source):
    """The negative control."""
    assert marked(source)


def _templates_of_libraries() -> list[Path]:
    used = [Path(config.path) for config in apps.get_app_configs() if not config.name.startswith(("kring", "django."))]
    return sorted(path for folder in used for path in folder.glob("templates/**/*.html"))


def test_our_templates_do_not_mark_text():
    ours = sorted(KRING.glob("**/templates/**/*.html"))

    assert [str(path.relative_to(KRING)) for path in ours if IN_TEMPLATES.search(path.read_text())] == []
    assert IN_TEMPLATES.search("{{ x|safe }}") and IN_TEMPLATES.search("{% autoescape off %}")


def test_templates_of_libraries_escape_but_for_what_marks_nothing_here():
    """`|safe` is disarmed (templatetags/plain.py); the rest would have to be rewritten in Kring's own folder."""
    off = re.compile(r"{%-?\s*(autoescape\s+off|filter\s+safe)")
    found = [path for path in _templates_of_libraries() if off.search(path.read_text())]

    assert [path for path in found if get_template(str(path).split("/templates/")[1]).origin.name == str(path)] == []


def test_no_template_can_mark_text():
    assert Template("{{ x|safe }}").render(Context({"x": "<b>"})) == "&lt;b&gt;"
    assert Template("{{ x|safeseq|join:' ' }}").render(Context({"x": ["<b>"]})) == "&lt;b&gt;"


class Asking(Form):
    answer = CharField(label="<b>label</b>", help_text="<b>help</b>", widget=Select(choices=[("<b>", "<b>choice</b>")]))


@pytest.mark.parametrize(
    "source",
    [
        *(
            "{{ form }}",
            "{{ form.as_p }}",
            "{{ form.as_table }}",
            "{{ form.as_ul }}",
            "{{ form.answer.as_field_group }}",
        ),
        *("{% load crispy_forms_filters %}{{ form|crispy }}", "{% load crispy_forms_tags %}{% crispy form %}"),
    ],
)
@pytest.mark.parametrize("data", [None, {"answer": "<b>typed</b>"}])
def test_a_form_says_what_it_asks_as_text(source, data):
    html = Template(source).render(Context({"form": Asking(data)}))

    assert "<b>" not in html
    assert html.count("&lt;b&gt;help&lt;/b&gt;") == 1


def test_libraries_mark_only_what_has_been_looked_at():
    marking = re.compile(r"\bmark_safe\(|\bSafeString\(|\bSafeText\(")
    found = set()
    for config in apps.get_app_configs():
        if config.name.startswith(("kring", "django.")):
            continue
        package = Path(import_module(config.name.split(".")[0]).__file__).parent
        found |= {
            ".".join([package.name, *path.relative_to(package).with_suffix("").parts])
            for path in package.glob("**/*.py")
            if marking.search(path.read_text())
        }

    assert found == set(LIBRARIES)


def test_scripts_make_no_markup_of_text():
    found = {"/".join(path.parts[-2:]): len(MARKUP_IN_SCRIPTS.findall(path.read_text())) for path in SCRIPTS}

    assert {name: number for name, number in found.items() if number} == REVIEWED_SCRIPTS
