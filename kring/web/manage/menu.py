"""The side bar of the administration."""

from kring.web.manage.nouns import NOUNS

ENTRIES = [noun.menu for noun in NOUNS if noun.menu]
