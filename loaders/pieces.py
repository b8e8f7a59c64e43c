"""Cuts a cell with several goods into its pieces: "50kg gạo, 10 thùng mì" -> "50kg gạo" and "10 thùng mì". Pure."""

import re
from functools import lru_cache

from data.reference import Reference
from loaders.digits import Parsed, clean

OUTSIDE_BRACKETS = r"(?![^(]*\))"
SEPARATOR = re.compile(rf" ?(?:[;+&]|,(?![0-9])|(?<![0-9]),| (?:và|cùng|với|kèm)(?= )){OUTSIDE_BRACKETS} ?")
DASH = re.compile(rf" [-–] (?=[0-9]){OUTSIDE_BRACKETS}")
BULLET = re.compile(r"[-–+*•●▪◦→ ]+(?=[^\W_])")
LIST_NUMBER = re.compile(r"([0-9]{1,2}) ?[.)] ?(?=[^\W\d])|([0-9]{1,2})[.)] (?=[0-9])")
# "20 suất quà gồm 5kg gạo …" says what a set holds; "Hiện vật gồm 50kg gạo …" is only a heading
OF_SETS = re.compile(r"[0-9]|\b(?:mỗi|một|từng)\b")
CONTENTS = re.compile(r"(.*?)[ (:,]*\b(?:bao gồm|gồm có|gồm|trong đó)\b[ :]*(.*)")


def cut(cell: str, reference: Reference, problems: list[Parsed]) -> list[str]:
    """The cell cut at its separators; what a gift set contains is not counted a second time, but asked about."""
    pieces: list[str] = []
    lines = [line for line in map(clean, re.split(r"[\n\r;•]+", cell)) if line]
    bare = _without_numbering(lines)
    for number, line in enumerate(bare):
        for names in _listed_names(reference):
            line = names.sub(lambda hit: re.sub(r"[^\w]+", " ", hit[0]), line)
        contents = CONTENTS.fullmatch(line)
        if contents and OF_SETS.search(contents[1]):
            _cut_line(contents[1], pieces)
            rest = " ".join([contents[2], *bare[number + 1 :]]).strip()
            problems.append(Parsed(code="number_ambiguous", text=rest or line))
            break
        _cut_line(contents[2].rstrip(")") if contents else line, pieces)
    return pieces


def _cut_line(line: str, pieces: list[str]) -> None:
    for piece in SEPARATOR.split(line):
        for place, chunk in enumerate(DASH.split(piece)):
            chunk = BULLET.sub("", chunk, count=1) if BULLET.match(chunk) else chunk
            if place and pieces and not re.search(r"[0-9]", pieces[-1]):
                pieces[-1] += " " + chunk  # "gạo - 50kg"
            elif chunk.strip(" .,:"):
                pieces.append(chunk.strip(" .,:"))


def _without_numbering(lines: list[str]) -> list[str]:
    """ "1. gạo 50kg", "2) mì 10 thùng": the numbers of a list are no quantities."""
    bare = [BULLET.sub("", line, count=1) if BULLET.match(line) else line for line in lines]
    found = [LIST_NUMBER.match(line) for line in bare]
    numbers = [int(hit[1] or hit[2]) for hit in found if hit]
    if len(numbers) == len(lines) and numbers == list(range(numbers[0], numbers[0] + len(numbers))) and len(lines) > 1:
        return [line[hit.end() :] for line, hit in zip(bare, found, strict=True)]
    return bare


@lru_cache(maxsize=8)
def _listed_names(reference: Reference) -> tuple[re.Pattern, ...]:
    """Names that are lists themselves ("Rau, củ, quả"): their commas separate nothing."""
    names = {clean(name) for name in reference.good_names.labels if re.search(r"[,&+]| và ", name)}
    gap = r"(?: ?[,/–-] ?(?:và )?| và | )"
    words = [re.findall(r"[^\W_]+", name.replace(" và ", " ")) for name in sorted(names)]
    return tuple(re.compile(rf"\b{gap.join(parts)}\b") for parts in words)
