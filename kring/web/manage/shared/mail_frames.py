"""An email inside a page: in a frame where it can be shown and do nothing else."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.utils.csp import CSP
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override

# Only pictures, only inline styles, nothing else: no script, no form, no link out of the frame's sandbox.
MAIL_POLICY: dict[str, list[str] | str] = {
    "default-src": [CSP.NONE],
    "img-src": [CSP.SELF, "data:"],
    "style-src": [CSP.UNSAFE_INLINE],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.NONE],
    "frame-ancestors": [CSP.SELF],
    "sandbox": "",
}

# The page with the frame in it.
holds_a_mail = csp_override(settings.SECURE_CSP | {"frame-src": [CSP.SELF]})


def is_a_mail(view: Callable) -> Callable:
    """The content of the frame."""
    return xframe_options_sameorigin(csp_override(MAIL_POLICY)(view))
