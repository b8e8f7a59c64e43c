"""Who may do what, and which rows a person may read."""

from data.access.roles import (
    ADMIN,
    EDITOR,
    LEAST,
    MACHINE,
    OF_MACHINE,
    PUBLIC,
    ROLES,
    VIEWER,
    NotAllowed,
    Person,
    need,
)

__all__ = [
    "ADMIN",
    "EDITOR",
    "LEAST",
    "MACHINE",
    "OF_MACHINE",
    "PUBLIC",
    "ROLES",
    "VIEWER",
    "NotAllowed",
    "Person",
    "need",
]
