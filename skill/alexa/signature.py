"""Check that Alexa signed a request: the signature of its raw bytes, before they are parsed.

Alexa's rules for a web service (host-a-custom-skill-as-a-web-service): the header SignatureCertChainUrl names a chain
of certificates on s3.amazonaws.com whose leaf is for echo-api.amazon.com, and Signature-256 is the base64 of its
RSA signature (PKCS #1 v1.5, SHA-256) over the body.
"""

from __future__ import annotations

import base64
import binascii
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import ExtendedKeyUsageOID
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from skill.alexa.certificate_chain import fetch, normalised
from skill.alexa.http_client import roots_file
from skill.errors import SignatureRefused

SIGNED_BY = "echo-api.amazon.com"
CHAIN_URL, SIGNATURE = "SignatureCertChainUrl", "Signature-256"
MAX_CERTIFICATES = 8
MAX_KEPT_CHAINS = 16
"""Chains in the cache, and as many refused ones, the oldest removed first. Alexa uses one chain at a time."""
MAX_FETCHES = 6
"""Chains that are fetched at once, so that a sender of many addresses cannot occupy all threads."""
MAX_CHAIN_AGE = 24 * 3600.0
"""Seconds for which a chain stays in the cache, unless it expires before."""
REFUSAL_AGE = 30.0
"""Seconds for which a chain that was refused is not fetched again."""


_Kept = OrderedDict[str, tuple[float, RSAPublicKey | str]]
"""By address, until when (seconds of the clock) a chain is kept, and its key, or why it was refused."""


class Signatures:
    """Checks signatures, fetching each chain once. `clock` gives seconds since 1970.

    The proxy variables and SSL_CERT_FILE are honoured: the latter feeds both the fetch and the store of roots.
    """

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._known: _Kept = OrderedDict()
        self._refused: _Kept = OrderedDict()  # apart, so that refused chains displace no valid one
        self._fetching: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()

    def check(self, url: str | None, signature: str | None, body: bytes) -> None:
        """Raises SignatureRefused unless Alexa signed exactly these bytes. `url` and `signature` are the headers'."""
        if not url:
            raise SignatureRefused(f"no {CHAIN_URL}")
        if not signature:
            raise SignatureRefused(f"no {SIGNATURE}")
        try:
            signed = base64.b64decode(signature, validate=True)
        except (binascii.Error, ValueError) as error:
            raise SignatureRefused(f"{SIGNATURE} is not base64") from error
        key = self._key(normalised(url))
        try:
            key.verify(signed, body, PKCS1v15(), SHA256())
        except InvalidSignature as error:
            raise SignatureRefused("the signature is not that of this body") from error

    def _key(self, url: str) -> RSAPublicKey:
        """The key of the chain at this address. Of several requests at once, one fetches it."""
        if (known := self._recall(url)) is not None:
            return known
        with self._lock:
            if url not in self._fetching and len(self._fetching) >= MAX_FETCHES:
                raise SignatureRefused("too many chains are being fetched")
            turn = self._fetching.setdefault(url, threading.Lock())
        with turn:
            try:
                return self._recall(url) or self._learned(url)
            finally:
                with self._lock:
                    self._fetching.pop(url, None)

    def _learned(self, url: str) -> RSAPublicKey:
        """The key of the chain at this address, fetched and remembered. A refusal is remembered as well."""
        now = self._clock()
        try:
            leaf, key = self._verified(fetch(url), now)
        except SignatureRefused as error:
            self._keep(self._refused, url, self._clock() + REFUSAL_AGE, str(error))
            raise
        self._keep(self._known, url, min(leaf.not_valid_after_utc.timestamp(), now + MAX_CHAIN_AGE), key)
        return key

    def _keep(self, kept: _Kept, url: str, until: float, found: RSAPublicKey | str) -> None:
        with self._lock:
            kept[url] = until, found
            kept.move_to_end(url)
            while len(kept) > MAX_KEPT_CHAINS:
                kept.popitem(last=False)

    def _recall(self, url: str) -> RSAPublicKey | None:
        """The remembered key, if any. Raises SignatureRefused for a chain whose refusal is remembered."""
        now = self._clock()
        with self._lock:
            kept = [known[url] for known in (self._known, self._refused) if url in known]
        found = next((found for until, found in kept if now < until), None)
        if isinstance(found, str):
            raise SignatureRefused(found)
        return found

    def _verified(self, pem: bytes, now: float) -> tuple[x509.Certificate, RSAPublicKey]:
        """The leaf and its key. Raises SignatureRefused unless the chain leads to a trusted root and is valid now."""
        try:
            chain = x509.load_pem_x509_certificates(pem)
        except ValueError as error:
            raise SignatureRefused("the chain holds no certificates") from error
        if len(chain) > MAX_CERTIFICATES:
            raise SignatureRefused(f"the chain has {len(chain)} certificates, more than {MAX_CERTIFICATES}")
        leaf, *others = chain
        moment = datetime.fromtimestamp(now, UTC)
        try:
            verifier = PolicyBuilder().store(self._roots).time(moment).build_server_verifier(x509.DNSName(SIGNED_BY))
            verifier.verify(leaf, others)
            _check_leaf(leaf)
        except (VerificationError, ValueError, x509.DuplicateExtension, x509.UnsupportedGeneralNameType) as error:
            raise SignatureRefused(f"the chain is not to be trusted ({type(error).__name__})") from error
        key = leaf.public_key()
        if not isinstance(key, RSAPublicKey):
            raise SignatureRefused("the certificate's key is not an RSA key")
        return leaf, key

    @cached_property
    def _roots(self) -> Store:
        return Store(x509.load_pem_x509_certificates(Path(roots_file()).read_bytes()))


def _check_leaf(leaf: x509.Certificate) -> None:
    """Raise SignatureRefused for what the library allows: a wildcard for a name, a key that is not to sign."""
    extensions = leaf.extensions
    try:
        names = extensions.get_extension_for_class(x509.SubjectAlternativeName).value.get_values_for_type(x509.DNSName)
        usages = extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound as error:
        raise SignatureRefused("the certificate names no use or no host") from error
    if SIGNED_BY not in (name.lower() for name in names):
        raise SignatureRefused(f"the certificate is not for {SIGNED_BY}")
    if ExtendedKeyUsageOID.SERVER_AUTH not in usages:
        raise SignatureRefused("the certificate is not a server's")
    for extension in extensions:
        if isinstance(extension.value, x509.KeyUsage) and not extension.value.digital_signature:
            raise SignatureRefused("the certificate's key may not sign")
