"""Moments as the store keeps them: with the campaign's time zone."""

from datetime import datetime
from zoneinfo import ZoneInfo

from data import reference


def moment(value: datetime) -> datetime:
    """A moment in the campaign's time zone; one without a zone is meant there."""
    zone = ZoneInfo(reference.load().campaign.timezone)
    return value.replace(tzinfo=zone) if value.tzinfo is None else value.astimezone(zone)
