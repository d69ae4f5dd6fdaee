"""Babel's home: English sentences into Vietnamese, for screens, API, mail and command line alike.

An English sentence is its own key. `vi/LC_MESSAGES/messages.po` holds the Vietnamese; `make messages`
brings it up to date with the code. Nothing compiled is kept: the catalogue is read at its first use.
"""

from service.translations.catalogues import catalogue
from service.translations.wording import in_words, translate

__all__ = ["catalogue", "in_words", "translate"]
