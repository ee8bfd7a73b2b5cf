"""Holds exported daily tables against what Polars computes from the same events, row by row.

    python oracle.py EVENTS.parquet DAYS.json

DAYS.json lists {"site", "day", "tz", "folder"}: days that were run for one site alone, and exported. Every exported
table is also read back from both of its formats, which must agree. Ends with 1 after printing what
differs; otherwise prints how much was compared.
"""

import ipaddress
import json
import sys
from pathlib import Path

import polars as pl

import rollup

KEYS = {"daily_ip_access": ["site", "ip", "is_bot"], "daily_ip_time": ["site", "ip", "path", "is_bot"]}
INSTANTS = ["first_seen", "last_seen"]
STATED = ["day", "tz", "definition_version"]  # not computed
INSTANT = pl.Datetime("ms", "UTC")
TYPES = {"day": pl.Date, "tz": pl.String, "ip": pl.String, "is_bot": pl.Boolean, "accesses": pl.UInt64, "first_seen": INSTANT}


def address(row: dict) -> str:
    ip = ipaddress.IPv6Address(row["ip_hi"] << 64 | row["ip_lo"])
    return str(ip.ipv4_mapped or ip)


def computed(events: pl.LazyFrame, day: dict) -> dict[str, pl.DataFrame]:
    bounds = rollup.bounds(day["day"], day["tz"])
    visits = rollup.visits(rollup.views(events.filter(pl.col("site") == day["site"]), rollup.NETWORK), *bounds).collect()
    tables = {"daily_ip_access": rollup.ip_access(visits.lazy()), "daily_ip_time": rollup.ip_time(visits.lazy())}
    return {
        name: table.with_columns(pl.struct("ip_hi", "ip_lo").map_elements(address, return_dtype=pl.String).alias("ip"))
        .drop("ip_hi", "ip_lo")
        .with_columns(pl.col(c).cast(INSTANT) for c in INSTANTS if c in table.collect_schema().names())
        .collect()
        for name, table in tables.items()
    }


def differences(name: str, ours: pl.DataFrame, polars: pl.DataFrame) -> list[str]:
    """Rows that only one of the two has. Columns that are not computed here are left out."""
    columns = [c for c in ours.columns if c not in STATED]
    if any(ours.schema[c] != t for c, t in TYPES.items() if c in ours.columns):
        return [f"{name} has the types {ours.schema}"]
    if sorted(columns) != sorted(polars.columns):
        return [f"{name} has the columns {sorted(columns)}, Polars computes {sorted(polars.columns)}"]
    ours, polars = ours.select(columns), polars.select(columns).cast(dict(ours.select(columns).schema))
    found = []
    for who, left, right in (("the rollup", ours, polars), ("Polars", polars, ours)):
        for row in left.join(right, on=columns, how="anti").sort(KEYS[name]).head(5).to_dicts():
            found.append(f"{name}: only {who} has {row}")
    if not found and ours.height != polars.height:
        found.append(f"{name}: the rollup has {ours.height} rows, Polars {polars.height}")
    return found


def typed(text: pl.Series, dtype: pl.DataType) -> pl.Series:
    """A column of a CSV file as the type that Parquet says."""
    if dtype == INSTANT:
        return text.str.to_datetime("%Y-%m-%dT%H:%M:%S%.3fZ", time_unit="ms").dt.replace_time_zone("UTC")
    if dtype == pl.Boolean:
        return text.replace_strict({"true": True, "false": False}, return_dtype=pl.Boolean)
    if isinstance(dtype, pl.List):
        return text.str.json_decode(dtype)
    if dtype == pl.Date:
        return text.str.to_date("%Y-%m-%d")
    return text.cast(dtype)


def formats(folder: Path) -> list[str]:
    """CSV, Parquet and the manifest must tell the same."""
    found = []
    for name, of in json.loads((folder / "manifest.json").read_text())["tables"].items():
        table = pl.read_parquet(folder / of["files"]["parquet"]["name"])
        lines = pl.read_csv(folder / of["files"]["csv"]["name"], infer_schema=False)
        if lines.columns != table.columns or table.height != of["rows"]:
            found.append(f"{folder}: {name} has {table.height} rows of {table.columns}, CSV {lines.columns}, the manifest {of['rows']} rows")
            continue
        read = lines.select(typed(lines[c], t) for c, t in table.schema.items())
        if not read.equals(table):
            found.append(f"{folder}: {name} differs between CSV and Parquet")
    return found


def main(events: str, days: str) -> int:
    scan = pl.scan_parquet(events)
    found, rows = [], 0
    listed = json.loads(Path(days).read_text())
    for day in listed:
        folder = Path(day["folder"])
        wrong = formats(folder)
        for name, table in computed(scan, day).items():
            wrong += differences(name, pl.read_parquet(folder / f"{name}.parquet"), table)
            rows += table.height
        found += [f"{day['site']}: {w}" for w in wrong]
    print("\n".join(found) or f"{len(listed)} days, {rows} rows are equal")
    return 1 if found or not rows else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
