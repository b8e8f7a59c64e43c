"""What goes out: the public board without a browser. `python -m commands publish --help`."""

import argparse
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from data.access import ADMIN, Person
from data.reference import load
from data.reference.tables import ReferenceUnusable
from data.uploads.store import Store, StoreError
from outgoing.board import board_data
from outgoing.board.board_data import board_of_store
from outgoing.board.board_sections import Edition
from report.filters import Filters
from words.texts import LANGUAGES, say_reference, store_sentence, t


def main(arguments: list[str] | None = None, program: str = "python -m commands") -> int:
    """Runs one command; 0 when the files are written, 2 when they are not."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        return _run(_parser(program).parse_args(arguments))
    except ReferenceUnusable as error:
        return _refused(say_reference(error))


def _run(options: argparse.Namespace) -> int:
    now = datetime.now(load().campaign.zone)
    as_of = Filters.from_query({"as_of": options.as_of}).as_of  # a day alone means its end
    if options.as_of and as_of is None:
        return _refused(t("public.command.not_a_moment", "vi", text=options.as_of))
    try:
        options.folder.mkdir(parents=True, exist_ok=True)  # before it is written down that anything was published
        made = _publish(as_of, now, options.address)
        return _write(made, options.folder)
    except StoreError as error:
        if not error.is_of_the_store:
            raise
        return _refused("\n".join(store_sentence(error, language) for language in LANGUAGES))
    except OSError:  # no permission, a file of that name
        return _refused(t("public.command.not_written", "vi", path=options.folder))


def _parser(program: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=program, description=t("public.command.about", "vi"))
    commands = parser.add_subparsers(dest="command", required=True)
    publish = commands.add_parser("publish", help=t("public.command.publish", "vi"))
    publish.add_argument("folder", type=Path, metavar="FOLDER", help=t("public.command.folder", "vi"))
    publish.add_argument("--as-of", default="", metavar="YYYY-MM-DDTHH:MM", help=t("public.command.as_of", "vi"))
    publish.add_argument("--address", default="", metavar="URL", help=t("public.command.address", "vi"))
    return parser


def _publish(as_of: datetime | None, now: datetime, address: str) -> dict[str, bytes]:
    """The files of the store at STORE_URL; whoever has the shell of this machine is an administrator of it."""
    store = Store()
    state = store.log.state(as_of)
    if not state.in_force:
        return {}
    board = board_of_store(store, as_of)
    edition = Edition(board, as_of or now, now, str(store.log.head(as_of)), address, bool(state.demo))
    who = Person(t("public.command.who", "vi"), ADMIN)
    return board_data.publish(edition, who=who, disclosures=store.disclosures, now=now)


def _write(made: Mapping[str, bytes], folder: Path) -> int:
    if not made:
        return _refused(t("public.empty", "vi"))
    for name, content in made.items():
        (folder / name).write_bytes(content)
        print(folder / name)
    return 0


def _refused(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 2
