"""Fields that sign-up has beyond allauth's own."""

from __future__ import annotations
