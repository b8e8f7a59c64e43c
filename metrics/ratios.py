"""Ratio: a share never comes without its two numbers."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Ratio:
    """numerator ÷ denominator in percent; without a denominator there is no percentage."""

    numerator: int
    denominator: int

    @property
    def pct(self) -> float | None:
        return 100 * self.numerator / self.denominator if self.denominator else None
