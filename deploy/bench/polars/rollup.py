"""Views, sessions and times of a local day with Polars, from the definitions: the base of an
independent oracle (tables.py), and a rival to measure.

Reads events from Parquet (events.sql says which columns). Nothing here is shared with the SQL of the
rollups.

Addresses and view ids are two 64-bit halves, since that is what Polars groups and sorts fastest.
All times are integer milliseconds.

    python rollup.py EVENTS.parquet DAY TIME_ZONE OUT.parquet    writes daily_ip_time, prints JSON
"""

import json
import sys
import time
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import polars as pl

import rules

PAUSE = 30 * 60 * 1000
LONGEST = 24 * 60 * 60 * 1000  # how long a view may last
BOUNCE = 10_000
GRACE = 5_000
APART = 10_000  # ms between two witnesses of one view, at most
PAGEVIEW, ENGAGEMENT, CUSTOM = 1, 2, 3
BEACON, LOG = 1, 3

VIEW = ["site", "view_hi", "view_lo"]
ADDRESS = ["site", "ip_hi", "ip_lo"]
CHAIN = [*ADDRESS, "agent"]
V4 = (pl.col("ip_hi") == 0) & (pl.col("ip_lo") // 2**32 == 0xFFFF)


def bounds(day: str, tz: str) -> tuple[int, int]:
    """First instant of the local day and first one after it, Unix milliseconds."""
    d = date.fromisoformat(day)
    return begin(d, ZoneInfo(tz)), begin(d + timedelta(days=1), ZoneInfo(tz))


def begin(d: date, zone: ZoneInfo) -> int:
    """The instant from which on the clocks show the date or a later one, wherever clock changes put
    midnight: found by looking at every minute around it."""
    noon = datetime(d.year, d.month, d.day, 12, tzinfo=timezone.utc)
    minutes = (noon + timedelta(minutes=m) for m in range(36 * 60, -48 * 60, -1))
    return next(int(m.timestamp() + 60) * 1000 for m in minutes if m.astimezone(zone).date() < d)


def views(events: pl.LazyFrame, attributes: list[str]) -> pl.LazyFrame:
    """One row per view: what its earliest page view says, and the engaged time (null without pings)."""
    page = pl.col("kind") == PAGEVIEW
    ping = pl.col("kind") == ENGAGEMENT
    beacon = pl.col("witness") == BEACON
    is_bot = signs(events)
    events = events.filter(page | ping)
    first = (
        events.filter(page)
        .select(*VIEW, "ip_hi", "ip_lo", "path", pl.col("user_agent").alias("agent"), is_bot.alias("is_bot"),
                pl.col("event_ms").alias("start"), pl.col("request_id").alias("request"), "event_id", *attributes)
        .sort("start", "event_id")
        .unique(subset=VIEW, keep="first", maintain_order=False)
        .drop("event_id")
    )
    known = (
        events.group_by(VIEW)
        .agg(
            ping.any().alias("pinged"),
            pl.when(ping & beacon).then("engaged_ms").max().alias("claimed"),
            pl.when(ping & ~beacon).then("engaged_ms").max().alias("stated"),
            pl.when(beacon).then("received_ms").min().alias("seen_from"),
            pl.when(beacon).then("received_ms").max().alias("seen_to"),
            (page & (pl.col("witness") == LOG)).any().alias("by_log"),
            (page & (pl.col("witness") != LOG)).any().alias("by_browser"),
        )
    )
    observed = (pl.col("seen_to") - pl.col("seen_from")).fill_null(0) + GRACE
    engaged = pl.max_horizontal(pl.min_horizontal(pl.col("claimed").fill_null(0), observed), pl.col("stated").fill_null(0))
    return first.join(known, on=VIEW, how="left").with_columns(pl.when("pinged").then(engaged).alias("engaged"))


def signs(events: pl.LazyFrame) -> pl.Expr:
    """Whether an event by itself shows signs of a bot."""
    bots = rules.bots(events.filter(pl.col("kind").is_in([PAGEVIEW, CUSTOM])).select(pl.col("user_agent").cast(pl.String)).unique().collect()["user_agent"])
    return ((pl.col("bot_reasons") & rules.RECORDED) != 0) | pl.col("user_agent").cast(pl.String).is_in(bots)


def beacon_in_use(events: pl.LazyFrame, start: int, end: int) -> pl.DataFrame:
    """Sites, and IPv4 or IPv6, where log and beacon have both seen people at enough common addresses."""
    _, common, percent = rules.silence()
    log, beacon = pl.col("witness") == LOG, pl.col("witness") == BEACON
    seen = events.filter((pl.col("kind") == PAGEVIEW) & pl.col("event_ms").is_between(start, end, closed="left") & ~signs(events))
    addresses = seen.group_by(ADDRESS).agg(log=log.any(), both=log.any() & beacon.any()).with_columns(v4=V4)
    counted = addresses.group_by("site", "v4").agg(pl.col("log", "both").sum().cast(pl.Int64))
    return counted.filter((pl.col("both") >= common) & (pl.col("both") * 100 >= pl.col("log") * percent)).select("site", "v4").collect()


def habits(of: pl.LazyFrame, in_use: pl.DataFrame) -> pl.LazyFrame:
    """The views of a day, those of a visitor marked that together are a program's."""
    views, within = rules.rate()
    silent, _, _ = rules.silence()
    soon = (pl.col("start") - pl.col("start").shift(views) <= within).over("chain", order_by="start")
    heard_of = pl.col("by_browser") | pl.col("engaged").is_not_null()
    chains = of.filter(pl.len().over("chain") >= min(views + 1, silent)).with_columns(soon=soon, v4=V4).group_by("chain", "site", "v4").agg(
        fast=pl.col("soon").any() & (pl.col("agent").first().cast(pl.String) != ""),
        silent=(pl.len() >= silent) & ~heard_of.any(),
    )
    silence = pl.col("silent") & pl.col("in_use").fill_null(False)
    marked = chains.join(in_use.lazy().with_columns(in_use=True), on=["site", "v4"], how="left").filter(pl.col("fast") | silence).select("chain", marked=True)
    return of.join(marked, on="chain", how="left", maintain_order="left").with_columns(is_bot=pl.col("is_bot") | pl.col("marked").fill_null(False)).drop("marked")


def pair(of: pl.DataFrame) -> pl.DataFrame:
    """One row for what a log line and another witness say of one view: the other's, from the earlier of both
    on. First the earliest of each with one request id, then neighbours in time of one user-agent and page,
    in three rounds."""
    in_time = ["start", "view_hi", "view_lo"]
    told = [*VIEW, "start", "is_bot", "engaged"]
    alone = of.filter(pl.col("by_log") != pl.col("by_browser")).select(*told, "ip_hi", "ip_lo", "agent", "path", "request", "by_log")
    first = alone.filter(pl.col("request") != "").sort(in_time).unique([*ADDRESS, "request", "by_log"], keep="first", maintain_order=True)
    log, other = first.filter("by_log"), first.filter(~pl.col("by_log"))
    found = [other.join(log, on=[*ADDRESS, "request"], suffix="_log").select(*VIEW, *(f"{c}_log" for c in told if c != "site"))]
    alone = mixed(without(alone, found[0]).sort(*CHAIN, "path", *in_time))
    for _ in range(3):
        found.append(neighbours(alone))
        alone = without(alone, found[-1])
    pairs = pl.concat(found)
    lines = pairs.select("site", view_hi="view_hi_log", view_lo="view_lo_log")
    return of.join(lines, on=VIEW, how="anti").join(pairs, on=VIEW, how="left").with_columns(
        start=pl.min_horizontal("start", "start_log"),
        is_bot=pl.col("is_bot") | pl.col("is_bot_log").fill_null(False),
        engaged=pl.max_horizontal("engaged", "engaged_log"),
        by_log=pl.col("by_log") | pl.col("start_log").is_not_null(),
    ).drop(f"{c}_log" for c in told if c != "site")


def mixed(of: pl.DataFrame) -> pl.DataFrame:
    """Of views in their order, those in runs of one user-agent and page, without a pause of more than 10 s,
    that both the log and others have seen: no pair lies outside."""
    new = pl.any_horizontal(pl.col(c) != pl.col(c).shift(1) for c in (*CHAIN, "path")) | (pl.col("start") - pl.col("start").shift(1) > APART)
    of = of.with_columns(run=new.fill_null(True).cum_sum())
    both = of.filter((pl.col("run") == pl.col("run").shift(1)) & (pl.col("by_log") != pl.col("by_log").shift(1)))["run"].unique()
    return of.filter(pl.col("run").is_in(both.implode())).drop("run")


def without(of: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    if pairs.is_empty():
        return of
    lines = pairs.select("site", view_hi="view_hi_log", view_lo="view_lo_log")
    return of.join(pairs, on=VIEW, how="anti", maintain_order="left").join(lines, on=VIEW, how="anti", maintain_order="left")


def neighbours(of: pl.DataFrame) -> pl.DataFrame:
    """Pairs where neither has such a neighbour that is nearer."""
    told = ["view_hi", "view_lo", "start", "is_bot", "engaged"]
    far = APART + 1
    fits = pl.all_horizontal(pl.col(c) == pl.col(c).shift(-1) for c in (*CHAIN, "path")) & (pl.col("by_log") != pl.col("by_log").shift(-1))
    fits &= (pl.col("request") == "") | (pl.col("request").shift(-1) == "")
    gap = pl.when(fits).then(pl.min_horizontal(pl.col("start").shift(-1) - pl.col("start"), far)).otherwise(far)
    of = of.with_columns(gap=gap, **{f"{c}_next": pl.col(c).shift(-1) for c in told}).filter(
        (pl.col("gap") < far) & (pl.col("gap") < pl.col("gap").shift(1, fill_value=far)) & (pl.col("gap") <= pl.col("gap").shift(-1, fill_value=far))
    )
    line = {f"{c}_log": pl.when("by_log").then(c).otherwise(f"{c}_next") for c in told}
    other = {c: pl.when("by_log").then(f"{c}_next").otherwise(c) for c in ("view_hi", "view_lo")}
    return of.select("site", **other, **line)


def visits(of: pl.LazyFrame, start: int, end: int) -> pl.LazyFrame:
    """The views of [start, end), with their place in their session and their time."""
    in_order = of.sort(*CHAIN, "start", "view_hi", "view_lo").with_columns(
        chain=pl.any_horizontal(pl.col(c) != pl.col(c).shift(1) for c in CHAIN).fill_null(True).cum_sum(),
        in_day=pl.col("start").is_between(start, end, closed="left"),
    )
    reach = (pl.col("start") + pl.col("engaged").fill_null(0)).cum_max().over("chain")
    return (
        in_order.with_columns(reach=reach)
        .with_columns(breaks=((pl.col("chain") != pl.col("chain").shift(1)) | (pl.col("start") - pl.col("reach").shift(1) > PAUSE)).fill_null(True))
        .with_columns(
            ends=pl.col("breaks").shift(-1, fill_value=True),
            pause=pl.min_horizontal(pl.col("start").shift(-1) - pl.col("start"), PAUSE),
            first=pl.col("breaks") | ~pl.col("in_day").shift(1, fill_value=False),
            last=pl.col("breaks").shift(-1, fill_value=True) | ~pl.col("in_day").shift(-1, fill_value=False),
        )
        .filter("in_day")
        .with_columns(gap=pl.when(pl.col("engaged").is_null() & ~pl.col("ends")).then("pause"))
    )


def count(condition: pl.Expr | str) -> pl.Expr:
    return (pl.col(condition) if isinstance(condition, str) else condition).sum().cast(pl.UInt64)


def times() -> dict[str, pl.Expr]:
    """The figures that every table has."""
    evidence, gap = pl.col("engaged").is_not_null(), pl.col("gap").is_not_null()
    return {
        "accesses": pl.len().cast(pl.UInt64),
        "spent_ms": pl.coalesce("engaged", "gap", 0).sum().cast(pl.UInt64),
        "engaged_ms": pl.col("engaged").sum().cast(pl.UInt64),
        "views_evidence": count(evidence),
        "views_gap": count(gap),
        "views_unknown": count(~evidence & ~gap),
    }


def ip_time(of: pl.LazyFrame) -> pl.LazyFrame:
    return of.group_by("site", "ip_hi", "ip_lo", "path", "is_bot").agg(**times(), entries=count("first"), exits=count("last"))


def peak_kb() -> int:
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:"))


def main(events: str, day: str, tz: str, out: str) -> None:
    began = time.perf_counter()
    # Texts that repeat are compared as numbers; sites get their names back at the end.
    scan = pl.scan_parquet(events).with_columns(pl.col("user_agent", "path", "site").cast(pl.Categorical))
    seen = pair(views(scan, []).collect(engine="streaming"))
    start, end = bounds(day, tz)
    in_use = beacon_in_use(scan, start, end)
    table = ip_time(habits(visits(seen.lazy(), start, end), in_use)).collect(engine="streaming")
    table.with_columns(pl.col("site", "path").cast(pl.String)).write_parquet(out)
    took = time.perf_counter() - began
    print(json.dumps({"seconds": took, "rows": table.height, "peak_kb": peak_kb()}))


if __name__ == "__main__":
    main(*sys.argv[1:])
