"""Registries that let apps above extend an app below, which cannot import them; filled at load time (apps.py).

    fulfilments = Registry[Fulfilment]("fulfilment of a line")      # below: fulfilments[line.kind].paid(…)
    when_freed = Hooks[[set[int]], None]("freed places")            # below: for hook in when_freed: hook(pool_ids)

docs/architecture.md lists them all: who uses them, and who registers.
"""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Callable, Iterator
from importlib import import_module


class AlreadyRegistered(Exception):
    """Two entries under one key: a programming error, raised when the apps are loaded."""


class NotRegistered(KeyError):
    """No app registered an entry of this key."""

    def __str__(self) -> str:
        return str(self.args[0])


class Registry[Item]:
    """Entries by key, in the order of registration. `what` describes one of them in messages."""

    def __init__(self, what: str) -> None:
        self.what = what
        self._entries: dict[str, Item] = {}

    def add(self, key: str, entry: Item) -> Item:
        """Raises AlreadyRegistered."""
        if key in self._entries:
            raise AlreadyRegistered(f"There is a {self.what} {key!r} already: {self._entries[key]!r}.")
        self._entries[key] = entry
        return entry

    def get(self, key: str) -> Item | None:
        return self._entries.get(key)

    def __getitem__(self, key: str) -> Item:
        """Raises NotRegistered."""
        try:
            return self._entries[key]
        except KeyError:
            known = ", ".join(self._entries) or "none"
            raise NotRegistered(f"There is no {self.what} {key!r}; there are: {known}.") from None

    def __contains__(self, key: str) -> bool:
        return key in self._entries

    def __iter__(self) -> Iterator[Item]:
        """The entries, not their keys. A copy: an entry may register another when called."""
        return iter(list(self._entries.values()))

    def __len__(self) -> int:
        return len(self._entries)

    def keys(self) -> list[str]:
        return list(self._entries)


class Hooks[**Arguments, Answer](Registry[Callable[Arguments, Answer]]):
    """Functions that are all called, in the order of registration. As a decorator it registers one."""

    def __call__(self, function: Callable[Arguments, Answer]) -> Callable[Arguments, Answer]:
        return self.add(f"{function.__module__}.{function.__qualname__}", function)


def one_in_each_module[Base](package: str, base: type[Base]) -> Registry[type[Base]]:
    """The subclass of `base` that each module (or folder) of `package` defines; its `key` is the module's name.

    A module without one, or with another key, is a programming error. Raises ImportError.
    """
    found = Registry[type[Base]](base.__name__)
    for module in pkgutil.iter_modules(import_module(package).__path__):
        found.add(module.name, _the_one_in(f"{package}.{module.name}", base))
    return found


def _the_one_in[Base](name: str, base: type[Base]) -> type[Base]:
    classes = [value for value in vars(import_module(name)).values() if inspect.isclass(value)]
    own = [each for each in classes if issubclass(each, base) and f"{each.__module__}.".startswith(f"{name}.")]
    if [getattr(found, "key", None) for found in own] != [name.rpartition(".")[2]]:
        raise ImportError(f"{name} must hold one {base.__name__} whose key is its name.")
    return own[0]
