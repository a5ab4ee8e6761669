"""The shapes that values of settings must have, and the words for one that has another."""

import ipaddress

# Whole numbers, and the least each may be.
LEAST = {
    "trusted_proxies": 0, "workers": 1, "threads": 1, "decisions_per_minute": 0,
    "anchor_git_push": 0, "timestamp_hours": 1, "export_days": 1,
}  # fmt: skip
_ADDRESS = (r"https?://[^\s@/?#]+([/?][^\s#]*)?", "be an http or https address without a user")
# What a value, or each value of a list, must match.
SHAPES = {
    "export_folder": (r"/.*", "name folders from the root on, such as /srv/exports"),
    "redis_url": (r"(rediss?|unix)://.*", "begin with redis://, rediss:// or unix://"),
    "region_header": (r"[A-Za-z0-9-]*", "be the name of a header, such as CF-IPCountry"),
    "anchor_webhook": _ADDRESS,
    "anchor_webhook_secret": (
        r"whsec_([A-Za-z0-9+/]{4}){8,21}([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?",
        "be whsec_ and the base64 of 24 to 64 bytes",
    ),
    # A key of the type 0x04; whether it fits its id is seen where it is used, by the worker.
    "witnesses": (
        r"https?://[^\s=@/?#]+(/[^\s=?#]*)?=[^\s+]+\+[0-9a-f]{8}\+B[A-P][A-Za-z0-9+/]{42}",
        "be ADDRESS=VKEY, comma separated: https://witness.example/log=NAME+1a2b3c4d+BA...",
    ),
    "timestamp_url": _ADDRESS,
    # Without a query, as OpenID Connect Discovery has it.
    "oidc_issuer": (
        r"https?://[^\s@/?#]+(/[^\s?#]*)?",
        "be the address of the issuer, without a user or a query",
    ),
}


def is_host_or_network(text: str) -> bool:
    """Say whether a text is a network, an address or the name of a host."""
    try:
        ipaddress.ip_network(text.strip("[]"), strict=False)
    except ValueError:
        name = text.rstrip(".").lower()
        return (
            "/" not in text
            and all(
                label and label.replace("-", "a").replace("_", "a").isalnum() and label.isascii()
                for label in name.split(".")
            )
            and not name.rpartition(".")[2].isdigit()
        )
    return True
