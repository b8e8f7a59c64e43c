"""Which command is meant, and the help in both languages: `python -m commands --help`."""

import sys
from importlib import import_module

from words.texts import LANGUAGES, t

PROGRAM = "python -m commands"
# command -> its module, and whether that reads the name of the command too
HOMES = {
    "read": ("commands.files", True),
    "import": ("commands.files", True),
    "template": ("commands.files", True),
    "mailbox": ("commands.files", True),
    "publish": ("commands.publish", True),
    "check": ("commands.store", True),
    "backup": ("commands.store", True),
    "takeover": ("commands.store", True),
    "doctor": ("ui.doors.exposure_report", False),
    "passcode": ("ui.doors.passcodes", False),
}


def main(arguments: list[str]) -> int:
    """Runs one command; what it returns, or 2 when there is none of that name."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")
    name = arguments[0] if arguments else ""
    if name not in HOMES:
        is_asked = name in ("-h", "--help")
        print(overview(), file=sys.stdout if is_asked else sys.stderr)
        return 0 if is_asked else 2
    module, reads_name = HOMES[name]
    command = import_module(module).main
    return command(arguments, PROGRAM) if reads_name else command(arguments[1:])


def overview() -> str:
    """Every command with what it does, in Vietnamese and in English."""
    lines = [f"{PROGRAM} {{{' | '.join(HOMES)}}} …", ""]
    for name in HOMES:
        first, second = (t(f"cli.overview.{name}", language) for language in LANGUAGES)
        lines += [f"  {name:<10}{first}", f"  {'':<10}{second}"]
    return "\n".join([*lines, "", *(t("cli.overview.more", language, program=PROGRAM) for language in LANGUAGES)])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
