"""What a web server runs. Behind a proxy the visitor's address is what the proxy says, if the proxy is ours."""

import os

from django.core.wsgi import get_wsgi_application
from granian.utils.proxies import wrap_wsgi_with_proxy_headers

from kring.cli.supervisor import die_with_parent
from kring.core.environment import env_list

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kring.settings")
die_with_parent()
application = wrap_wsgi_with_proxy_headers(
    get_wsgi_application(), trusted_hosts=env_list("KRING_TRUSTED_PROXIES", "127.0.0.1,::1")
)
