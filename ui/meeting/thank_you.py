"""Thank-you letters on the page Họp: for one donor or all of the filters, as .docx or .pdf; made by editors alone."""

from collections.abc import Sequence
from datetime import date

import pandas as pd
import streamlit as st

from data import reference
from data.access import Person, need
from data.uploads.receipt_codes import line_ids, receipt_code
from metrics.donors import by_donor, donors, found_donors
from outgoing.papers.pdf import as_pdf
from outgoing.papers.thank_you import Donor, Gift, letter
from outgoing.papers.word import as_docx
from report.exports import file_name
from report.gift_lines import NEWEST, gift_query
from report.kept import cached
from report.view import View
from ui.frame import session, trouble, trouble_page
from words import names, numbers, texts
from words.texts import language, t

ACT = "disclosures.letters"
MOST_LETTERS = 1000  # at once: as many pages as an office prints in a day, and a quarter of a minute of work
MOST_LINES = 20_000  # of gifts, looked through for a name or written about; more are searched more narrowly
MOST_FOUND = 30
MAKERS = {"docx": as_docx, "pdf": as_pdf}
MIME = {"docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "pdf": "application/pdf"}


# who gave
@cached(8)
def _gifts(view: View, query: str = "") -> pd.DataFrame | None:
    """The gift lines of the view that name a donor (metrics.donors.by_donor), and `line`, of which receipt codes are
    made; None when there are more than MOST_LINES. Shared: never change it.

    query: only lines in which every word of it occurs: all lines of a donor whose name has these words
    """
    asked = gift_query(view, query)
    with view.lines() as reader:
        rows = reader.page(asked, order=NEWEST, most=MOST_LINES + 1)
    if len(rows) > MOST_LINES:
        return None
    rows = rows.sort_values(["upload_number", "line"], ignore_index=True)
    return by_donor(rows.assign(line=line_ids(session.shared_store(), rows, as_of=view.filters.as_of)))


def _all_donors(view: View) -> pd.DataFrame | None:
    """Everybody who gave in the view; None when they are too many to write to."""
    gifts = _gifts(view)
    found = None if gifts is None else donors(gifts)
    return None if found is None or len(found) > MOST_LETTERS else found


# the letters
def letters(
    person: Person, gifts: pd.DataFrame, *, ending: str, spoken: str, day: date, secret: str | None = None
) -> bytes:
    """One letter for each donor of these gift lines, in one file.

    in:     gifts: of `_gifts`; ending: of MAKERS; spoken: the language of the letters; day: on them; secret: what
            receipt codes are made of, None for letters without
    errors: NotAllowed for whoever may not write to donors
    """
    need(person, ACT)
    campaign = reference.load().campaign
    found = _in_order(gifts, secret)
    return MAKERS[ending](*(letter(donor, campaign, day=day, language=spoken) for donor in found))


def _in_order(gifts: pd.DataFrame, secret: str | None) -> list[Donor]:
    """The donors in the order of the list, each with all gifts, the oldest first."""
    ordered = gifts.sort_values(["date", "upload_number", "source_row"], kind="stable", na_position="last")
    rows_of: dict[int, list[dict]] = {}
    for row in ordered.to_dict("records"):
        rows_of.setdefault(row["donor"], []).append(row)
    made = []
    for row in donors(gifts).to_dict("records"):
        own = tuple(_gift(line, secret) for line in rows_of[row["donor"]])
        made.append(Donor(row["donor_name"], _text(row["commune"]), _text(row["donor_category"]), own))
    return made


def _gift(row: dict, secret: str | None) -> Gift:
    return Gift(
        day=None if pd.isna(row["date"]) else row["date"].date(),
        good=row["good"],
        quantity=float(row["quantity"]),
        unit=row["unit"],
        cash_vnd=_whole(row["cash_vnd"]),
        value_vnd=_whole(row["value_vnd"]),
        code=receipt_code(secret, row["line"]) if secret else "",
    )


def _whole(value: object) -> int | None:
    return None if pd.isna(value) else int(value)


def _text(value: object) -> str | None:
    return None if pd.isna(value) else str(value)


# the panel
def draw_letters(view: View) -> None:
    """Choose whom, in which form; the letters are made, and written down, when they are taken."""
    st.header(t("thank_you.title"), anchor=False)
    st.caption(t("thank_you.meaning"))
    if not session.may(ACT):
        st.caption(t("thank_you.not_allowed"))
        return
    gifts = _gifts(view)
    if gifts is not None and gifts.empty:
        st.info(t("thank_you.nobody"))
        return
    _draw_choice(view)


@st.fragment
@trouble.calm
def _draw_choice(view: View) -> None:
    texts.use(st.session_state.language)
    known, most = _all_donors(view), numbers.number(MOST_LETTERS, language())
    count = t("thank_you.more_than", count=most) if known is None else numbers.number(len(known), language())
    whom = _draw_options("whom", {"one": t("thank_you.whom_one"), "all": t("thank_you.whom_all", count=count)})
    if whom == "one":
        _draw_search(view)
    elif known is None:
        st.info(t("thank_you.too_many", most=most))
    else:
        _draw_download(_gifts(view), list(known["donor"]), view)


def _draw_options(name: str, options: dict[str, str]) -> str:
    return st.segmented_control(
        t(f"thank_you.{name}"),
        list(options),
        format_func=options.__getitem__,
        default=next(iter(options)),
        required=True,
        key=f"letters_{name}_{language()}",
        wrap=True,
    )


def _draw_search(view: View) -> None:
    """The donor whose name a person types some words of."""
    key, hint = f"letters_query_{language()}", t("thank_you.search_for")
    query = st.text_input(t("thank_you.search"), placeholder=hint, key=key, max_chars=100)
    session.log_names("letters", query.strip())
    if not query.strip():
        return
    gifts = _gifts(view, " ".join(query.split()))
    if gifts is None:
        st.info(t("thank_you.narrower"))
        return
    hits = found_donors(donors(gifts), query)
    if hits.empty:
        st.info(t("thank_you.not_found"))
        return
    if len(hits) > MOST_FOUND:
        st.caption(t("thank_you.more_found", count=numbers.number(len(hits), language())))
    shown = {int(row["donor"]): _option(row) for row in hits.head(MOST_FOUND).to_dict("records")}
    key_choice = f"letters_donor_{language()}"
    if st.session_state.get(key_choice) not in shown:
        st.session_state.pop(key_choice, None)
    chosen = st.selectbox(
        t("thank_you.choose"), list(shown), format_func=shown.__getitem__, key=key_choice, filter_mode=None
    )
    if chosen is not None:
        _draw_download(gifts, [chosen], view)


def _option(row: dict) -> str:
    """ "Nguyễn Văn Mẫu · Xã Nam Dong · 3 dòng"."""
    commune = names.commune(_text(row["commune"]))
    return t("thank_you.option", name=row["donor_name"], commune=commune, gifts=int(row["gifts"]))


def _draw_download(gifts: pd.DataFrame, chosen: Sequence[int], view: View) -> None:
    ending = _draw_options("format", {"docx": "Word (.docx)", "pdf": "PDF"})
    spoken = _draw_options("language", texts.LANGUAGE_NAMES)
    if trouble_page.draw_template_faults(f"thank_you_{spoken}"):
        return
    secret, count = session.link_key(), numbers.number(len(chosen), language())
    # never who: the record says how many, of which filters
    details = {"letters": len(chosen), "format": ending, "filters": view.filters.to_query()}

    def make() -> bytes:
        own = gifts[gifts["donor"].isin(chosen)]
        return letters(session.who(), own, ending=ending, spoken=spoken, day=view.day, secret=secret)

    st.download_button(
        t("thank_you.make_one") if len(chosen) == 1 else t("thank_you.make_all", count=count),
        session.for_later(make, "letters", details),
        file_name=f"{file_name(t('thank_you.file', spoken))}.{ending}",
        mime=MIME[ending],
        key=f"letters_take_{language()}",
        on_click="ignore",
        type="primary",
    )
