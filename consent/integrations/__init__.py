"""FOR THE SITE'S OWN BACK END: what this visitor allows, read from the site's own cookie.

It needs the notice file and nothing of the service. The cookie is the visitor's statement about
their own browser: enough to decide what is sent to it, never a proof. Begin with `Policy`; the
adapters are `consent.integrations.wsgi`, `.asgi`, `.flask` and `.django`.
"""

from consent.integrations.choice import Choice, VendorGrants
from consent.integrations.cookie import LONGEST, NAME, Stored, read_stored, write_stored
from consent.integrations.policy import Policy
from consent.integrations.visit import Visit

__all__ = [
    "LONGEST",
    "NAME",
    "Choice",
    "Policy",
    "Stored",
    "VendorGrants",
    "Visit",
    "read_stored",
    "write_stored",
]
