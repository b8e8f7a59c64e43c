"""What a look through a store can find that is not as it was written."""

from dataclasses import dataclass

WRONG = (
    "database_damaged",  # the database itself says that its pages do not fit together
    "record_unreadable",  # what an event says cannot be read
    "original_missing",
    "original_changed",
    "upload_changed",  # what outside tools read of an upload is not what its event says
    "rows_count",  # another number of lines than were accepted; `found`: "12/13"
    "rows_changed",
    "groups_changed",  # which of its lines stand in earlier uploads too is not what the lines say
    "sums_changed",  # the summed lines are not the sums of the lines
    "states_changed",  # other lines count than the events say; `number`: after which event
)


@dataclass(frozen=True)
class Wrong:
    """One thing that is not as it was written.

    table:   where it belongs: a journal for events and originals, a kind for lines and sums
    number:  of the upload, of the item of the inbox, or of the event
    """

    code: str
    table: str
    number: int | str | None = None
    found: str = ""
