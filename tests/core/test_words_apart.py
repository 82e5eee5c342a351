"""A text of a model may change without a migration; what the database knows of may not."""

from __future__ import annotations

import pytest
from django.core.management import get_commands
from django.db import migrations, models
from django.db.migrations.questioner import MigrationQuestioner
from django.db.migrations.state import ModelState, ProjectState

from kring.core.words_apart import Autodetector


def shelf(words: str, *, longest: int = 10, message: str = "", **options: object) -> ProjectState:
    state = ProjectState()
    name = models.CharField(words, max_length=longest, choices=[("a", words)], help_text=f"Help: {words}")
    check = models.CheckConstraint(
        name="shelf_has_a_name", condition=~models.Q(name=""), violation_error_message=message or words
    )
    fields = [("id", models.BigAutoField(primary_key=True)), ("name", name)]
    state.add_model(ModelState("core", "Shelf", fields, {"verbose_name": words, "constraints": [check], **options}))
    return state


def changes(old: ProjectState, new: ProjectState) -> list[migrations.operations.base.Operation]:
    found = Autodetector(old, new, MigrationQuestioner())._detect_changes()
    return [operation for each in found.values() for migration in each for operation in migration.operations]


def test_another_label_help_text_choice_name_or_message_makes_no_migration():
    assert changes(shelf("mail"), shelf("email")) == []


@pytest.mark.parametrize(
    ("new", "operation"),
    [
        (shelf("email", longest=20), migrations.AlterField),
        (shelf("email", ordering=["name"]), migrations.AlterModelOptions),
    ],
)
def test_what_is_not_a_word_does_and_takes_the_words_along(new, operation):
    [made] = changes(shelf("mail"), new)

    assert isinstance(made, operation)
    assert "email" in (
        made.options["verbose_name"] if operation is migrations.AlterModelOptions else made.field.help_text
    )


def test_the_commands_compare_so():
    assert [get_commands()[name] for name in ("makemigrations", "migrate")] == ["kring.core", "kring.core"]
