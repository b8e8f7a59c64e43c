"""Read and import workbooks without the browser; forms to fill in; the mailbox. `python -m commands read --help`."""

import argparse
import json
import sys
import tomllib
from datetime import date, datetime
from pathlib import Path

from data.access import EDITOR, Person
from data.database.errors import StoreError
from data.reference import load
from data.reference.tables import ReferenceUnusable
from loaders import KINDS, Answers, Outcome, Source, read
from loaders.problems import SourceUnavailable, Where
from loaders.reading import open_questions
from loaders.report import as_json, exit_code, of_reading
from words.texts import LANGUAGES, heading, say, say_reference, store_sentence, t

SECRETS = Path(__file__).parent.parent / ".streamlit" / "secrets.toml"


def main(arguments: list[str] | None = None, program: str = "python -m commands") -> int:
    """Runs one command; 0 when nothing blocks, 1 when something does, 2 when a file or the store cannot be read."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        options = _parser(program).parse_args(arguments)
        return _run(options)
    except ReferenceUnusable as error:
        return _refused(say_reference(error))
    except StoreError as error:
        if not error.is_of_the_store:
            raise
        return _refused("\n".join(store_sentence(error, language) for language in LANGUAGES))


def _run(options: argparse.Namespace) -> int:
    if options.command == "template":
        return _template(options)
    today = datetime.now(load().campaign.zone)
    if options.command == "mailbox":
        return _mailbox(options, today)
    try:
        answers = _answers(options)
    except (OSError, ValueError, TypeError, KeyError) as error:
        return _refused("\n".join(t("cli.answers_unread", lg, file=options.answers, fault=error) for lg in LANGUAGES))
    outcomes = [_read(Path(name), answers, today.date()) for name in options.files]
    if options.command == "import":
        return _import(options, outcomes, answers, today)
    if options.json:
        print(json.dumps(as_json(outcomes), ensure_ascii=False, indent=2))
    else:
        for outcome in outcomes:
            _print(outcome)
    return exit_code(outcomes)


def _answers(options: argparse.Namespace) -> dict[str, Answers] | Answers:
    """What is said of all sheets, or of each sheet by its name in a file of answers.

    {"Tuần 33": {"kind": …, "commune": …, "week": "2021-08-16", "ticks": [keys of problems], "columns": {key: field},
    "units": {key: unit}}}; "*" is every sheet
    """
    given = Answers(kind=options.kind, commune=options.commune, week_start_date=options.week)
    if not options.answers:
        return given
    written = json.loads(options.answers.read_text("utf-8-sig"))
    sheets = {name: _said(given, said) for name, said in written.items()}
    return sheets["*"] if set(sheets) == {"*"} else sheets


def _said(given: Answers, said: dict) -> Answers:
    unknown = set(said) - {"kind", "commune", "week", "urgent", "ticks", "columns", "units"}
    if unknown or said.get("kind", "donations") not in KINDS:
        raise ValueError(", ".join(sorted(unknown)) or said["kind"])
    week = said.get("week")
    return Answers(
        kind=said.get("kind", given.kind),
        commune=said.get("commune", given.commune),
        week_start_date=date.fromisoformat(week) if week else given.week_start_date,
        is_urgent=said.get("urgent"),
        ticked=frozenset(said.get("ticks", ())),
        columns=tuple(sorted(said.get("columns", {}).items())),
        units=tuple(sorted(said.get("units", {}).items())),
    )


def _parser(program: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=program, description=t("cli.about", "vi"))
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("read", "import"):
        command = commands.add_parser(name, help=t(f"cli.{name}", "vi"))
        command.add_argument("files", nargs="+", metavar="FILE")
        command.add_argument("--kind", choices=list(KINDS), help=t("cli.kind", "vi"))
        command.add_argument("--commune", choices=list(load().communes()), metavar="CODE", help=t("cli.commune", "vi"))
        command.add_argument("--week", type=date.fromisoformat, metavar="YYYY-MM-DD", help=t("cli.week", "vi"))
        command.add_argument("--answers", type=Path, metavar="FILE", help=t("cli.answers", "vi"))
        command.add_argument("--json", action="store_true", help=t("cli.json", "vi"))
        if name == "import":
            command.add_argument("--accept-asked", action="store_true", help=t("cli.accept_asked", "vi"))
    _add_template(commands)
    mailbox = commands.add_parser("mailbox", help=t("cli.mailbox", "vi"))
    mailbox.add_argument("--eml", type=Path, metavar="PATH", help=t("cli.mailbox_eml", "vi"))
    mailbox.add_argument("--secrets", type=Path, default=SECRETS, metavar="PATH", help=t("cli.mailbox_secrets", "vi"))
    mailbox.add_argument("--json", action="store_true", help=t("cli.json", "vi"))
    return parser


def _add_template(commands) -> None:
    """`template`: the form of a kind, or a zip of all communes' forms for a week."""
    command = commands.add_parser("template", help=t("cli.template", "vi"))
    command.add_argument("kind", choices=[*KINDS, "all"], metavar="KIND", help=", ".join([*KINDS, "all"]))
    codes = sorted({commune.code for commune in load().all_communes})
    command.add_argument("--commune", choices=codes, metavar="CODE", help=t("cli.template_commune", "vi"))
    command.add_argument("--week", type=date.fromisoformat, metavar="YYYY-MM-DD", help=t("cli.template_week", "vi"))
    command.add_argument("--out", type=Path, metavar="PATH", help=t("cli.template_out", "vi"))


def _read(path: Path, answers: dict[str, Answers] | Answers, today: date) -> Outcome:
    try:
        return read(Source(path.name, path.read_bytes()), as_of=today, answers=answers)
    except OSError:  # no such file, a folder, no permission
        return Outcome(unread=(SourceUnavailable("source_unavailable", Where(path.name)),))


def _print(outcome: Outcome) -> None:
    """What was understood and what is wrong, in Vietnamese."""
    for reading in outcome.readings:
        told = of_reading(reading)
        kind = t(f"kind.{reading.kind}", "vi")
        print(t("cli.sheet", "vi", file=reading.file, sheet=reading.sheet, kind=kind, rows=told["rows"]))
        for problem in reading.problems:
            print("  " + _sentence(problem))
    for error in outcome.unread:
        missing = error.code == "source_unavailable"
        print(t("cli.missing", "vi", file=error.where.file) if missing else _sentence(error))


def _sentence(fault) -> str:
    said = say(fault, "vi")
    return f"{said.where}: {said.what} {said.do}".strip()


def _template(options: argparse.Namespace) -> int:
    """Writes a form, and says where; 2 when it cannot be made or written."""
    from outgoing.forms import forms

    kind, commune, week = options.kind, options.commune, options.week
    if kind == "all" and (commune or not week):
        return _refused(t("cli.template_all", "vi", option="--week"))
    if commune and commune not in load().communes(week):
        return _refused(t("cli.template_not_in_force", "vi", code=commune))
    name = forms.all_forms_name(week) if kind == "all" else forms.form_name(kind, commune, week)
    path = options.out or Path(name)
    path = path / name if path.is_dir() else path
    try:
        path.write_bytes(forms.all_forms(week) if kind == "all" else forms.form(kind, commune=commune, week=week))
    except OSError:  # no such folder, no permission
        return _refused(t("cli.template_unwritten", "vi", path=path))
    print(path)
    return 0


def _mailbox(options: argparse.Namespace, now: datetime) -> int:
    """Takes the attachments of new mail into the inbox; 1 with a sentence when the mailbox cannot be read."""
    from data.uploads.store import Store
    from loaders.roads.arrivals import arrive_letter
    from loaders.roads.mailbox import MailError, from_secrets, read_folder, read_mailbox

    store, numbers, code = Store(), [], 0
    known = set(store.items())

    def take(letter) -> None:
        numbers.extend(arrive_letter(store, letter, now=now))

    try:
        if options.eml:
            outcome = read_folder(options.eml, take)
        else:
            settings = from_secrets(_secrets(options.secrets).get("mailbox", {}))
            outcome = read_mailbox(settings, take, is_known=store.inbox.has_message)
    except MailError as error:
        what, do = (t(f"mailbox.{error.code}.{part}", "vi", found=error.found) for part in ("what", "do"))
        print(f"{what} {do}", file=sys.stderr)
        outcome, code = error.outcome, 1
        if not outcome.taken:
            return code
    items = {number: item for number, item in store.items().items() if number in set(numbers) - known}
    refused = [item for item in items.values() if item.arrival.refused]
    unknown = [item for item in items.values() if not item.arrival.is_known and not item.arrival.refused]
    told = {"messages": outcome.taken, "attachments": outcome.attachments, "new": len(items) - len(refused)}
    told |= {"unknown_senders": len(unknown), "refused": len(refused)}
    if options.json:
        listed = [{"file": item.arrival.file, "code": item.arrival.refused} for item in refused]
        print(json.dumps(told | {"not_taken": listed}, ensure_ascii=False, indent=2))
        return code
    print(t("cli.mailbox_done", "vi", **told))
    for item in refused:
        print(f"  {item.arrival.file}: {t(f'mailbox.refused.{item.arrival.refused}', 'vi')}")
    for item in (item for item in items.values() if item.arrival.unread and not item.arrival.parts):
        print(f"  {item.arrival.file}: {', '.join(dict.fromkeys(heading(code, 'vi') for code in item.arrival.unread))}")
    return code


def _secrets(path: Path) -> dict:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError):
        return {}


def _refused(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 2


def _of(answers: dict[str, Answers] | Answers, reading) -> Answers:
    if isinstance(answers, Answers):
        return answers
    return answers.get(reading.place) or answers.get(reading.sheet) or Answers()


def _import(options: argparse.Namespace, outcomes: list[Outcome], answers, now: datetime) -> int:
    """Accepts what neither blocks nor leaves a question open; says the number of each upload."""
    from data.uploads.store import Store

    store, receipts = Store(), []
    for name, outcome in zip(options.files, outcomes, strict=True):
        parts = [r for r in outcome.readings if r.is_counted]
        told = {"file": Path(name).name, "number": None, "already": None}
        is_asked = any(open_questions(r, _of(answers, r)) for r in parts) and not options.accept_asked
        if parts and not is_asked and not any(r.blocks for r in parts):
            content = Path(name).read_bytes()
            who = Person(t("cli.who", "vi"), EDITOR)  # whoever may write into the folder of the store
            receipt = store.accept(
                name=Path(name).name, content=content, parts=parts, who=who, received_at=now, now=now
            )
            told |= {"number": receipt.number, "already": receipt.already, "waiting": receipt.waiting}
        receipts.append(told)
    if options.json:
        print(json.dumps(as_json(outcomes) | {"receipts": receipts}, ensure_ascii=False, indent=2))
        return exit_code(outcomes)
    for outcome, told in zip(outcomes, receipts, strict=True):
        _print(outcome)
        key = "cli.already" if told["already"] else "cli.accepted" if told["number"] else "cli.refused"
        print(t(key, "vi", file=told["file"], number=told["already"] or told["number"] or 0))
    return exit_code(outcomes)
