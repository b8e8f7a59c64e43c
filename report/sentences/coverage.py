"""What a number rests on, in words: of how many communes there is data, up to which day, made when."""

from data import reference
from metrics.reports import Ratio, communes_with_data
from metrics.selection import selected
from report import filters as ui_filters
from report.kept import cached
from report.view import View
from words import numbers
from words.texts import language, t


@cached()
def of_communes(view: View, kinds: tuple[str, ...]) -> Ratio:
    """Of how many communes that are looked at there is anything in these kinds of rows."""
    frames = [selected(view.summed(kind), view.selection) for kind in kinds]
    return communes_with_data(frames, view.communes)


def sentence(view: View, kinds: tuple[str, ...] = (), whole: str = "") -> str:
    """ "Số liệu của 7/8 xã, thị trấn · đến hết ngày 05/09/2021"."""
    day = numbers.day(view.day, language())
    if whole or not kinds:
        return whole or t("figure.up_to", day=day)
    ratio = of_communes(view, kinds)
    return t("figure.standing", communes=numbers.ratio(ratio.numerator, ratio.denominator), day=day)


def whole_district(view: View) -> str:
    """For numbers that no commune filter limits: stock, cash left."""
    return t("figure.whole_district", day=numbers.day(view.day, language()))


def made_at(view: View) -> str:
    """As of which moment and upload: what makes a file on paper comparable with the screen."""
    as_of = view.filters.as_of
    moment = ui_filters.moment_name(as_of) if as_of else numbers.moment(view.asked_at, language())
    made = t("figure.made_at", moment=moment, campaign=campaign_name())
    return f"{t('frame.demo.banner')} {made}" if view.has_demo else made


def campaign_name() -> str:
    campaign = reference.load().campaign
    return campaign.name_en if language() == "en" else campaign.name_vi
