"""WHOSE SITE: the websites whose visitors are asked, known publicly by their key.

Origins are compared exactly, scheme, host and port. Begin with `create`, `find` and `change`.
"""

from consent.sites.change import Changes, change
from consent.sites.create import all_sites, create, find
from consent.sites.models import Site
from consent.sites.origins import normal as normal_origin
from consent.sites.origins import of_page

__all__ = [
    "Changes",
    "Site",
    "all_sites",
    "change",
    "create",
    "find",
    "normal_origin",
    "of_page",
]
