"""Who and what exists: communes, sites, goods, units, indicators, the campaign; as CSV files that an office edits."""

from data.reference.reader import FOLDER, Campaign, Commune, Reference, Row, load

__all__ = ["FOLDER", "Campaign", "Commune", "Reference", "Row", "load"]
