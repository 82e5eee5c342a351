"""The languages of the interface. For the settings, so it imports no part of Django that reads them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

LANGUAGES = [("en", _("English")), ("nl", _("Dutch")), ("pl", _("Polish"))]
