"""State machines: a table of the allowed moves, and one guarded UPDATE for each (style lesson 1)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

from kring.core.prepared_queries import update_where
from kring.core.refusals import WrongState
from kring.core.tenancy import TenantManager, in_scope


class StateMachine(models.Model):
    """A model with a column `state`. Its methods have the names of the domain, and call `_move` or `_change`.

    The second base after TenantModel, which has the manager.
    """

    # From → to. A move that is not listed never happens.
    MOVES: ClassVar[Mapping[str, Collection[str]]]
    # The column with the time of the last change, where there is one.
    NOTES_WHEN: ClassVar[str] = ""

    class Meta:
        abstract = True

    def _move(self, to: str, *, only_from: Collection[str] = (), **changes: object) -> None:
        """From any state that may move there, or `only_from` some of these. One statement. Raises WrongState."""
        if not self._moved(to, only_from=only_from, **changes):
            raise self._refusal()

    def _moved(self, to: str, *, only_from: Collection[str] = (), **changes: object) -> bool:
        """The same. False: it could not be moved, and was refreshed from the database."""
        allowed = [state for state, moves in self.MOVES.items() if to in moves]
        if strange := set(only_from) - set(allowed):
            raise ValueError(f"No {self._meta.model_name} goes from {' or '.join(sorted(strange))} to {to}.")
        return self._written(only_from or allowed, state=to, **changes)

    def _change(self, *, only_in: Collection[str], **changes: object) -> None:
        """Change other columns than the state, while it is in one of these. One statement. Raises WrongState."""
        if not self._written(only_in, **changes):
            raise self._refusal()

    def _written(self, states: Collection[str], **changes: object) -> bool:
        if self.NOTES_WHEN:
            changes[self.NOTES_WHEN] = timezone.now()
        computed = [name for name, value in changes.items() if hasattr(value, "resolve_expression")]
        if not self._updated(tuple(states), changes, is_computed=bool(computed)):
            self.refresh_from_db()
            return False
        for name in changes.keys() - set(computed):
            setattr(self, name, changes[name])
        if computed:
            self.refresh_from_db(fields=computed)
        return True

    def _updated(self, states: tuple[str, ...], changes: dict[str, Any], *, is_computed: bool) -> bool:
        manager: Any = type(self)._default_manager
        if is_computed or not isinstance(manager, TenantManager) or not in_scope():
            return bool(manager.filter(pk=self.pk, state__in=states).update(**changes))
        return bool(update_where(type(self), self.pk, states, changes))

    def _refusal(self) -> WrongState:
        return WrongState(state=self.get_state_display())  # type: ignore[attr-defined]
