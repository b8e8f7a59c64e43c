"""Guards the shape of the house: who may import whom, who may ask the clock, how every file begins."""

import ast
import re
from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).resolve().parent.parent
# app -> pages -> ui -> outgoing -> report -> {metrics, words} -> data, and ui -> loaders -> data: what each part may
# import of ours, besides itself
MAY_IMPORT = {
    "serve": {"app", "ui", "data", "words"},
    "commands": {"ui", "outgoing", "report", "words", "metrics", "loaders", "data"},
    "app": {"pages", "ui", "report", "words", "data"},
    "pages": {"ui", "report", "words"},
    "ui": {"outgoing", "report", "words", "metrics", "loaders", "data"},
    "outgoing": {"report", "words", "metrics", "loaders", "data"},
    "report": {"words", "metrics", "data"},
    "words": {"data"},
    "metrics": {"data"},
    "loaders": {"data"},
    "data": set(),
}
# outside the one direction: they set up, measure and test the house
OUTSIDE = {"start", "docs", "tests"}
# what else a file or folder may know, and no more of it
ALSO_MAY_IMPORT = {
    # the commands under the names that they had in earlier releases
    "loaders/__main__.py": ("commands",),
    "data/__main__.py": ("commands",),
    "ui/__main__.py": ("commands",),
    "words/texts/__init__.py": ("loaders.problems",),  # problems are said in words: what one is
    "report/originals.py": ("loaders",),  # opens a file as it came
}
# room -> what of its part it may know besides itself; of data each room serves those below it in this list
ROOMS = {
    "data/reference": set(),
    "data/access": {"conditions", "database", "schemas", "unnamed", "uploads"},
    "data/database": {"access", "reference", "schemas"},
    "data/records": {"access", "database", "reference"},
    "data/uploads": {"access", "conditions", "database", "records", "reference", "schemas", "summing", "unnamed"},
    "data/upkeep": {"conditions", "database", "reference", "schemas", "summing", "uploads"},
    "loaders/formats": {"problems", "reading"},
    "loaders/cells": set(),
    "report/charts": {"addresses"},
}
NOWHERE = r"(?!)"
# package -> where alone it may be imported
ONLY_IN = {
    "streamlit": r"(app|serve)\.py|pages/.+|ui/(?!__init__\.py|texts\.py|outgoing/).+",
    "plotly": r"report/charts/.+",
    "sqlalchemy": r"data/.+",
    "alembic": r"data/database/.+",
    "psycopg": r"data/database/.+",
    "sqlite3": r"data/(database|upkeep)/.+",
    "deltalake": NOWHERE,  # the tables of old stores are read with pyarrow alone
    "narwhals": NOWHERE,  # plotly brings it
    "pandera": NOWHERE,
    "python_calamine": r"loaders/formats/sources\.py",
    "gspread": r"loaders/roads/google_.+\.py",
    "openpyxl": r"loaders/formats/sources\.py|loaders/roads/google_.+\.py|(?!loaders/|pages/|metrics/|app\.py).+",
    "pandas": r"(?!pages/|app\.py).+",
}
# the invented workbooks come from a fixed seed, in scripts that are run by hand
MAY_BE_RANDOM = "data/demo/"
MAY_ASK_CLOCK = {"app.py", "commands/files.py", "commands/publish.py", "ui/frame/session.py"}
CLOCK = {
    "datetime.now",
    "datetime.utcnow",
    "date.today",
    "datetime.today",
    "Timestamp.now",
    "Timestamp.today",
    "time.time",
}
MEANINGLESS_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "base", "manager", "handlers"}
PAGE_LINES = 60
# written in two parts so that this file itself is clean
MACHINE_PATHS = tuple("/" + word for word in ("work/", "root/", "home/", "tmp/")) + ("C:" + "\\Users", ".py" + "env")
NOT_OURS = {".git", ".venv", ".venv-spark", "__pycache__", ".pytest_cache", ".ruff_cache", ".hypothesis"}
NOT_OURS |= {"store", "build", ".shots"}
TEXT_FILES = {".py", ".md", ".toml", ".txt", ".csv", ".json"}


def our_files(suffixes):
    """Path from the root -> text, of every file that is ours."""
    files = {}
    for path in sorted(ROOT.rglob("*")):
        parts = path.relative_to(ROOT).parts
        if path.suffix in suffixes and not NOT_OURS & set(parts):
            files["/".join(parts)] = path.read_text("utf-8", errors="replace")
    return files


def part_of(path):
    """ "ui/figures.py" -> "ui"; "app.py" -> "app"."""
    return PurePosixPath(path).parts[0].removesuffix(".py")


def imports(path, source):
    """Every module that a file imports, wherever in the file, as dotted names."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            package = [*PurePosixPath(path).parts[: -node.level]] if node.level else []
            module = ".".join([*package, *([node.module] if node.module else [])])
            found |= {module} | {f"{module}.{alias.name}" for alias in node.names}
    return found


def check_direction(path, source):
    part = part_of(path)
    if part in OUTSIDE:
        return []
    if part not in MAY_IMPORT:
        return [f"{path}: belongs to no part of the house"]
    allowed = MAY_IMPORT[part] | {part}
    also = ALSO_MAY_IMPORT.get(path, ())
    wrong = []
    for module in imports(path, source):
        other = module.split(".")[0]
        known = other in MAY_IMPORT or other in OUTSIDE
        if known and other not in allowed and not any(module == a or module.startswith(a + ".") for a in also):
            wrong.append(f"{path}: {part} must not import {module}")
    # `from ui import texts` names both ui and words.texts: the shorter one is no breach of its own
    return [w for w in wrong if not any(w.endswith(" " + a.split(".")[0]) for a in also)]


def check_packages(path, source):
    if part_of(path) in OUTSIDE:
        return []
    packages = {module.split(".")[0] for module in imports(path, source)}
    return [
        f"{path}: {package} is imported only in {places}"
        for package, places in ONLY_IN.items()
        if package in packages and not re.fullmatch(places, path)
    ]


def check_rooms(path, source):
    room = next((room for room in ROOMS if path.startswith(f"{room}/")), None)
    part, allowed = part_of(path), ROOMS.get(room, set()) | {PurePosixPath(room or "").name}
    modules = [module.split(".") for module in imports(path, source)] if room else []
    others = {module[1] for module in modules if module[0] == part and len(module) > 1}
    return [f"{path}: {room} knows nothing of {part}.{other}" for other in sorted(others - allowed)]


def check_page(path, source):
    if part_of(path) != "pages":
        return []
    lines = len(source.splitlines())
    return [f"{path}: {lines} lines, a page has at most {PAGE_LINES}"] if lines > PAGE_LINES else []


def check_first_line(path, source):
    text = ast.get_docstring(ast.parse(source))
    if source.startswith('"""') and text and text.splitlines()[0].strip():
        return []
    return [f"{path}: the first line does not say what the file is"]


def dotted(node):
    """The last two names of a call: datetime.datetime.now -> "datetime.now"."""
    if isinstance(node, ast.Attribute):
        owner = node.value
        name = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
        return f"{name}.{node.attr}"
    return ""


def check_clock(path, source):
    if path in MAY_ASK_CLOCK or part_of(path) in OUTSIDE:
        return []
    calls = {dotted(node) for node in ast.walk(ast.parse(source))}
    wrong = [f"{path}: {call} is asked only at the edge, pass as_of" for call in sorted(calls & CLOCK)]
    is_random = any(re.match(r"random\b|numpy\.random\b|secrets\b", module) for module in imports(path, source))
    if (is_random or calls & {"np.random", "numpy.random"}) and not path.startswith(MAY_BE_RANDOM):
        wrong.append(f"{path}: no randomness")
    return wrong


def check_name(path, _source):
    name = PurePosixPath(path).stem
    return [f"{path}: the name says nothing"] if name in MEANINGLESS_NAMES else []


def check_machine_paths(path, source):
    return [f"{path}: names a path of one machine: {word}" for word in MACHINE_PATHS if word in source]


PYTHON_CHECKS = [check_direction, check_packages, check_rooms, check_page, check_first_line, check_clock, check_name]

# check -> (file, a made-up breach of it)
BREACHES = [
    (check_direction, "data/uploads/store.py", "from loaders import read"),
    (check_direction, "metrics/stock.py", "import loaders.formats.grid"),
    (check_direction, "loaders/formats/grid.py", "from metrics.stock import stock_by_good"),
    (check_direction, "ui/frame/blocks.py", "def late():\n    import pages.overview"),
    (check_direction, "pages/overview.py", "import app"),
    (check_direction, "loaders/tables/checks.py", "from words import texts"),
    (check_direction, "loaders/__main__.py", "from ui import session"),
    (check_direction, "loaders/forms.py", "from outgoing.forms import forms"),
    (check_direction, "data/__main__.py", "from ui import session"),
    (check_direction, "data/uploads/store.py", "from words.texts import t"),
    (check_direction, "ui/frame/blocks.py", "from tests.conftest import no_internet"),
    (check_direction, "metrics/deep/stock.py", "from ..grid import x\nfrom ui.frame.blocks import y"),
    (check_direction, "helpers/stock.py", "x = 1"),
    (check_packages, "metrics/stock.py", "import streamlit as st"),
    (check_packages, "words/names.py", "from streamlit import cache_data"),
    (check_packages, "report/view.py", "import streamlit as st"),
    (check_direction, "report/view.py", "from ui.frame import session"),
    (check_direction, "report/view.py", "from outgoing.slides import deck"),
    (check_clock, "report/view.py", "from datetime import datetime\nx = datetime.now()"),
    (check_packages, "outgoing/forms/forms.py", "import streamlit as st"),
    (check_packages, "ui/frame/blocks.py", "import plotly.graph_objects as go"),
    (check_packages, "ui/frame/session.py", "from sqlalchemy import select"),
    (check_packages, "metrics/stock.py", "import sqlalchemy.engine"),
    (check_packages, "data/uploads/store.py", "import alembic"),
    (check_packages, "loaders/roads/refresh.py", "import psycopg"),
    (check_packages, "ui/frame/session.py", "import sqlite3"),
    (check_packages, "data/uploads/store.py", "from deltalake import DeltaTable"),
    (check_packages, "data/schemas.py", "import pandera.pandas as pa"),
    (check_packages, "metrics/stock.py", "from narwhals import col"),
    (check_rooms, "data/database/engine.py", "from data.uploads.store import Store"),
    (check_rooms, "data/database/tables.py", "from data import schemas, records"),
    (check_packages, "loaders/formats/grid.py", "import python_calamine"),
    (check_packages, "loaders/kinds/donations.py", "import openpyxl"),
    (check_packages, "ui/frame/session.py", "import gspread"),
    (check_packages, "pages/overview.py", "import pandas as pd"),
    (check_page, "pages/overview.py", "\n" * 61),
    (check_first_line, "ui/frame/blocks.py", 'import os\n"""Too late."""'),
    (check_first_line, "ui/frame/blocks.py", '"""\n"""'),
    (check_clock, "metrics/stock.py", "from datetime import date\nx = date.today()"),
    (check_clock, "data/uploads/store.py", "import datetime\nx = datetime.datetime.now()"),
    (check_clock, "ui/frame/blocks.py", "import pandas as pd\nx = pd.Timestamp.now()"),
    (check_clock, "loaders/cells/values.py", "import random"),
    (check_clock, "data/demo/make_demo.py", "from datetime import date\nx = date.today()"),
    (check_clock, "metrics/stock.py", "import numpy as np\nx = np.random.rand()"),
    (check_name, "loaders/utils.py", ""),
    (check_machine_paths, "README.md", "see " + MACHINE_PATHS[0] + "main"),
]

ALLOWED = [
    (check_direction, "app.py", "from pages import overview\nimport data.uploads.store"),
    (check_direction, "loaders/__main__.py", "from commands.files import main"),
    (check_direction, "commands/files.py", "from outgoing.forms import forms\nimport outgoing.forms.forms"),
    (check_direction, "tests/test_x.py", "import app, pages.overview, data.uploads.store"),
    (check_packages, "ui/frame/blocks.py", "import streamlit as st\nimport openpyxl"),
    (check_packages, "report/charts/bars.py", "import plotly.graph_objects as go"),
    (check_packages, "data/conditions.py", "from sqlalchemy import and_"),
    (check_packages, "data/database/engine.py", "import psycopg"),
    (
        check_rooms,
        "data/uploads/lines.py",
        "from data import schemas\nfrom data.database.events import Journal",
    ),
    (check_rooms, "data/uploads/store.py", "from data.database import lines\nfrom data.records.inbox import Inbox"),
    (check_clock, "ui/frame/session.py", "from datetime import datetime\nx = datetime.now()"),
    (check_clock, "metrics/stock.py", "import time\nx = time.monotonic()"),
    (check_clock, "data/demo/make_demo.py", "from random import Random\nx = Random(7)"),
    (check_name, "words/names.py", ""),
]


def found_by(check, files):
    return [breach for path, source in files.items() for breach in check(path, source)]


@pytest.mark.parametrize("check", PYTHON_CHECKS, ids=lambda check: check.__name__)
def test_house_is_sound(check):
    assert found_by(check, our_files({".py"})) == []


def test_no_path_of_one_machine():
    assert found_by(check_machine_paths, our_files(TEXT_FILES)) == []


@pytest.mark.parametrize(("check", "path", "source"), BREACHES)
def test_breach_is_caught(check, path, source):
    assert check(path, source) != []


@pytest.mark.parametrize(("check", "path", "source"), ALLOWED)
def test_allowed_passes(check, path, source):
    assert check(path, source) == []


def test_every_check_has_a_breach():
    assert {check for check, _, _ in BREACHES} == {*PYTHON_CHECKS, check_machine_paths}


@pytest.mark.parametrize("command", ["commands/files.py", "commands/store.py", "commands/publish.py"])
def test_command_line_never_loads_streamlit(command):
    """What a command line reaches, at any depth, has no Streamlit in it."""
    files, reached, waiting = our_files({".py"}), set(), [command]
    assert {command, "words/texts/__init__.py"} <= set(files)
    while waiting:
        path = waiting.pop()
        if path in files and path not in reached:
            reached.add(path)
            modules = {module.replace(".", "/") for module in imports(path, files[path])}
            waiting += [f"{module}{end}" for module in modules for end in (".py", "/__init__.py")]
            # importing a module runs its package first
            waiting += [f"{PurePosixPath(module).parent}/__init__.py" for module in modules]
    assert [path for path in reached if "streamlit" in {m.split(".")[0] for m in imports(path, files[path])}] == []


def test_glossary_speaks_of_what_is_there():
    """Every name that the glossary gives stands in the code or in a reference table; and it has 60 terms and more."""
    rows = [line for line in (ROOT / "GLOSSARY.md").read_text("utf-8").splitlines() if line.startswith("| ")]
    terms = [row for row in rows if not row.startswith("| Tiếng Việt")]
    names = {name for row in terms for name in re.findall(r"`([A-Za-z_.]+)`", row.split("|")[-2])}
    files = our_files({".py", ".csv", ".toml"})
    words = set(re.findall(r"\w+", " ".join(text for path, text in files.items() if part_of(path) != "tests")))
    words |= {PurePosixPath(path).name for path in files}
    missing = {name for name in names if name not in words and not set(name.split(".")) <= words}
    assert len(terms) >= 60 and missing == set()


def test_every_room_says_what_it_is_and_stands_in_the_papers():
    """One sentence in its __init__.py, the same in CONTRIBUTING.md; and no module beside a folder of its name."""
    files = our_files({".py"})
    no_rooms = {*OUTSIDE, "app", "serve", "pages"}
    rooms = {str(PurePosixPath(path).parent) for path in files if part_of(path) not in no_rooms}
    rooms = {room for room in rooms if "migrations" not in room and room != "data/demo"}
    paper = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    for room in rooms:
        sentence = ast.get_docstring(ast.parse(files[f"{room}/__init__.py"])).splitlines()[0]
        assert f"| `{room}/` | {sentence} |" in paper, room
        assert not (ROOT / f"{room}.py").exists(), room
