"""What the bench of packed training calls missed, so that it ends with status 1."""

import math

import pytest

from tests.bench.training import missed


@pytest.mark.parametrize(
    ("faster", "loss", "gradient", "exact", "said"),
    [
        (12.0, 1e-7, 1e-5, 1e-6, None),
        (12.0, 1e-7, 1e-5, None, None),
        (11.9, 1e-7, 1e-7, None, "is 11.9 times as fast, and 12 times are wanted"),
        (20.0, 2e-6, 1e-7, None, "loss by 2.0e-06"),
        (20.0, 1e-7, 2e-5, None, "gradient by 2.0e-05"),
        (20.0, 1e-7, 1e-7, 2e-6, "float64 by 2.0e-06"),
        (20.0, 1e-7, 1e-7, math.nan, "float64 by nan"),
        (20.0, math.nan, 1e-7, None, "loss by nan"),
        (math.nan, 1e-7, 1e-7, None, "12 times are wanted"),
    ],
)
def test_what_is_missed(
    faster: float, loss: float, gradient: float, exact: float | None, said: str | None
) -> None:
    found = missed(faster, loss, gradient, exact, (1e-6, 1e-5))
    assert found is None if said is None else found is not None and said in found
