"""The lists that days are computed by, read and applied apart from the rollup's own code.

They lie beside this file, or in the package that holds them.
"""

import json
import re
from functools import cache
from pathlib import Path


def path(name: str) -> Path:
    here = Path(__file__).parent
    return next(p for p in (here / name, here / "../../../pkg/enrich/rules" / name) if p.exists())


def read(name: str) -> dict:
    return json.loads(path(name).read_text())


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


RECORDED = 0xFFFF_FFFF_FFFF_F0FF  # the bits of bot_reasons that stand; the others a user-agent decides


@cache
def any_bot() -> re.Pattern:
    """One expression made of all listed ones, and of what no browser sends."""
    own = read("bots.json")
    all = [*own["crawlers"], *own["headless"], *own["libraries"], "[^a-zA-Z\x80-\U0010ffff]+\\Z", "Mozilla(?:/[45][.]0)?\\Z"]
    all[-2:] = ["^" + p for p in all[-2:]]
    all += [line.split("\t")[1] for line in path("crawlers.txt").read_text().splitlines()[1:]]
    return re.compile("|".join(f"(?:{p})" for p in all))


def bots(agents) -> list[str]:
    """Of user-agents, those that show signs of a bot."""
    return [a for a in agents if any_bot().search(a)]


def rate() -> tuple[int, int]:
    """More views of a visitor than this that start within so many ms are a program's."""
    numbers = read("bots.json")["rate"]
    return numbers["views"], numbers["seconds"] * 1000


def silence() -> tuple[int, int, int]:
    """So many views of a visitor that only the log knows are a program's, where log and beacon have seen people
    at so many common addresses, and at so many percent of the log's."""
    numbers = read("bots.json")["log_without_beacon"]
    return numbers["views"], numbers["common_addresses"], numbers["common_percent"]
