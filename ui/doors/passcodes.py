"""Passcodes of roles and links, kept as argon2 hashes; `python -m commands passcode ROLE` makes one."""

import getpass
import hashlib
import sys

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from words.texts import t

SHORTEST = 8
SHORTEST_OF_LINK = 4  # one of a few hours, read out in a room
ROLES = ("viewer", "editor", "admin")
_hasher = PasswordHasher()


def hashed(passcode: str) -> str:
    """What is kept of a passcode."""
    return _hasher.hash(passcode)


def is_right(passcode: str, kept: str) -> bool:
    try:
        return _hasher.verify(kept, passcode)
    except (VerificationError, InvalidHashError):
        return False


def mark(kept: str) -> str:
    """A short mark of a hash: who signed in with a passcode that has been changed since is signed out."""
    return hashlib.sha256(kept.encode()).hexdigest()[:12]


def _both(key: str, **values: object) -> str:
    return "  /  ".join(t(key, language, **values) for language in ("vi", "en"))


def main(arguments: list[str]) -> int:
    """Asks twice, and prints the line."""
    if len(arguments) != 1 or arguments[0] not in ROLES:
        print(_both("access.passcode.usage"), file=sys.stderr)
        return 2
    first = getpass.getpass(_both("access.passcode.ask") + " ")
    if len(first) < SHORTEST:
        print(_both("access.passcode.short", least=SHORTEST), file=sys.stderr)
        return 1
    if getpass.getpass(_both("access.passcode.again") + " ") != first:
        print(_both("access.passcode.differ"), file=sys.stderr)
        return 1
    print(_both("access.passcode.put"))
    print(f'[passcodes]\n{arguments[0]} = "{hashed(first)}"')
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
