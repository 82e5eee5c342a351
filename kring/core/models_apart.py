"""Migrations of an empty database write only the class of the model that an operation changes.

Django writes anew with it the classes of all models that hang together with it, and all of ours do. Nothing but a
migration's Python looks at other models through relations, and for that Django writes all of them anew where some were
left out (`is_delayed`). That the statements are the same is tested.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db.migrations.state import ProjectState


@contextmanager
def written_apart() -> Iterator[None]:
    together = ProjectState.reload_model
    ProjectState.reload_model = _reload_alone  # type: ignore[assignment, method-assign]
    try:
        yield
    finally:
        ProjectState.reload_model = together  # type: ignore[method-assign]


def _reload_alone(state: ProjectState, app_label: str, model_name: str, delay: bool = False) -> None:
    """`delay`: Django may leave out those that are related through others."""
    if "apps" not in state.__dict__:
        return
    if delay or _is_more(state, app_label, model_name):
        state.is_delayed = True
        state._reload({(app_label, model_name)})  # type: ignore[attr-defined]
    else:
        # All of them, when they are wanted.
        del state.apps


def _is_more(state: ProjectState, app_label: str, model_name: str) -> bool:
    """A new model, or one with a field more: nobody refers to that yet."""
    written = state.apps.all_models[app_label].get(model_name)
    if written is None:
        return True
    fields = {field.name for field in [*written._meta.local_fields, *written._meta.local_many_to_many]}
    return fields < state.models[app_label, model_name].fields.keys()
