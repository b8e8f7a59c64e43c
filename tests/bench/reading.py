"""How well sheets that nobody tuned to are read: python -m tests.bench.reading [--count 300] [--words usual second …]

Each random sheet (tests/random_sheets.py) is read as if it had been uploaded, in one of two processes. One row a set of
words: how many were read whole without a question, asked with nothing wrong said, proposed wrongly but asked, or were
silently wrong; and the time a sheet takes. --traps adds sheets that must be asked or left out; --show silent tells the
seeds and what differed; --codes counts the problems that asked.
"""

import argparse
import multiprocessing
import sys
from collections import Counter
from dataclasses import dataclass
from functools import partial
from time import perf_counter

from loaders import Source, read
from tests import random_sheets
from tests.random_truth import differences, problem_codes
from tests.random_words import SETS

VERDICTS = {
    "whole": "whole, no question",
    "asked": "asked, nothing wrong",
    "wrong_asked": "wrong but asked",
    "silent": "silently wrong",
}
PROCESSES = 2


@dataclass(frozen=True)
class Result:
    """One sheet, read."""

    words: str
    seed: int
    verdict: str
    milliseconds: float
    form: str
    trap: str
    differ: dict[str, tuple]
    codes: dict[str, int]


def read_one(words: str, seed: int) -> Result:
    """A sheet made, read and judged; an exception of the reader is no result, and stops the run."""
    sheet = random_sheets.make_trap(seed) if words == "trap" else random_sheets.make(seed, words)
    start = perf_counter()
    outcome = read(Source(sheet.name, sheet.content), as_of=random_sheets.AS_OF)
    milliseconds = (perf_counter() - start) * 1000
    verdict = random_sheets.verdict(sheet, outcome)
    form = f"{sheet.kind}, {sheet.draft.form}, {sheet.ending}"
    differ, codes = differences(sheet.truth, outcome), dict(problem_codes(outcome))
    return Result(words, seed, verdict, milliseconds, form, sheet.trap, differ, codes)


def table(results: dict[str, list[Result]]) -> str:
    """Sets of words down, verdicts across."""
    lines = ["words   sheets  " + "  ".join(VERDICTS.values()) + "  ms a sheet"]
    for words, some in results.items():
        counts = Counter(result.verdict for result in some)
        cells = [f"{counts[name]:>{len(title)}}" for name, title in VERDICTS.items()]
        each = sum(result.milliseconds for result in some) / len(some)
        lines.append(f"{words:<8}{len(some):>6}  " + "  ".join(cells) + f"  {each:>10.0f}")
    return "\n".join(lines)


def described(result: Result) -> str:
    """A sheet that is shown: how to make it again, what differed, what asked."""
    lines = [f"\n{result.words} {result.seed}: {result.verdict} ({result.form}) {result.trap}"]
    lines += [f"    {name}: expected {str(e)[:200]} found {str(f)[:200]}" for name, (e, f) in result.differ.items()]
    return "\n".join(lines + [f"    problems: {result.codes}"] * bool(result.codes))


def options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.reading", description=__doc__.split("\n")[0])
    parser.add_argument("--count", type=int, default=300, help="sheets of each set")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--words", nargs="+", choices=SETS, default=list(SETS))
    parser.add_argument("--traps", action="store_true", help="also sheets that must be asked or left out")
    parser.add_argument("--show", choices=VERDICTS, help="tell the seeds of this verdict and what differed")
    parser.add_argument("--codes", action="store_true", help="count the sheets by what asked")
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> int:
    given = options(arguments)
    seeds = range(given.first, given.first + given.count)
    results = {}
    with multiprocessing.Pool(PROCESSES) as pool:
        for words in [*given.words, *["trap"] * given.traps]:
            results[words] = pool.map(partial(read_one, words), seeds, chunksize=5)
    for some in results.values():
        for result in some:
            if result.verdict == given.show:
                print(described(result))
    print("\n" + table(results))
    if given.codes:
        for words, some in results.items():
            print(words, Counter(code for result in some for code in result.codes).most_common())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
