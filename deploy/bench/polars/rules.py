"""The lists that days are computed by, read and applied apart from the rollup's own code.

channels.json lies beside this file, or in the package that holds it.
"""

import json
import re
from functools import cache
from pathlib import Path


def read(name: str) -> dict:
    here = Path(__file__).parent
    return json.loads(next(p for p in (here / name, here / "../../../pkg/enrich/rules" / name) if p.exists()).read_text())


@cache
def channels() -> dict:
    return read("channels.json")


@cache
def hosts() -> list[tuple[re.Pattern, bool, str]]:
    """Every listed host as a pattern, whether it ends in a star, and its channel."""
    found = []
    for channel, names in channels()["hosts"].items():
        for name in names:
            star = name.endswith(".*")
            end = r"\.(?:(?:co|com|org|net|ne|or)\.[^.]{2}|[^.]+)" if star else ""
            found.append((re.compile(r"(?:^|\.)" + re.escape(name.removesuffix(".*")) + end + "$"), star, channel))
    return found


@cache
def of_host(host: str) -> str:
    matches = [(m.start(), star, channel) for pattern, star, channel in hosts() if (m := pattern.search(host))]
    return min(matches)[2] if matches else "referral"


def listed(kind: str, text: str) -> str | None:
    return next((channel for channel, texts in channels()[kind].items() if text.lower() in texts), None)


def channel(row: dict) -> str:
    """By which way a view says that it came."""
    known = listed("mediums", row["utm_medium"]) or listed("sources", row["utm_source"])
    if known:
        return known
    if any(row[c] for c in row if c.startswith("utm_")):
        return "campaign"
    if not row["referrer_host"]:
        return "direct"
    return "internal" if row["referrer_host"] == row["host"] else of_host(row["referrer_host"])
