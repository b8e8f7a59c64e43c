"""Who may do what: persons, their roles, and the least role that each act needs. Asked where the act is done."""

from dataclasses import dataclass

from data.database.errors import StoreError

ROLES = ("public", "viewer", "editor", "admin")  # each may all that those before it may
MACHINE = "machine"  # the application itself: its timer, its mailbox, the opening of a link
PUBLIC, VIEWER, EDITOR, ADMIN = ROLES

# "table.act" of every record that can be written (data/journal.py), and "read.…" of what is only looked at
LEAST = {
    "batches.accept": EDITOR,
    "batches.undo": EDITOR,
    "batches.restore": EDITOR,
    "batches.clear_demo": EDITOR,
    "inbox.arrive": EDITOR,
    "inbox.send_back": EDITOR,
    "inbox.set_aside": EDITOR,
    "inbox.take_up": EDITOR,
    "inbox.known": EDITOR,
    "inbox.link": EDITOR,
    "sheets.add": ADMIN,  # whose sheets are fetched, and which of them count without a look
    "sheets.change": ADMIN,
    "sheets.remove": ADMIN,
    "sheets.fetched": EDITOR,
    "sheets.failed": EDITOR,
    "decisions.keep": EDITOR,
    "decisions.revoke": EDITOR,
    "questions.ask": EDITOR,
    "questions.answer": EDITOR,
    "questions.close": EDITOR,
    "links.make": EDITOR,
    "links.revoke": EDITOR,
    "conclusions.add": EDITOR,
    "conclusions.done": EDITOR,
    "conclusions.reopen": EDITOR,
    "disclosures.names": EDITOR,  # the names of private persons, on screen or in a table
    "disclosures.original": EDITOR,  # a file as it came, or marked up
    "disclosures.letters": EDITOR,  # letters to donors
    "disclosures.publish": ADMIN,
    "read.numbers": VIEWER,  # every number with its rows and cells, without the names of private persons
    "read.store": EDITOR,  # uploads, inbox, sources, history
    "read.chain": ADMIN,
}
# what the application does by itself
OF_MACHINE = {
    "batches.accept",
    "inbox.arrive",
    "inbox.set_aside",
    "inbox.known",
    "sheets.fetched",
    "sheets.failed",
    "links.open",  # by someone who has no name
}


class NotAllowed(StoreError):
    """The person may not do this; `found` is the act."""

    def __init__(self, act: str):
        super().__init__("not_allowed", act)


@dataclass(frozen=True)
class Person:
    """Someone who looks or acts.

    name:     as it stands in the records; role: of ROLES, or MACHINE
    commune:  the only one whose rows this person may see; None for all
    """

    name: str
    role: str = PUBLIC
    commune: str | None = None

    def __post_init__(self) -> None:
        assert self.role in (*ROLES, MACHINE), self.role

    def may(self, act: str) -> bool:
        """Whether this person may do an act of LEAST; one that nobody has named is nobody's."""
        if self.role == MACHINE:
            return act in OF_MACHINE
        if act not in LEAST or ROLES.index(self.role) < ROLES.index(LEAST[act]):
            return False
        # who sees one commune alone looks, and changes nothing of the whole
        return self.commune is None or LEAST[act] == VIEWER


def need(who: Person, act: str) -> None:
    """Raises NotAllowed unless the person may do this."""
    if not isinstance(who, Person) or not who.may(act):
        raise NotAllowed(act)
