"""What apps above say when two members become one."""

from __future__ import annotations

from kring.core.registry import Hooks
from kring.members.merging.rows import Before
from kring.members.models import Member

# Raises a refusal where they cannot, before anything is moved. Given who stays and who goes.
demands = Hooks[[Member, Member], None]("demand on two members who become one")
# Moves what the one who goes has through rows of theirs; these themselves come along after it.
on_merge = Hooks[[Member, Member, Before], None]("what comes along with a member")
