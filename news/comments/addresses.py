"""What is kept of a reader's address: a hash that changes with the day and, only if the operator asks for it,
the address itself, encrypted."""

import base64
import hashlib
import hmac
from datetime import datetime
from functools import cache

from cryptography.fernet import Fernet
from django.conf import settings
from django.utils import timezone


def hashed(address: str, at: datetime) -> str:
    """The same address gives the same hash for one day, and nobody without the secret can try addresses."""
    if not address:
        return ""
    day = timezone.localtime(at).date()
    said = f"comment address:{day}:{address}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), said, hashlib.sha256).hexdigest()[:32]


def sealed(address: str) -> str:
    """The address, encrypted; nothing unless KEEP_ADDRESSES is on."""
    return _fernet().encrypt(address.encode()).decode() if address and settings.KEEP_ADDRESSES else ""


def opened(sealed: str) -> str:
    """What `sealed` hid, for an order of the law."""
    return _fernet().decrypt(sealed.encode()).decode()


@cache
def _fernet():
    key = hmac.new(settings.SECRET_KEY.encode(), b"comment addresses", hashlib.sha256).digest()
    return Fernet(base64.urlsafe_b64encode(key))
