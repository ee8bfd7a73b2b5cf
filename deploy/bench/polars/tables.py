"""The eleven daily tables with Polars, from the definitions.

`compute` takes events as rollup.py does and gives every column of every table, addresses as text.
"""

import ipaddress
from datetime import date
from urllib.parse import urlsplit
from uuid import UUID

import polars as pl

import rollup
import rules
from rollup import BOUNCE, count, times
from siphash import siphash

DEFINITION_VERSION = 7
HOUR = 3_600_000
LENGTHS = [0, 5_000, 10_000, 30_000, 60_000, 120_000, 300_000, 600_000, 1_800_000]  # ms; the histogram's lower ends

NETWORK = ["country", "asn", "organisation", "network_class", "city"]
CAMPAIGN = ["utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content"]
SOURCE = ["channel", "referrer_host", *CAMPAIGN[:3]]
DEVICE = ["browser", "os", "device"]
TIMES = ["spent_ms", "engaged_ms", "views_evidence", "views_gap", "views_unknown"]
SESSIONS = ["sessions", "sessions_continued", "bounces"]
INSTANT = pl.Datetime("ms", "UTC")


def compute(events: pl.LazyFrame, day: str, tz: str) -> dict[str, pl.DataFrame]:
    start, end = rollup.bounds(day, tz)
    views = rollup.pair(rollup.views(events, [*NETWORK, *CAMPAIGN, "host", "referrer"]).collect())
    in_use = rollup.beacon_in_use(events, start, end)
    of = rollup.habits(rollup.visits(views.lazy(), start, end), in_use).collect().join(devices(events, start, end), left_on="agent", right_on="user_agent", how="left", maintain_order="left")
    of = described(of.with_columns(pl.col(DEVICE).fill_null("")))
    access, sessions = ip_access(of), one_per_session(of)
    tables = {
        "daily_ip_access": access,
        "daily_ip_time": of.group_by("site", "ip", "path", "is_bot").agg(**times(), **ends()),
        "daily_page_time": page_time(of),
        "daily_sessions": sessions,
        "daily_views": one_per_view(of, access),
        "daily_sources": sources(sessions),
        "daily_networks": by_network(access, *NETWORK[:4]),
        "daily_cities": by_network(access, "country", "city"),
        "daily_devices": of.group_by("site", *DEVICE, "is_bot").agg(**times(), **in_sessions(), addresses=distinct("ip")),
        "daily_site": site(of, start, end),
        "daily_events": custom_events(events, of, start, end),
    }
    stated = {
        "day": pl.lit(date.fromisoformat(day)),
        "tz": pl.lit(tz),
        "definition_version": pl.lit(DEFINITION_VERSION, pl.UInt16),
    }
    return {name: table.with_columns(**stated) for name, table in tables.items()}


def custom_events(events: pl.LazyFrame, of: pl.DataFrame, start: int, end: int) -> pl.DataFrame:
    """One row per custom event, of several attempts the earliest; a bot's by its own signs, or when all views of its
    visitor on the day are."""
    visitor = ["site", "ip", "agent"]
    bots = of.group_by(visitor).agg(bots=pl.col("is_bot").all())
    first = events.filter(kind=rollup.CUSTOM).sort("event_ms", "ip_hi", "ip_lo", "view_hi", "view_lo").unique(["site", "event_id"], keep="first", maintain_order=True)
    told = first.filter(pl.col("event_ms").is_between(start, end, closed="left")).with_columns(signs=rollup.signs(events), agent="user_agent").collect()
    return described(told).join(bots, on=visitor, how="left").select(
        "site", "name", "event_id", "ip", "agent", "path", "props", *SOURCE[1:], *NETWORK, *DEVICE,
        event_time=pl.col("event_ms").cast(INSTANT),
        view_id=pl.struct("view_hi", "view_lo").map_elements(uuid_of, return_dtype=pl.String),
        is_bot=pl.col("signs") | pl.col("bots").fill_null(False),
    )


def uuid_of(row: dict) -> str:
    return str(UUID(int=row["view_hi"] << 64 | row["view_lo"]))


def devices(events: pl.LazyFrame, start: int, end: int) -> pl.DataFrame:
    """What each user-agent stands for: what most addresses show; of several the greatest in text, and what is
    unknown only where nothing else is shown."""
    around = rollup.LONGEST + rollup.PAUSE
    seen = events.filter((pl.col("kind") == rollup.PAGEVIEW) & pl.col("event_ms").is_between(start - around, end + around, closed="left"))
    known = pl.any_horizontal(pl.col(c) != "" for c in DEVICE)
    shown = seen.group_by("user_agent", *DEVICE).agg(addresses=pl.struct("ip_hi", "ip_lo").n_unique()).with_columns(known=known)
    return shown.sort("known", "addresses", *DEVICE).unique("user_agent", keep="last", maintain_order=True).select("user_agent", *DEVICE).collect()


def described(of: pl.DataFrame) -> pl.DataFrame:
    """Views with their address and user-agent as the tables show them, and where they came from."""
    return of.with_columns(
        ip=pl.struct("ip_hi", "ip_lo").map_elements(address, return_dtype=pl.String),
        agent=pl.col("agent").map_elements(lambda a: siphash(a.encode()), return_dtype=pl.UInt64),
        referrer_host=pl.col("referrer").map_elements(lambda r: urlsplit(r).hostname or "", return_dtype=pl.String),
    ).with_columns(channel=pl.struct("referrer_host", "host", *CAMPAIGN).map_elements(rules.channel, return_dtype=pl.String))


def address(row: dict) -> str:
    ip = ipaddress.IPv6Address(row["ip_hi"] << 64 | row["ip_lo"])
    return str(ip.ipv4_mapped or ip)


def ends() -> dict[str, pl.Expr]:
    return {"entries": count("first"), "exits": count("last")}


def in_sessions() -> dict[str, pl.Expr]:
    short = pl.col("engaged").fill_null(0) < BOUNCE
    return {
        "sessions": count("first"),
        "sessions_continued": count(pl.col("first") & ~pl.col("breaks")),
        "bounces": count(pl.col("first") & pl.col("last") & short),
    }


def witnesses() -> dict[str, pl.Expr]:
    log, browser = pl.col("by_log"), pl.col("by_browser")
    return {"views_both": count(log & browser), "views_beacon_only": count(~log), "views_log_only": count(~browser)}


def distinct(*columns: str) -> pl.Expr:
    return pl.struct(columns).n_unique().cast(pl.UInt64)


def ip_access(of: pl.DataFrame) -> pl.DataFrame:
    """Where an address shows several networks, the greatest in text counts."""
    network = pl.col("network").str.split("\t")
    return of.group_by("site", "ip", "is_bot").agg(
        **times(), **in_sessions(), **witnesses(),
        visitors=distinct("agent"),
        shared=distinct("agent") > 3,
        pages=distinct("path"),
        first_seen=pl.col("start").min().cast(INSTANT),
        last_seen=pl.col("start").max().cast(INSTANT),
        network=pl.concat_str(NETWORK, separator="\t").max(),
    ).with_columns(**{name: network.list.get(i) for i, name in enumerate(NETWORK)}).drop("network").cast({"asn": pl.UInt32})


def by_network(access: pl.DataFrame, *by: str) -> pl.DataFrame:
    summed = ["accesses", *SESSIONS, *TIMES]
    return access.group_by("site", *by, "is_bot").agg(pl.col(summed).sum(), addresses=pl.len())


def page_time(of: pl.DataFrame) -> pl.DataFrame:
    known = pl.coalesce("engaged", "gap")
    lengths = [count(known.is_between(low, high, closed="left")) for low, high in zip(LENGTHS, [*LENGTHS[1:], 1 << 62])]
    return of.group_by("site", "path", "is_bot").agg(
        **times(), **ends(),
        addresses=distinct("ip"),
        median_ms=known.drop_nulls().sort().quantile(0.5, interpolation="lower").cast(pl.UInt64),
        **{f"length_{i}": n for i, n in enumerate(lengths)},
    ).with_columns(
        histogram=pl.when(pl.col("median_ms").is_null()).then(pl.lit([], pl.List(pl.UInt64)))
        .otherwise(pl.concat_list(f"length_{i}" for i in range(len(LENGTHS)))),
    ).drop(f"length_{i}" for i in range(len(LENGTHS)))


def one_per_session(of: pl.DataFrame) -> pl.DataFrame:
    """The views stand in the order of their chains, so each `first` begins a session."""
    first = [pl.col(c).first() for c in ("site", "ip", "agent", "is_bot", *SOURCE)]
    reach = pl.col("start") + pl.col("engaged").fill_null(0)
    return of.with_columns(session=pl.col("first").cum_sum()).group_by("session", maintain_order=True).agg(
        *first, **times(),
        views=pl.len(),
        started_at=pl.col("start").first().cast(INSTANT),
        continued=~pl.col("breaks").first(),
        duration_ms=reach.max() - pl.col("start").first(),
        entry_path=pl.col("path").first(),
        exit_path=pl.col("path").last(),
        bounce=(pl.len() == 1) & (pl.col("engaged").first().fill_null(0) < BOUNCE),
    ).drop("session", "accesses")


def one_per_view(of: pl.DataFrame, access: pl.DataFrame) -> pl.DataFrame:
    """A view has the source of its session's first view, and the network that its address counts in."""
    known = pl.when(pl.col("engaged").is_not_null()).then(pl.lit("evidence")).when(pl.col("gap").is_not_null()).then(pl.lit("gap"))
    seen = pl.when(~pl.col("by_browser")).then(pl.lit("log_only")).when(~pl.col("by_log")).then(pl.lit("beacon_only"))
    of = of.with_columns(session=pl.col("first").cum_sum())
    network = access.select("site", "ip", "is_bot", *NETWORK)
    return of.with_columns(pl.col(SOURCE).first().over("session")).drop(NETWORK).join(network, on=["site", "ip", "is_bot"]).select(
        "site", "ip", "agent", "path", "is_bot", *SOURCE, *NETWORK, *DEVICE,
        started_at=pl.col("start").cast(INSTANT),
        kind=known.otherwise(pl.lit("unknown")),
        spent_ms=pl.coalesce("engaged", "gap", 0),
        evidence=seen.otherwise(pl.lit("both")),
        begins="first",
        ends="last",
        continued=pl.col("first") & ~pl.col("breaks"),
    )


def sources(sessions: pl.DataFrame) -> pl.DataFrame:
    return sessions.group_by("site", *SOURCE, "is_bot").agg(
        pl.col(TIMES).sum(),
        accesses=pl.col("views").sum(),
        sessions=pl.len(),
        sessions_continued=count("continued"),
        bounces=count("bounce"),
    )


def site(of: pl.DataFrame, start: int, end: int) -> pl.DataFrame:
    hour = (pl.col("start") - start) // HOUR
    spent = pl.coalesce("engaged", "gap", 0)
    hours = range(-(-(end - start) // HOUR))
    return of.group_by("site", "is_bot").agg(
        **times(), **in_sessions(), **witnesses(),
        addresses=distinct("ip"),
        visitors=distinct("ip", "agent"),
        **{f"accesses_{h}": count(hour == h) for h in hours},
        **{f"spent_{h}": spent.filter(hour == h).sum().cast(pl.UInt64) for h in hours},
    ).with_columns(
        accesses_by_hour=pl.concat_list(f"accesses_{h}" for h in hours),
        spent_ms_by_hour=pl.concat_list(f"spent_{h}" for h in hours),
    ).drop(f"{what}_{h}" for h in hours for what in ("accesses", "spent"))
