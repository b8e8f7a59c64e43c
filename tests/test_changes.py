"""The change against the week before: over the same communes, so that what is missing makes no fall."""

from datetime import date, datetime

import pytest

from data import reference
from data.summing import summed_lines
from metrics.changes import change, change_rows, last_due_week, same_communes
from metrics.measures import MEASURES
from metrics.reports import Ratio, communes_with_data
from metrics.selection import Selection, selected
from tests.test_metrics import EA_TLING, NAM_DONG, TRUC_SON, cash, goods, made

EARLIER, LATER = date(2021, 8, 2), date(2021, 8, 9)
CAMPAIGN = reference.load().campaign
CASH, RICE, VISITS = MEASURES["cash_received"], MEASURES["rice_received"], MEASURES["frontline_visits"]
GIFTS = (
    cash(1_000_000, commune=EA_TLING, date=EARLIER),
    cash(1_500_000, commune=EA_TLING, date=date(2021, 8, 15)),
    cash(700_000, commune=NAM_DONG, date=EARLIER),
    goods("rice", 50, "kg", commune=NAM_DONG, date=LATER),  # no cash in the later week: a true zero, the list is there
    cash(400_000, commune=TRUC_SON, date=EARLIER),
)
OF_TRUC_SON = cash(450_000, commune=TRUC_SON, date=LATER)


def frames(*rows: dict):
    frame = made("donations", *rows)
    return lambda kind: frame


def test_a_change_by_hand():
    found = change(CASH, frames(*GIFTS, OF_TRUC_SON), Selection(), LATER)
    assert (found.earlier, found.later) == (2_100_000, 1_950_000)
    assert found.amount == -150_000
    assert found.communes == (EA_TLING, NAM_DONG, TRUC_SON)


def test_a_missing_list_changes_how_many_communes_and_not_the_change_of_the_others():
    whole, missing = frames(*GIFTS, OF_TRUC_SON), frames(*GIFTS)
    week = Selection(first_day=LATER, last_day=date(2021, 8, 15))
    listed = [EA_TLING, NAM_DONG, TRUC_SON]
    assert communes_with_data([selected(whole("donations"), week)], listed) == Ratio(3, 3)
    assert communes_with_data([selected(missing("donations"), week)], listed) == Ratio(2, 3)
    of_two = change(CASH, whole, Selection(communes=(EA_TLING, NAM_DONG)), LATER).amount
    found = change(CASH, missing, Selection(), LATER)
    assert found.amount == of_two == -200_000  # Trúc Sơn's 400.000 of the week before is no fall
    assert found.communes == (EA_TLING, NAM_DONG)


def test_a_report_of_nothing_is_a_zero_and_not_a_gap():
    found = change(CASH, frames(*GIFTS), Selection(), LATER, nil={(TRUC_SON, LATER)})
    assert found.amount == -600_000 and TRUC_SON in found.communes


def test_rows_without_a_commune_are_compared_with_their_like():
    of_district = (cash(10, date=EARLIER), cash(30, date=LATER))
    assert change(CASH, frames(*of_district), Selection(), LATER).amount == 20
    assert same_communes("donations", frames(*of_district)("donations"), LATER) == {None}
    assert change(CASH, frames(of_district[1]), Selection(), LATER).amount is None  # nothing to compare with


def test_the_district_keeps_its_visits_itself():
    support = made(
        "frontline_support",
        goods("water", 1, "box", site="health_centre", commune=EA_TLING, date=EARLIER),
        goods("water", 1, "box", site="checkpoint_24655", date=LATER),
        goods("rice", 1, "kg", site="checkpoint_24655", date=LATER),
        goods("water", 1, "box", site="quarantine_area", date=LATER),
    )
    found = change(VISITS, lambda kind: support, Selection(), LATER)
    assert (found.earlier, found.later, found.communes) == (1, 2, ())


def test_the_week_before_may_lie_before_the_period():
    chosen = Selection(first_day=LATER, last_day=date(2021, 8, 15))
    assert change(CASH, frames(*GIFTS, OF_TRUC_SON), chosen, LATER).amount == -150_000


@pytest.mark.parametrize("measure", [CASH, RICE])
def test_the_rows_behind_a_change_add_up_to_it_also_summed(measure):
    frame_of = frames(*GIFTS, OF_TRUC_SON)
    small = summed_lines("donations", frame_of("donations"))
    amount = change(measure, frame_of, Selection(), LATER).amount
    assert change_rows(measure, frame_of, Selection(), LATER)["counted"].sum() == amount
    assert change(measure, lambda kind: small, Selection(), LATER).amount == amount


@pytest.mark.parametrize(
    ("now", "last_day", "week"),
    [
        (datetime(2021, 8, 13, 15, 59), None, EARLIER),  # a minute before the reports of the week are due
        (datetime(2021, 8, 13, 16, 0), None, LATER),
        (datetime(2021, 8, 20, 16, 0), date(2021, 8, 15), LATER),
        (datetime(2021, 7, 29, 8, 0), None, None),
    ],
)
def test_the_last_week_that_is_due(now, last_day, week):
    assert last_due_week(CAMPAIGN, now=now.replace(tzinfo=CAMPAIGN.zone), last_day=last_day) == week
