"""The look of the slides: where title, letters, stamp and page number stand, in a font that every office has."""

import io
from collections.abc import Sequence
from copy import deepcopy

from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_SHAPE, PP_PLACEHOLDER
from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE, PP_ALIGN
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.util import Inches, Pt

from outgoing.slides.content import Pack
from outgoing.slides.lettering import height_inches, lines_of
from words.texts import t

FONT = "Arial"
INK, ACCENT, FAINT, PAPER = "#1A1F24", "#0B5A8F", "#EEF2F6", "#FFFFFF"
BODY = {"ink": INK, "head": ACCENT, "paper": PAPER, "total": "#D5DCE3"}
SLIDE_WIDTH, SLIDE_HEIGHT = 13.333, 7.5  # inches, 16:9
LEFT, WIDTH = 0.6, SLIDE_WIDTH - 1.2
TOP, BOTTOM = 1.72, 6.62  # between heading and stamp
TITLE_SIZES = (30, 26, 22, 18, 14)  # the largest that fits is taken
TITLE = (LEFT, 0.5, WIDTH, 0.66)
TITLE_ONLY = 5  # of the layouts of the blank presentation


class Deck:
    """A presentation in the making: every slide has its title, its stamp and its notes."""

    def __init__(self, presentation, pack: Pack):
        self._made, self.pack, self.language = presentation, pack, pack.language
        presentation.slide_width, presentation.slide_height = Inches(SLIDE_WIDTH), Inches(SLIDE_HEIGHT)
        self._layout = presentation.slide_layouts[TITLE_ONLY]
        self._set_theme()
        self._set_layout()
        about = presentation.core_properties
        about.title, about.subject, about.author = (
            f"{t('pack.title', pack.language)}: {pack.campaign}",
            pack.stamp,
            pack.office,
        )
        about.last_modified_by, about.language = pack.office, pack.language
        about.created = about.modified = pack.moment.replace(tzinfo=None)

    def finished(self):
        return self._made

    def _set_theme(self) -> None:
        """Fonts and the first colour of the theme, so that what a person adds looks like the rest."""
        theme = self._made.slide_master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
        theme.blob = theme.blob.replace(b"Calibri", FONT.encode()).replace(b"4F81BD", ACCENT.lstrip("#").encode())

    def _set_layout(self) -> None:
        """The blank presentation is 4:3: its title and page number are moved to where they stand on a wide slide."""
        for holder in (*self._made.slide_master.placeholders, *self._layout.placeholders):
            kind = holder.placeholder_format.type
            if kind in (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE):
                _put(holder, TITLE)
            elif kind == PP_PLACEHOLDER.SLIDE_NUMBER:
                _put(holder, (LEFT + WIDTH - 1, 6.88, 1, 0.42))

    # slides
    def slide(self, kicker: str, title: str, subtitle: str, notes: Sequence[str]):
        """A slide with its heading; notes: what whoever presents may be asked, for the notes."""
        slide = self._made.slides.add_slide(self._layout)
        self.write_title(slide, title, TITLE, TITLE_SIZES)
        if kicker:
            self.write(slide, "screen", [kicker], (LEFT, 0.2, WIDTH, 0.3), 14, is_bold=True, ink=ACCENT)
        if subtitle:
            points = next((p for p in (16, 15, 14) if lines_of(subtitle, WIDTH - 0.2, p) == 1), 13)
            self.write(slide, "standing", [subtitle], (LEFT, 1.16, WIDTH, 0.5), points)
        self._stamp(slide)
        scope = t("pack.slide.filters", self.language, text=self.pack.filters)
        lines = [line for line in (title, *notes, scope, self.pack.stamp) if line]
        slide.notes_slide.notes_text_frame.text = "\n".join(lines)
        return slide

    def title_slide(self):
        slide = self._made.slides.add_slide(self._layout)
        self._stamp(slide)
        return slide

    def part_title(self, title: str, number: int, total: int) -> str:
        """ "Hàng hóa còn lại (1/2)" when it stands on several slides."""
        if total == 1:
            return title
        return t("pack.slide.part", self.language, title=title, number=number, total=total)

    def meaning(self, text: str) -> str:
        return t("pack.slide.meaning", self.language, text=text)

    def joined(self, *parts: str) -> str:
        return " · ".join(part for part in parts if part)

    def _stamp(self, slide) -> None:
        """As of which moment and within which limits; the number of the slide, which counts by itself."""
        lines = [self.pack.stamp, t("pack.slide.filters", self.language, text=self.pack.filters)]
        self.write(slide, "stamp", lines, (LEFT, 6.82, WIDTH - 1.2, 0.5), 12, ink="#4A545E")
        for holder in self._layout.placeholders:
            if holder.placeholder_format.type == PP_PLACEHOLDER.SLIDE_NUMBER:
                slide.shapes._spTree.append(deepcopy(holder._element))

    # what stands on them
    def write_title(self, slide, text: str, place: Sequence[float], sizes: Sequence[int]) -> None:
        """The title in the largest letters with which it stays in its place."""
        holder = slide.shapes.title
        fits = (p for p in sizes if height_inches([text], place[2] - 0.2, p, True) <= place[3])
        _put(holder, place)
        _fill(holder.text_frame, [text], next(fits, sizes[-1]), True, INK)
        holder.text_frame.vertical_anchor = MSO_ANCHOR.MIDDLE

    def write(
        self,
        slide,
        name: str,
        texts: Sequence[str],
        place: Sequence[float],
        points: float,
        *,
        is_bold: bool = False,
        ink: str = INK,
        gap: float = 0,
    ) -> None:
        """Paragraphs in a box; gap: points between them."""
        box = slide.shapes.add_textbox(*map(Inches, place))
        box.name = name
        _fill(box.text_frame, texts, points, is_bold, ink, gap)

    def card(
        self, slide, name: str, place: Sequence[float], lines: Sequence[tuple[str, float, bool]], gap: float
    ) -> None:
        """A box with lines of their own size; gap: points between them."""
        box = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, *map(Inches, place))
        box.name, box.shadow.inherit = name, False
        box.fill.solid()
        box.fill.fore_color.rgb = _rgb(FAINT)
        box.line.fill.background()
        frame = box.text_frame
        _fill(frame, [text for text, _, _ in lines], 13, False, INK)
        frame.vertical_anchor = MSO_ANCHOR.TOP
        frame.margin_left = frame.margin_right = Inches(0.18)
        frame.margin_top = Inches(0.1)
        for paragraph, (_, points, is_bold) in zip(frame.paragraphs, lines, strict=True):
            paragraph.font.size, paragraph.font.bold = Pt(points), is_bold
            paragraph.space_after = Pt(gap)

    def picture(self, slide, content: io.BytesIO, place: Sequence[float], link: str, caption: str) -> None:
        """A square picture that opens a link, with words below it."""
        left, top, size = place
        content.seek(0)
        picture = slide.shapes.add_picture(content, Inches(left), Inches(top), Inches(size), Inches(size))
        picture.name = "link"
        picture.click_action.hyperlink.address = link
        picture._element.nvPicPr.cNvPr.set("descr", caption)
        self.write(slide, "link caption", [caption], (left, top + size + 0.05, size, 0.7), 16)


def _put(shape, place: Sequence[float]) -> None:
    shape.left, shape.top, shape.width, shape.height = map(Inches, place)


def _rgb(text: str) -> RGBColor:
    return RGBColor.from_string(text.lstrip("#"))


def _fill(frame, texts: Sequence[str], points: float, is_bold: bool, ink: str, gap: float = 0) -> None:
    frame.word_wrap, frame.auto_size = True, MSO_AUTO_SIZE.NONE
    frame.margin_left = frame.margin_right = Inches(0.02)
    frame.margin_top = frame.margin_bottom = Inches(0.02)
    for number, text in enumerate(texts):
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        paragraph.text, paragraph.alignment = text, PP_ALIGN.LEFT
        font = paragraph.font
        font.size, font.bold, font.name, font.color.rgb = Pt(points), is_bold, FONT, _rgb(ink)
        paragraph.space_before, paragraph.space_after = Pt(0), Pt(gap)
