"""Reminders: exact texts, for one week and several, overdue and due today, to one commune and to all."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from data import reference
from metrics.reports import expected_reports, report_status
from report.sentences.reminders import reminders, send_by

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
CU_KNIA, TRUC_SON, EA_TLING = "24658", "24661", "24640"
MONDAY = datetime(2021, 9, 6, 8, 0, tzinfo=ZONE)
OFFICE = "Ủy ban MTTQ Việt Nam huyện Cư Jút"
NIL = "Nếu trong tuần không phát sinh, xin vẫn gửi báo cáo và ghi “không phát sinh”. Trân trọng cảm ơn."


def status(missing: set[tuple[str, date]], now: datetime, last: date = date(2021, 9, 5), urgent=()) -> pd.DataFrame:
    """Every report of the campaign up to a day received in time, but for those that are missing."""
    known = reference.load()
    expected = expected_reports(known.campaign, known.all_communes, last)
    keys = [(row.commune, row.week_start_date.date()) for row in expected.itertuples()]
    records = [
        {
            "commune": commune,
            "week_start_date": pd.Timestamp(week),
            "first_received_at": pd.NaT if (commune, week) in missing else pd.Timestamp(week, tz=ZONE),
            "has_urgent": (commune, week) in urgent,
        }
        for commune, week in keys
    ]
    return report_status(expected, pd.DataFrame(records), now=now)


def texts(found) -> dict[str | None, str]:
    return {reminder.commune: reminder.text for reminder in found}


def test_nothing_missing_nothing_to_send():
    assert reminders(status(set(), MONDAY), MONDAY) == []
    assert reminders(status(set(), MONDAY)[:0], MONDAY) == []


def test_one_missing_week():
    found = texts(reminders(status({(CU_KNIA, date(2021, 8, 30))}, MONDAY), MONDAY, "vi"))
    assert list(found) == [None, CU_KNIA]
    assert found[CU_KNIA] == (
        "Kính gửi Ủy ban MTTQ Việt Nam xã Cư Knia: đến 8 giờ ngày 06/9/2021, huyện chưa nhận được báo cáo "
        "tuần 35 (30/8–05/9/2021), hạn 16 giờ thứ Sáu 03/9/2021.\n"
        f"Đề nghị gửi trước 16 giờ thứ Hai 06/9/2021. {NIL}\n{OFFICE}"
    )
    assert found[None] == (
        "Kính gửi Ủy ban MTTQ Việt Nam các xã, thị trấn: đến 8 giờ ngày 06/9/2021, huyện chưa nhận được báo cáo tuần "
        "của:\n- Xã Cư Knia: tuần 35 (30/8–05/9/2021)\n"
        f"Đề nghị gửi trước 16 giờ thứ Hai 06/9/2021. {NIL}\n{OFFICE}"
    )


def test_several_weeks_of_one_commune_stand_in_one_text():
    missing = {(CU_KNIA, date(2021, 8, 30)), (CU_KNIA, date(2021, 8, 16)), (EA_TLING, date(2021, 8, 30))}
    found = texts(reminders(status(missing, MONDAY), MONDAY, "vi"))
    assert list(found) == [None, EA_TLING, CU_KNIA]  # in the order of the reference table
    assert found[CU_KNIA].split("\nĐề nghị")[0] == (
        "Kính gửi Ủy ban MTTQ Việt Nam xã Cư Knia: đến 8 giờ ngày 06/9/2021, huyện chưa nhận được 2 báo cáo tuần:\n"
        "- tuần 33 (16/8–22/8/2021), hạn 16 giờ thứ Sáu 20/8/2021\n"
        "- tuần 35 (30/8–05/9/2021), hạn 16 giờ thứ Sáu 03/9/2021"
    )
    assert (
        "- Thị trấn Ea T'Ling: tuần 35 (30/8–05/9/2021)\n- Xã Cư Knia: tuần 33 (16/8–22/8/2021), tuần 35" in found[None]
    )
    assert found[EA_TLING].startswith("Kính gửi Ủy ban MTTQ Việt Nam thị trấn Ea T'Ling: ")


def test_due_today_is_asked_for_gently():
    friday = datetime(2021, 9, 3, 8, 0, tzinfo=ZONE)
    found = texts(reminders(status({(TRUC_SON, date(2021, 8, 30))}, friday), friday, "vi"))
    assert found[TRUC_SON] == (
        "Kính gửi Ủy ban MTTQ Việt Nam xã Trúc Sơn: báo cáo tuần 35 (30/8–05/9/2021) đến hạn 16 giờ hôm nay, "
        f"thứ Sáu 03/9/2021; huyện chưa nhận được.\nĐề nghị gửi đúng hạn. {NIL}\n{OFFICE}"
    )
    assert "huyện chưa nhận được của xã Trúc Sơn." in found[None]


def test_a_week_that_is_not_due_is_not_asked_for():
    thursday = datetime(2021, 9, 2, 23, 59, tzinfo=ZONE)
    assert reminders(status({(TRUC_SON, date(2021, 8, 30))}, thursday), thursday) == []


def test_overdue_and_due_today_in_one_text():
    friday = datetime(2021, 9, 3, 8, 30, tzinfo=ZONE)
    missing = {(TRUC_SON, date(2021, 8, 30)), (TRUC_SON, date(2021, 8, 23))}
    text = texts(reminders(status(missing, friday), friday, "vi"))[TRUC_SON]
    assert "đến 8 giờ 30 ngày 03/9/2021, huyện chưa nhận được báo cáo tuần 34" in text
    assert "\nBáo cáo tuần 35 (30/8–05/9/2021) đến hạn 16 giờ hôm nay" in text
    assert "Đề nghị gửi trước 16 giờ thứ Hai 06/9/2021." not in text and "trước 16 giờ thứ Sáu 03/9/2021" in text


def test_an_urgent_report_does_not_replace_the_weekly_one():
    key = (TRUC_SON, date(2021, 8, 30))
    text = texts(reminders(status({key}, MONDAY, urgent={key}), MONDAY, "vi"))[TRUC_SON]
    assert "Báo cáo khẩn đã gửi không thay cho báo cáo tuần." in text
    assert "khẩn" not in texts(reminders(status({key}, MONDAY), MONDAY, "vi"))[TRUC_SON]


def test_many_missing_weeks_are_counted_and_not_all_named():
    weeks = [date(2021, 7, 26) + pd.Timedelta(days=7 * number) for number in range(9)]
    last = datetime(2021, 9, 27, 8, 0, tzinfo=ZONE)
    missing = {(TRUC_SON, week) for week in weeks}
    text = texts(reminders(status(missing, last, date(2021, 9, 26)), last, "vi"))[TRUC_SON]
    assert "9 báo cáo tuần:" in text and text.count("\n- tuần") == 6 and "\n- và 3 tuần trước đó\n" in text


def test_in_english():
    text = texts(reminders(status({(CU_KNIA, date(2021, 8, 30))}, MONDAY), MONDAY, "en"))[CU_KNIA]
    assert text.startswith("To the Fatherland Front of Cư Knia: by 8:00 on 6 Sep 2021 the district had not received")
    assert "week 35 (30 Aug – 5 Sep 2021), due at 16:00 on Friday 3 Sep 2021." in text


def test_the_zone_of_the_campaign_counts():
    utc = datetime(2021, 9, 6, 1, 0, tzinfo=ZoneInfo("UTC"))
    assert reminders(status({(CU_KNIA, date(2021, 8, 30))}, utc), utc, "vi") == reminders(
        status({(CU_KNIA, date(2021, 8, 30))}, MONDAY), MONDAY, "vi"
    )


@pytest.mark.parametrize(
    ("now", "day"),
    [
        (datetime(2021, 9, 6, 8, 0, tzinfo=ZONE), date(2021, 9, 6)),
        (datetime(2021, 9, 6, 12, 0, tzinfo=ZONE), date(2021, 9, 6)),
        (datetime(2021, 9, 6, 12, 1, tzinfo=ZONE), date(2021, 9, 7)),
        (datetime(2021, 9, 3, 17, 0, tzinfo=ZONE), date(2021, 9, 6)),  # Friday evening: Monday
        (datetime(2021, 9, 4, 8, 0, tzinfo=ZONE), date(2021, 9, 6)),
        (datetime(2021, 9, 5, 23, 59, tzinfo=ZONE), date(2021, 9, 6)),
    ],
)
def test_until_when_it_is_asked_for(now, day):
    assert send_by(now, time(16)) == datetime.combine(day, time(16), ZONE)
