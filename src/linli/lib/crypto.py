"""Fields sealed with keys outside the database (AES-256-GCM).

A seal is bound to its purpose and context (county and row), so it cannot be moved to another row.
Layout: version (1 byte), key id (8), nonce (12), ciphertext with tag.
"""

import secrets

from cryptography.exceptions import InvalidTag

from linli.lib import keyring as keyrings
from linli.lib.keyring import KEY_ID_BYTES, Keyring

_VERSION = b"\x01"
_NONCE_BYTES = 12
_HEADER_BYTES = len(_VERSION) + KEY_ID_BYTES
KEY_PLACE = (len(_VERSION) + 1, KEY_ID_BYTES)  # of the key's id in a seal, as SQL counts


class SealBrokenError(Exception):
    """Not opened: altered or cut off, or sealed with another key, purpose or context."""

    def __init__(self) -> None:
        super().__init__("The sealed value cannot be opened: wrong key or place, or altered.")


def seal(
    plaintext: str | bytes, *, purpose: str, context: str, keyring: Keyring | None = None
) -> bytes:
    """Encrypt for one purpose and one place; the same text never gives the same bytes."""
    data = plaintext.encode() if isinstance(plaintext, str) else plaintext
    key = (keyring or keyrings.installed()).active(purpose)
    header, nonce = _VERSION + key.id, secrets.token_bytes(_NONCE_BYTES)
    return header + nonce + key.cipher.encrypt(nonce, data, _bound_to(header, purpose, context))


def open_sealed(
    sealed: bytes, *, purpose: str, context: str, keyring: Keyring | None = None
) -> bytes:
    """What was sealed; SealBrokenError for whatever is wrong with it."""
    sealed = bytes(sealed)  # the database driver may give a memoryview
    header, nonce = sealed[:_HEADER_BYTES], sealed[_HEADER_BYTES : _HEADER_BYTES + _NONCE_BYTES]
    key = (keyring or keyrings.installed()).find(header[len(_VERSION) :], purpose)
    if key is None or header[:1] != _VERSION or len(nonce) != _NONCE_BYTES:
        raise SealBrokenError
    body, bound = sealed[_HEADER_BYTES + _NONCE_BYTES :], _bound_to(header, purpose, context)
    try:
        return key.cipher.decrypt(nonce, body, bound)
    except InvalidTag:
        raise SealBrokenError from None


def open_text(sealed: bytes, *, purpose: str, context: str, keyring: Keyring | None = None) -> str:
    """`open_sealed` for what was sealed as text."""
    return open_sealed(sealed, purpose=purpose, context=context, keyring=keyring).decode()


def _bound_to(header: bytes, purpose: str, context: str) -> bytes:
    parts = (header, purpose.encode(), context.encode())
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)
