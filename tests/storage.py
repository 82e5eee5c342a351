"""Files of tests: in memory, and counted as on a disk."""

from django.core.files.storage import InMemoryStorage

from kring.organisations.storage import CountedFiles


class CountedInMemory(CountedFiles, InMemoryStorage):
    pass
