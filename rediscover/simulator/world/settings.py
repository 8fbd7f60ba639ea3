"""What can be set about the simulated Spotify."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass
class Settings:
    """How the simulated Spotify behaves. Times are in seconds.

    A page has at most `most_rows`, whatever limit was asked for (lowered without notice in 2026), and its `limit` and
    `next` say so if `most_rows_are_told`. It has `extra_rows` more than asked for. `total_is_page_length` is what
    `fields` did to totals (spotifyplus#119). A playlist's head counts `head_total_off` more items than its pages.
    """

    latency_seconds: float = 0
    access_token_seconds: int = 3600
    rotate_refresh_token: bool = False
    item_key: str = "item"
    playlist_cap: int = 10_000
    playlist_cap_status: int = 403
    items_lag_seconds: float = 0
    snapshot_lag_seconds: float = 0
    listing_lag_seconds: float = 0
    most_rows: int = 100
    most_rows_are_told: bool = True
    extra_rows: int = 0
    total_is_page_length: bool = False
    head_total_off: int = 0
    snapshot_is_null: bool = False
    owner_has_premium: bool = True
    user_is_registered: bool = True

    def update(self, **values: Any) -> None:
        """Set some of them; ValueError for a name or a type that none has."""
        current = asdict(self)
        for name, value in values.items():
            if name not in current or not _same_kind(current[name], value):
                raise ValueError(f"no setting {name} takes {value!r}")
        for name, value in values.items():
            setattr(self, name, value)


def _same_kind(old: Any, new: Any) -> bool:
    if isinstance(old, bool | str):
        return type(new) is type(old)
    return isinstance(new, int | float) and not isinstance(new, bool)
