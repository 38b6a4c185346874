"""The weight of advice, how far suggestions pull votes: the estimator, on arrays alone.

Model
-----
Annotator i sees ROI j with their own opinion ``own_ij = mu_j + b_i + e_ij`` (common value, bias,
noise). Where the suggestion s_j is shown, they vote ``own_ij + lambda (s_j - own_ij)``, rounded and
clipped to the scale; as a control they vote ``own_ij``. Which of the two is drawn at random
(`prefill.is_control`). lambda is the mean weight of advice: 0 ignores suggestions, 1 adopts them.

Estimator
---------
For a shown vote V_i and a control vote C_k of the same ROI and suggestion::

    E[V_i - C_k] = lambda E[s - C_k]

Solving this for lambda pair by pair, or regressing the votes on ``s - C_k``, would be biased: C_k
stands on both sides, and its noise looks like pull. So the equation is multiplied by an instrument
that does not contain the two votes, ``Z_ik = s - mean of the other votes on the ROI``, and added up:

    lambda = sum w (V_i - C_k) Z_ik / sum w (s - C_k) Z_ik

(instrumental variables; the leave-two-out form of the split-sample instruments of Angrist and Krueger
1995, doi 10.1080/07350015.1995.10524597). The other votes' noise is independent of both sides, and
since i and k are shown and control by lot, their biases cancel: ``E[(b_i - b_k) b_l] = 0``. It
needs no annotator's bias, no true value and no calibrated model. w = 1 / (shown + control votes).

What it assumes, and where it ends: the lot is independent of the votes, and annotators
do not learn the model's habits and carry them over to their controls (the pull is then understated).
It is a pull on whole-number votes. With noise of half a level or more before rounding, rounding
does not matter. A stronger pull with less noise left makes votes snap to the suggestion: the
estimate goes to 1 sooner than the pull before rounding does.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class VoteTable:
    """Votes of N ratings on R ROIs of I images, and the G predictions that stood behind some of them."""

    votes: Floats
    """Shape (N, scales)."""
    roi: Integers
    """Shape (N,), 0 .. R - 1."""
    image_of_roi: Integers
    """Shape (R,), 0 .. I - 1."""
    prediction: Integers
    """Shape (N,), 0 .. G - 1; -1 where none stood behind the rating."""
    shown: Bools
    """Shape (N,): the suggestion was in view."""
    control: Bools
    """Shape (N,): it was withheld by lot."""
    suggested: Floats
    """Shape (G, scales); NaN where the model said nothing."""
    roi_of_prediction: Integers
    """Shape (G,)."""

    @property
    def images(self) -> int:
        """The number of images, I."""
        return int(self.image_of_roi.max(initial=-1)) + 1


@dataclass(frozen=True, slots=True)
class Moments:
    """Sums per image, all of shape (I, scales); ratios of their totals are the estimates."""

    numerator: Floats
    denominator: Floats
    used: Bools
    """The image has a pair of a shown and a control vote, and a third one for the instrument."""


def sums(index: Integers, values: Floats, size: int) -> Floats:
    """Add up rows of `values` (n, scales) by `index`; shape (size, scales)."""
    total = np.zeros((size, *values.shape[1:]))
    np.add.at(total, index, values)
    return total


def advice_moments(table: VoteTable) -> Moments:
    """Numerator and denominator of the weight of advice, per image (see above)."""
    s = table.suggested
    size = len(s)
    count = np.bincount(table.roi, minlength=len(table.image_of_roi))[table.roi_of_prediction]
    everything = sums(table.roi, table.votes, len(table.image_of_roi))[table.roi_of_prediction]
    a, a1, a2 = _powers(table, table.shown, size)
    c, c1, c2 = _powers(table, table.control, size)
    others = (count - 2)[:, None]
    usable = (a > 0) & (c > 0) & (others > 0) & ~np.isnan(s)
    s = np.nan_to_num(s)
    h = 1 / np.maximum(others, 1)
    rest = s - h * everything  # Z_ik = rest + h (V_i + C_k)
    # Sums over all pairs (i, k), multiplied out.
    numerator = rest * (c * a1 - a * c1) + h * (c * a2 - a * c2)
    denominator = rest * a * (c * s - c1) + h * ((c * s - c1) * a1 + a * (s * c1 - c2))
    w = usable / np.maximum(a + c, 1)
    image = table.image_of_roi[table.roi_of_prediction]
    return Moments(
        numerator=sums(image, w * numerator, table.images),
        denominator=sums(image, w * denominator, table.images),
        used=sums(image, usable.astype(np.float64), table.images) > 0,
    )


def _powers(table: VoteTable, chosen: Bools, size: int) -> tuple[Floats, Floats, Floats]:
    """Number of the chosen votes per prediction (G, 1), their sums and sums of squares (G, scales)."""
    index = table.prediction[chosen]
    votes = table.votes[chosen]
    number = np.bincount(index, minlength=size).astype(np.float64)[:, None]
    return number, sums(index, votes, size), sums(index, votes**2, size)
