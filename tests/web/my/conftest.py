"""A person's own pages are visited with the same browser as the public ones."""

from tests.web.public.conftest import visitor  # noqa: F401
