"""What a web server runs. Behind a proxy the visitor's address is what the proxy says, if the proxy is ours."""

import os
from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

from kring.cli.parent import die_with_parent
from kring.core import garbage
from kring.core.proxies import trusted_proxies

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kring.settings")
die_with_parent()
_django = get_wsgi_application()
_proxies = trusted_proxies()
garbage.leave_what_is_loaded()


def application(environ: dict[str, Any], start_response: Callable) -> Iterable[bytes]:
    _proxies.weigh(environ)
    return _django(environ, start_response)
