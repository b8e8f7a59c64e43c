"""The meeting pack as slides: 16:9, large letters, charts and tables that can be edited, the moment on every slide."""

import io
from collections.abc import Iterator, Sequence

import segno
from pptx import Presentation

from outgoing.slides.content import STACKED, Chart, Headline, Pack, SlideFigure
from outgoing.slides.deck import BODY, BOTTOM, INK, LEFT, TOP, WIDTH, Deck
from outgoing.slides.lettering import height_inches
from outgoing.slides.native_charts import add_chart, bars_of, has_legend, names_inches, part_of
from outgoing.slides.slide_tables import add_table, plan_of
from words.texts import t

MOST_BARS = 14  # that lie below each other in letters for a whole room; a heading counts as one
COVER_SIZES = (40, 34, 28, 24, 20)
STORY_SIZES = (26, 24, 22, 20, 18, 16, 14)
NOTE_POINTS, MOST_NOTE = 15, 1.25  # more than this in inches gets a slide of its own
HEADING = 0.34
QR_INCHES = 4.3
TILES_ACROSS, TILE_GAP, TILE_SPACE = 3, 0.2, 3  # TILE_SPACE: points between the lines
TILE_SIZES = ((18, 36, 16), (17, 34, 15), (16, 32, 14), (15, 28, 13), (14, 24, 12))  # name, number, small


def as_pptx(pack: Pack) -> bytes:
    """The slides as a file."""
    deck = Deck(Presentation(), pack)
    _draw_title(deck)
    _draw_headlines(deck)
    _draw_texts(deck, t("overview.story.title", pack.language), [pack.story], STORY_SIZES)
    matters = [f"{'▲' if matter.is_urgent else '•'} {matter.text}" for matter in pack.attention]
    nothing = [f"✓ {t('overview.attention.nothing', pack.language)}"]
    _draw_texts(deck, t("overview.attention.title", pack.language), matters or nothing, STORY_SIZES[1:])
    for section in pack.sections:
        for figure in section.figures:
            _draw_figure(deck, section.title, figure)
    file = io.BytesIO()
    deck.finished().save(file)
    return file.getvalue()


# the first slides
def _draw_title(deck: Deck) -> None:
    """What this is, of when and of what; the code that opens it on a phone."""
    pack, slide = deck.pack, deck.title_slide()
    width = WIDTH if pack.link is None else WIDTH - QR_INCHES - 0.5
    deck.write(slide, "office", [pack.office], (LEFT, 0.7, width, 0.5), 18, is_bold=True)
    deck.write_title(slide, pack.campaign, (LEFT, 1.7, width, 2.2), COVER_SIZES)
    deck.write(slide, "subtitle", [t("pack.slide.subtitle", pack.language)], (LEFT, 3.95, width, 0.5), 22)
    lines = [pack.stamp, pack.coverage, t("pack.slide.filters", pack.language, text=pack.filters)]
    deck.write(slide, "moment", lines, (LEFT, 4.75, width, 1.8), 18)
    if pack.link is None:
        return
    code = io.BytesIO()
    segno.make(pack.link, micro=False, error="m").save(code, kind="png", scale=16, border=4)
    deck.picture(slide, code, (LEFT + WIDTH - QR_INCHES, 1.2, QR_INCHES), pack.link, t("pack.slide.qr", pack.language))


def _draw_headlines(deck: Deck) -> None:
    """The six numbers of the overview, with what stands small below them."""
    pack = deck.pack
    title = t("pack.slide.headlines", pack.language)
    slide = deck.slide("", title, pack.coverage, [f"{one.name}: {one.meaning}" for one in pack.headlines])
    down = -(-len(pack.headlines) // TILES_ACROSS)
    width = (WIDTH - TILE_GAP * (TILES_ACROSS - 1)) / TILES_ACROSS
    height = (BOTTOM - TOP - TILE_GAP * (down - 1)) / down
    fits = (sizes for sizes in TILE_SIZES if all(_tile_inches(one, width, sizes) <= height for one in pack.headlines))
    sizes = next(fits, TILE_SIZES[-1])
    for number, one in enumerate(pack.headlines):
        row, column = divmod(number, TILES_ACROSS)
        place = (LEFT + column * (width + TILE_GAP), TOP + row * (height + TILE_GAP), width, height)
        _draw_tile(deck, slide, one, place, sizes)


def _small(one: Headline) -> list[str]:
    return [text for text in (*one.small, one.change) if text]


def _tile_inches(one: Headline, width: float, sizes: tuple[int, int, int]) -> float:
    room, (name, big, small) = width - 0.4, sizes
    lines = height_inches([one.name], room, name) + height_inches([one.big], room, big, True)
    return lines + height_inches(_small(one), room, small, gap=TILE_SPACE / 72) + 0.2


def _draw_tile(deck: Deck, slide, one: Headline, place: Sequence[float], sizes: tuple[int, int, int]) -> None:
    name, big, small = sizes
    lines = [(one.name, name, False), (one.big, big, True), *((text, small, False) for text in _small(one))]
    deck.card(slide, f"tile {one.code}", place, lines, TILE_SPACE)


def _draw_texts(deck: Deck, title: str, texts: Sequence[str], sizes: Sequence[int], kicker: str = "") -> None:
    """Paragraphs in the largest letters that fit on one slide; with the smallest on as many as they need."""
    room = BOTTOM - TOP
    points = next((p for p in sizes if _height(texts, p) <= room), sizes[-1])
    slides: list[list[str]] = [[]]
    for text in texts:
        if slides[-1] and _height([*slides[-1], text], points) > room:
            slides.append([])
        slides[-1].append(text)
    for number, part in enumerate(slides, 1):
        slide = deck.slide(kicker, deck.part_title(title, number, len(slides)), "", [])
        deck.write(slide, "text", part, (LEFT, TOP, WIDTH, room), points, gap=points * 0.5)


def _height(texts: Sequence[str], points: float) -> float:
    return height_inches(texts, WIDTH - 0.2, points, gap=points * 0.5 / 72)


# the figures
def _draw_figure(deck: Deck, kicker: str, figure: SlideFigure) -> None:
    """Its charts, its table, and below them its notes; long ones on a slide of their own."""
    below = height_inches(figure.note, WIDTH - 0.2, NOTE_POINTS) if figure.note else 0.0
    is_apart = below > MOST_NOTE
    end = BOTTOM - (below + 0.12 if figure.note and not is_apart else 0)
    notes = [deck.joined(figure.subject, figure.coverage), deck.meaning(figure.meaning)]
    # what the picture shows is no matter of the table that follows it, and the notes stand under the last of them
    charts = [(figure.subject, draw) for draw in _chart_slides(deck, figure, BOTTOM if figure.table else end)]
    tables = [("" if charts else figure.subject, draw) for draw in _table_slides(figure, end)]
    pages = [*charts, *tables]
    for number, (subject, draw) in enumerate(pages, 1):
        title = deck.part_title(figure.title, number, len(pages))
        slide = deck.slide(kicker, title, deck.joined(subject, figure.coverage), notes)
        draw(slide)
        if figure.note and not is_apart and number == len(pages):
            deck.write(slide, "note", figure.note, (LEFT, end + 0.12, WIDTH, below), NOTE_POINTS)
    if is_apart:
        _draw_texts(deck, figure.title, figure.note, STORY_SIZES[2:], kicker)


def _chart_slides(deck: Deck, figure: SlideFigure, end: float) -> Iterator:
    """How each slide with charts is drawn."""
    for parts in spread(figure.charts):

        def draw(slide, parts=parts) -> None:
            _draw_charts(deck, slide, figure, parts, end)

        yield draw


def spread(charts: Sequence[Chart]) -> list[list[tuple[int, int, Chart]]]:
    """Charts on slides: (number of the chart, its first bar, the part of it); what is too long goes on on the next."""
    sheets: list[list[tuple[int, int, Chart]]] = []
    used = MOST_BARS
    for number, chart in enumerate(charts):
        for first, part in _parts(chart):
            needed = bars_of(part) + bool(part.heading) if part.form == "bars" else MOST_BARS
            if used + needed > MOST_BARS:
                sheets.append([])
                used = 0
            sheets[-1].append((number, first, part))
            used += needed
    return sheets


def _parts(chart: Chart) -> Iterator[tuple[int, Chart]]:
    """Parts of nearly the same length; the two bars of a good stay together."""
    step = 2 if chart.together == STACKED else 1
    count, heading = len(chart.categories) // step, bool(chart.heading)
    most = int((MOST_BARS - heading) * count / bars_of(chart)) if count else 1
    if chart.form != "bars" or count <= most:
        yield 0, chart
        return
    size = -(-count // -(-count // most)) * step
    for first in range(0, count * step, size):
        yield first, part_of(chart, slice(first, first + size))


def _draw_charts(deck: Deck, slide, figure: SlideFigure, parts: Sequence[tuple[int, int, Chart]], end: float) -> None:
    """Below each other, each as high as it has bars; few bars are not drawn out over the whole slide."""
    bars = [bars_of(part) + has_legend(part) if part.form == "bars" else MOST_BARS for _, _, part in parts]
    headings = [HEADING if part.heading else 0 for _, _, part in parts]
    each = min((end - TOP - sum(headings)) / sum(bars), 0.75)
    names = max(names_inches(part, WIDTH, each * count) for (_, _, part), count in zip(parts, bars, strict=True))
    top = TOP
    for (number, first, part), count, heading in zip(parts, bars, headings, strict=True):
        if heading:
            deck.write(
                slide, f"unit {figure.key} {number}", [part.heading], (LEFT, top, WIDTH, heading), 15, is_bold=True
            )
        top += heading
        height = each * count if part.form == "bars" else end - TOP - heading
        alt = t("figure.alt", deck.language, title=figure.subject or figure.title, standing=figure.coverage)
        look = {"name": f"chart {figure.key} {number} {first}", "alt": alt, "ink": INK, "language": deck.language}
        look["names"] = names
        add_chart(slide, part, figure.charts[number], (LEFT, top, WIDTH, height), look)
        top += height


def _table_slides(figure: SlideFigure, end: float) -> Iterator:
    if figure.table is None:
        return
    plan = plan_of(figure.table, WIDTH, end - TOP)
    for sheet in plan.sheets:

        def draw(slide, sheet=sheet) -> None:
            look = {"name": f"table {figure.key} {sheet.first}", "alt": figure.subject or figure.title}
            add_table(slide, figure.table, plan, sheet, (LEFT, TOP), look | BODY)

        yield draw
