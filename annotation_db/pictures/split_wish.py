"""What is wished of a split: the parts, their shares, the seed, the folds."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final, Literal, get_args

from annotation_db.errors import Refused

Part = Literal["train", "val", "test"]
PARTS: Final[tuple[Part, ...]] = get_args(Part)
MOST_FOLDS: Final = 100


@dataclass(frozen=True, slots=True)
class SplitWish:
    """How images are to be divided; what neither trains nor validates, tests.

    Attributes
    ----------
    train, val : float
        Shares of the images that train and validate, each 0..1 and together at most 1.
    seed : int
        Another seed draws other images.
    folds : int
        The training images are divided into so many folds, 2 to `MOST_FOLDS`; 0 for none.
    """

    train: float = 0.8
    val: float = 0.0
    seed: int = 0
    folds: int = 0

    def check(self) -> None:
        """Refuse what cannot be meant.

        Raises
        ------
        Refused
            If a share is none, both are more than all, or there can be no such folds.
        """
        if not 0 <= self.train <= 1:
            raise Refused(
                f"The share of training images must be from 0 to 1, not {self.train:g}; 0.8 is customary."
            )
        if not 0 <= self.val <= 1:
            raise Refused(
                f"The share of validation images must be from 0 to 1, not {self.val:g}; 0 is for none."
            )
        if sum(self.shares[:2]) > 1:
            raise Refused(
                f"Shares of {self.train:g} for training and {self.val:g} for validation are more than all "
                "images; ask for less of one."
            )
        if self.folds != 0 and not 2 <= self.folds <= MOST_FOLDS:
            raise Refused(f"There can be 2 to {MOST_FOLDS} folds, or 0 for none, not {self.folds}.")

    @property
    def shares(self) -> tuple[Fraction, Fraction, Fraction]:
        """Of the parts in the order of `PARTS`, exactly as the decimals were written."""
        train, val = Fraction(str(self.train)), Fraction(str(self.val))
        return train, val, 1 - train - val

    @property
    def parts(self) -> tuple[Part, ...]:
        """The parts that a split has: train and test always, val where some of the images validate."""
        return tuple(part for part in PARTS if part != "val" or self.val > 0)

    def as_json(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {"train": self.train, "val": self.val, "seed": self.seed, "folds": self.folds}
