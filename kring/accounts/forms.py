"""What allauth's sign-up asks beyond its own fields."""

from __future__ import annotations
