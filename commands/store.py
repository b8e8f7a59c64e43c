"""The store: check it, copy it, take an old one over. `python -m commands check --help`."""

import argparse
import os
import re
import sys
from pathlib import Path

from data.database.chain import Chain, Head
from data.database.engine import FILE, FOLDER, Database
from data.database.errors import StoreError
from data.database.events import UPLOADS
from data.database.moments import moment
from data.database.old_tables import is_old
from data.database.tables import ROW_KINDS
from data.reference.tables import ReferenceUnusable
from data.upkeep.backup import IntoItself, NotThisStore, OnServer, back_up
from data.upkeep.check import Report, Wrong, check_store
from data.upkeep.takeover import take_over
from words import numbers
from words.texts import LANGUAGES, entries, say_reference, say_store, store_sentence, t

HEAD = re.compile(r"(?:([a-z]+)=)?(\d+):([0-9a-f]{12,64})")  # 12 characters are as many as a person writes down
COUNTS = ("uploads", "lines", "originals", "events")  # of what was taken over


class Refused(Exception):
    """Nothing can be looked at; `code` is a text of chain.error."""

    def __init__(self, code: str, place: str):
        super().__init__(code, place)
        self.code, self.place = code, place


def main(arguments: list[str] | None = None, program: str = "python -m commands") -> int:
    """Runs one command; 0 when the store is whole, 1 when it is not, 2 when it cannot be read or copied."""
    options = _parser(program).parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        return {"check": _check, "backup": _backup, "takeover": _take_over}[options.command](options)
    except StoreError as error:
        for language in LANGUAGES:
            print(store_sentence(error, language), file=sys.stderr)
        return 2
    except ReferenceUnusable as error:
        print(say_reference(error), file=sys.stderr)
        return 2
    except Refused as refused:
        return _refused(refused.code, refused.place)


def _parser(program: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=program, description=t("chain.about", "vi"))
    commands = parser.add_subparsers(dest="command", required=True)
    check = commands.add_parser("check", help=t("chain.check", "vi"))
    check.add_argument("--head", action="append", default=[], type=_head, help=t("chain.head_option", "vi"))
    backup = commands.add_parser("backup", help=t("chain.backup", "vi"))
    backup.add_argument("target", metavar="FOLDER", help=t("chain.target_option", "vi"))
    takeover = commands.add_parser("takeover", help=t("chain.takeover", "vi"))
    for command in (check, backup, takeover):
        command.add_argument("place", nargs="?", metavar="STORE_URL", help=t("chain.place_option", "vi"))
    return parser


def _head(text: str) -> tuple[str, Head]:
    """ "58:3f9a…" of the log, "inbox=12:77b0…" of another journal."""
    found = HEAD.fullmatch(text.strip().lower())
    if not found:
        raise argparse.ArgumentTypeError(t("chain.head_form", "vi"))
    return found[1] or UPLOADS, Head(int(found[2]), found[3])


def _database(url: str | None) -> Database:
    database = Database(url)
    if not database.exists():
        raise Refused("nothing", database.name)
    return database


def _check(options: argparse.Namespace) -> int:
    database = _database(options.place)
    return _tell(database, check_store(database), options.head)


def _backup(options: argparse.Namespace) -> int:
    database, folder = _database(options.place), Path(options.target).absolute()
    try:
        copy, report = back_up(database, folder)
    except NotThisStore as error:
        raise Refused("not_this_store", str(folder)) from error
    except IntoItself as error:
        raise Refused("into_itself", str(folder)) from error
    except OnServer as error:
        raise Refused("on_server", database.name) from error
    for language in LANGUAGES:
        if copy is None:
            print(t("chain.kept", language, place=folder))
        else:
            print(t("chain.copied", language, place=copy, size=numbers.number(copy.stat().st_size / 1e6, language)))
    print()
    return _tell(database if copy is None else Database(folder), report, [])


def _take_over(options: argparse.Namespace) -> int:
    """0 also where nothing is left to do, for start.py asks again when a last step was stopped."""
    url = options.place or os.environ.get("STORE_URL") or str(FOLDER)
    if "://" in url and not url.startswith("file://"):
        raise Refused("old_elsewhere", url.partition("://")[0] + "://…")  # what follows may be a password
    folder = Path(url.removeprefix("file://")).expanduser().resolve()
    is_done = (folder / FILE).exists()
    if not is_done and not is_old(folder):
        raise Refused("nothing_old", str(folder))
    if not is_done:
        for language in LANGUAGES:
            print(t("chain.taken.begins", language, place=folder), flush=True)
    try:
        taken = take_over(folder)
    except StoreError as error:
        return _not_taken(error)
    for language in LANGUAGES:
        if taken is None:
            print(t("chain.taken.already", language, place=folder))
        else:
            counts = {name: numbers.number(getattr(taken, name), language) for name in COUNTS}
            print(t("chain.taken.done", language, backup=taken.backup, **counts))
    if taken is None:
        return 0
    print()
    return _tell(taken.database, taken.report, [])


def _not_taken(error: StoreError) -> int:
    """The check and the backups that the sentences of a store speak of are not those of an old one."""
    for language in LANGUAGES:
        if error.code == "amount_too_large":
            why = t("chain.taken.too_large", language, found=error.found)
        elif error.code == "store_damaged":
            why = " ".join((say_store(error, language).what, t("chain.taken.damaged", language, place=error.found)))
        else:
            why = store_sentence(error, language)
        print(f"{t('chain.taken.stopped', language)} {why}", file=sys.stderr)
    return 2


def _refused(code: str, place: str) -> int:
    for language in LANGUAGES:
        print(t(f"chain.error.{code}", language, place=place), file=sys.stderr)
    return 2


# what was found, in words
def _tell(database: Database, report: Report, heads: list[tuple[str, Head]]) -> int:
    answers = [(name, head, _answer(report.chains.get(name, Chain((), 0)), head)) for name, head in heads]
    is_whole = report.is_whole and all(answer == "same" for _, _, answer in answers)
    for language in LANGUAGES:
        print(t("chain.place", language, place=database.name))
        for name, chain in report.chains.items():
            print("\n".join(_about_chain(name, chain, language)))
        print("\n".join(_about_files(report, language)))
        for name, head, answer in answers:
            said = t(f"chain.head.{answer}", language, head=_written(name, head, 12), number=head.number)
            print(_marked(said, is_good=answer == "same"))
        print(t("chain.found.good" if is_whole else "chain.found.bad", language) + "\n")
    return 0 if is_whole else 1


def _answer(chain: Chain, head: Head) -> str:
    """Whether a seal that was noted earlier is still right: same, other, cut, or broken before it."""
    if head.number > chain.records:
        return "cut"
    if not 0 < head.number <= len(chain.hashes):
        return "broken" if head.number else "other"
    return "same" if chain.hashes[head.number - 1].startswith(head.hash) else "other"


def _marked(sentence: str, *, is_good: bool) -> str:
    return f"{'✓' if is_good else '✗'} {sentence}"


def _written(name: str, head: Head, length: int = 64) -> str:
    """As --head takes it."""
    seal = f"{head.number}:{head.hash[:length]}"
    return seal if name == UPLOADS else f"{name}={seal}"


def _about_chain(name: str, chain: Chain, language: str) -> list[str]:
    told = {"name": t(f"chain.table.{name}", language), "records": chain.records}
    if chain.broken:
        return [_marked(_break(chain, told, language), is_good=False)]
    head = _written(name, chain.head)
    if chain.records and not chain.sealed_from:
        return [_marked(t("chain.found.unsealed", language, head=head, **told), is_good=True)]
    lines, first = [_marked(t("chain.found.whole", language, head=head, **told), is_good=True)], chain.sealed_from
    if first and first > 1:
        lines.append("  " + t("chain.found.sealed", language, last=first - 1, number=first))
    return lines


def _break(chain: Chain, told: dict, language: str) -> str:
    broken = chain.broken
    told |= {"number": broken.number, "fault": t(f"chain.fault.{broken.fault}", language)}
    if not broken.time:
        return t("chain.found.broken_missing", language, **told)
    act = t(f"chain.act.{broken.act}", language) if f"chain.act.{broken.act}" in entries() else broken.act
    return t("chain.found.broken", language, when=numbers.moment(moment(broken.time), language), act=act, **told)


def _about_files(report: Report, language: str) -> list[str]:
    lines = [_marked(_wrong(wrong, language), is_good=False) for wrong in report.wrong]
    if any(wrong.code == "database_damaged" for wrong in report.wrong):
        return lines  # nothing else was looked at
    if not any(wrong.code.startswith("original") for wrong in report.wrong):
        lines.append(_marked(t("chain.found.originals", language, number=report.originals), is_good=True))
    if not any(wrong.table in ROW_KINDS for wrong in report.wrong):
        lines.append(_marked(t("chain.found.rows", language, number=report.uploads), is_good=True))
    return lines


def _wrong(wrong: Wrong, language: str) -> str:
    key = f"kind.{wrong.table}"
    told = {"table": t(key if key in entries() else f"chain.table.{wrong.table}", language)}
    told |= {"number": wrong.number, "found": wrong.found}
    if wrong.code.startswith("original"):
        told["owner"] = t(f"chain.owner.{wrong.table}", language, number=wrong.number)
    there, _, accepted = wrong.found.partition("/")
    return t(f"chain.wrong.{wrong.code}", language, there=there, accepted=accepted, **told)
