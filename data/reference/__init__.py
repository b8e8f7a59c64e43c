"""Who and what exists: communes, sites, goods, units, indicators, the campaign; as CSV files that an office edits."""

from data.reference.reader import FOLDER, Campaign, Commune, Headline, Reference, Row, load
from data.reference.tables import folder

__all__ = ["FOLDER", "Campaign", "Commune", "Headline", "Reference", "Row", "folder", "load"]
