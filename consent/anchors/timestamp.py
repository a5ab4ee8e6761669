"""Have checkpoints dated by an authority (RFC 3161), and check such time stamps.

The library `rfc3161-client` is an extra, `consent-service[timestamps]`. Evidence is the authority's
whole answer as it came, which `openssl ts -verify -in FILE` reads.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from cryptography import x509

from consent.anchors import der, wire
from consent.anchors.work import Kind, RefusedError, Work
from consent.errors import ProofError

try:
    import rfc3161_client as library
except ImportError:  # an extra
    library = None  # type: ignore[assignment]

SHA256 = "2.16.840.1.101.3.4.2.1"


@dataclass(frozen=True)
class Authority:
    """A time stamp authority, and the roots its certificate must lead to, as PEM."""

    url: str
    roots: bytes | None = None
    every: timedelta = timedelta(hours=24)
    kind: Kind = Kind.TIMESTAMP

    @property
    def name(self) -> str:
        """Return its address, without what may be a key behind it."""
        return self.url.partition("?")[0]

    def lay_down(self, work: Work) -> bytes:
        """Return the authority's answer, once it holds."""
        asked = (
            library.TimestampRequestBuilder()
            .data(work.note.encode())
            .hash_algorithm(library.HashAlgorithm.SHA256)
            .build()
        )
        answer = wire.post(self.url, asked.as_bytes(), _HEADERS)
        if not answer.is_fine:
            raise RefusedError(f"it answered {answer.status}")
        try:
            check_timestamp(answer.body, work.note.encode(), self.roots, nonce=asked.nonce)
        except ProofError as error:
            raise RefusedError(f"its answer does not hold: {error.message.rstrip('.')}") from error
        return answer.body


def check_timestamp(
    evidence: bytes, note: bytes, roots: bytes | None = None, *, nonce: int | None = None
) -> datetime:
    """Return when an authority had a note before it; refuse what does not prove that.

    Without `roots`, a PEM file's bytes, nobody vouches for the signature: then only what the
    answer says is held against the note.
    """
    if library is None:
        raise ProofError("Time stamps need a package: install consent-service[timestamps].")
    # The set of certificates is not signed, and many authorities write it in no order.
    response = _decoded(der.with_certificates_sorted(evidence))
    stated = response.tst_info
    imprint = stated.message_imprint
    if imprint.hash_algorithm.dotted_string != SHA256 or imprint.message != sha256(note).digest():
        raise ProofError("The time stamp is of something else than this checkpoint.")
    if nonce is not None and stated.nonce != nonce:
        raise ProofError("The time stamp answers another question (nonce).")
    if roots is not None:
        verifier = library.VerifierBuilder(roots=certificates(roots)).build()
        try:
            verifier.verify(response, imprint.message)
        except (library.VerificationError, ValueError) as error:
            raise ProofError(
                f"The time stamp is signed by nobody known: {_first(error)}."
            ) from error
    moment: datetime = stated.gen_time
    return moment


def certificates(pem: bytes) -> list[x509.Certificate]:
    """Return the certificates in a PEM file; ValueError where there is none."""
    return x509.load_pem_x509_certificates(pem)


def _decoded(data: bytes) -> Any:
    try:
        response = library.decode_timestamp_response(data)
        status = response.status
        said = " ".join(response.status_string)
    except ValueError as error:
        raise ProofError("This is no answer of a time stamp authority (RFC 3161).") from error
    if status != library.PKIStatus.GRANTED:
        raise ProofError(f"The authority granted no time stamp (status {status}): {said[:200]}.")
    return response


def _first(error: Exception) -> str:
    return str(error).partition("\n")[0].rstrip(".")[:200]


_HEADERS = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
