"""Two demos on neighbouring ports do not share the ports of their pretend payment providers (Q5)."""

from __future__ import annotations

from itertools import pairwise

import pytest

from kring.cli.home import counterpart_ports


@pytest.mark.parametrize("first", [80, 8000, 32767, 65500])
def test_demos_beside_each_other_have_providers_of_their_own(first):
    for one, next_one in pairwise(range(first, first + 30)):
        mine, theirs = set(counterpart_ports(one).values()), set(counterpart_ports(next_one).values())
        assert mine.isdisjoint(theirs) and one not in mine
        assert all(1024 < port < 32_768 for port in mine | theirs)
