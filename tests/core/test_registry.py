"""Apps above register with apps below; a mistake in that is loud (core/registry.py)."""

from __future__ import annotations

import pytest

from kring.core.registry import AlreadyRegistered, Hooks, NotRegistered, Registry


def test_entries_stand_in_the_order_in_which_they_came():
    fruit = Registry[int]("fruit")
    fruit.add("pear", 2)
    fruit.add("apple", 1)

    assert list(fruit) == [2, 1]
    assert (fruit["apple"], fruit.get("plum"), "pear" in fruit, len(fruit)) == (1, None, True, 2)


def test_a_second_entry_under_one_key_is_refused_aloud():
    fruit = Registry[int]("fruit")
    fruit.add("pear", 2)

    with pytest.raises(AlreadyRegistered, match="There is a fruit 'pear' already: 2"):
        fruit.add("pear", 3)

    assert fruit["pear"] == 2


def test_who_asks_for_what_nobody_brought_is_told_what_there_is():
    fruit = Registry[int]("fruit")
    with pytest.raises(NotRegistered, match="There is no fruit 'plum'; there are: none"):
        fruit["plum"]

    fruit.add("pear", 2)

    with pytest.raises(NotRegistered, match="There is no fruit 'plum'; there are: pear"):
        fruit["plum"]


def test_a_hook_may_register_another_while_it_is_called():
    hooks = Hooks[[list[str]], None]("hook")

    @hooks
    def first(calls: list[str]) -> None:
        calls.append("first")
        if len(hooks) == 1:
            hooks(second)

    def second(calls: list[str]) -> None:
        calls.append("second")

    calls: list[str] = []
    for _round in range(2):
        for hook in hooks:
            hook(calls)

    assert calls == ["first", "first", "second"]


def test_one_function_is_hooked_in_once():
    hooks = Hooks[[], None]("hook")

    @hooks
    def hook() -> None: ...

    with pytest.raises(AlreadyRegistered):
        hooks(hook)
