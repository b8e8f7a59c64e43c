"""Signed texts: what stands in a link, a cookie, a ticket cannot be changed by whoever holds it. No Streamlit here."""

from dataclasses import dataclass
from datetime import datetime

from itsdangerous import BadData, URLSafeSerializer

LINK, VISIT, SIGNED_IN, TICKET = "link", "visit", "signed-in", "ticket"  # one is never taken for another


@dataclass(frozen=True)
class Signer:
    """Signs with the office's key (ui/doors/signing_key.py)."""

    key: str

    def sign(self, purpose: str, told: dict, until: datetime) -> str:
        """A text for an address or a cookie, good until a moment."""
        return URLSafeSerializer(self.key, salt=purpose).dumps(told | {"u": int(until.timestamp())})

    def read(self, purpose: str, text: str, now: datetime) -> dict | None:
        """What was signed; None when it was changed, made for something else, by another key, or is past its time."""
        made_by = URLSafeSerializer(self.key, salt=purpose)
        try:
            told = made_by.loads(text)
        except BadData:
            return None
        # the last sign of a signature has bits that mean nothing: another one there would be taken for the same
        if not isinstance(told, dict) or not isinstance(told.get("u"), int) or made_by.dumps(told) != text:
            return None
        return told if now.timestamp() < told["u"] else None
