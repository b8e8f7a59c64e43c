"""How large the house is and how far the ways through it are: python -m tests.bench.house [FOLDER of another state].

Files and lines by room, lengths of modules and functions, functions with more than five parameters; and for the state
that runs: files on the way from a cell to a tile, and from the filters in an address to a chart.
"""

import ast
import statistics
import sys
import tempfile
from collections import defaultdict
from datetime import datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NO_PRODUCT = ("tests", "bench", "docs")
MOST_PARAMETERS = 5


def modules(root: Path) -> dict[Path, str]:
    """Path from the root -> text, of every module of the product."""
    found = {}
    for path in sorted(root.rglob("*.py")):
        parts = path.relative_to(root).parts
        if not parts[0].startswith(".") and parts[0] not in NO_PRODUCT and "__pycache__" not in parts:
            found[path.relative_to(root)] = path.read_text("utf-8")
    return found


def functions(source: str) -> list[tuple[int, int]]:
    """(lines, parameters) of every function."""
    nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)]
    return [
        (node.end_lineno - node.lineno + 1, len(node.args.posonlyargs + node.args.args + node.args.kwonlyargs))
        for node in nodes
    ]


def line_of(name: str, sources: list[str]) -> str:
    lengths = [len(source.splitlines()) for source in sources]
    each = [function for source in sources for function in functions(source)]
    sizes = sorted(size for size, _ in each) or [0]
    wide = sum(parameters > MOST_PARAMETERS for _, parameters in each)
    facts = (len(lengths), sum(lengths), statistics.median(lengths), max(lengths), len(each))
    facts += (statistics.median(sizes), sizes[int(0.95 * (len(sizes) - 1))], max(sizes), wide)
    return f"{name:<28}" + "".join(f"{fact:>9g}" for fact in facts)


def print_rooms(root: Path) -> None:
    rooms: dict[str, list[str]] = defaultdict(list)
    for path, source in modules(root).items():
        rooms[path.parent.as_posix()].append(source)
    titles = ("files", "lines", "median", "longest", "functions", "median", "95 %", "longest", "> 5 par.")
    print(f"{'room':<28}" + "".join(f"{title:>9}" for title in titles))
    for name in sorted(rooms):
        print(line_of(name, rooms[name]))
    print(line_of("all", [source for of_room in rooms.values() for source in of_room]))


def files_run(act) -> set[str]:
    """The modules of the product in which any function runs during an act."""
    reached = set()

    def note(frame, event, argument) -> None:
        if event == "call":
            reached.add(frame.f_code.co_filename)

    sys.setprofile(note)
    try:
        act()
    finally:
        sys.setprofile(None)
    inside = {Path(name).relative_to(ROOT).as_posix() for name in reached if name.startswith(f"{ROOT}/")}
    return {name for name in inside if not name.startswith((".venv", *NO_PRODUCT))}


def print_ways() -> None:
    from data.access import EDITOR, Person
    from data.uploads.store import Store
    from loaders import Source, read
    from report.filters import Filters
    from report.registry import ENTRIES
    from report.sentences.headlines import tiles
    from report.view import open_view

    file = next((ROOT / "data" / "demo").glob("Danh sach ung ho*.xlsx"))
    who, now = Person("đo", EDITOR), datetime.fromisoformat("2021-09-05T20:00:00+07:00")
    with tempfile.TemporaryDirectory() as folder:
        store, content = Store(folder), file.read_bytes()
        parts = []

        def accept() -> None:
            parts.extend(read(Source(file.name, content), as_of=now.date()).readings)
            store.accept(name=file.name, content=content, parts=parts, who=who, received_at=now, now=now)

        def chart() -> None:
            view = open_view(store, who, now=now, filters=Filters.from_query({"communes": "24640"}))
            ENTRIES["by_commune"].make(view, "cash_received").chart("vi", "light")

        read(Source(file.name, content), as_of=now.date())  # what is loaded only once is no part of the way
        to_tile = files_run(accept) | files_run(lambda: tiles(open_view(store, who, now=now)))
        to_chart = files_run(chart)
    print(f"\nfrom a cell to a tile: {len(to_tile)} files; from the filters to a chart: {len(to_chart)} files")


if __name__ == "__main__":
    print_rooms(Path(sys.argv[1]).resolve() if sys.argv[1:] else ROOT)
    if not sys.argv[1:]:
        print_ways()
