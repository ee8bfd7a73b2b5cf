"""Holds exported daily tables against what Polars computes from the same events, row by row.

    python oracle.py EVENTS.parquet DAYS.json

DAYS.json lists {"sites", "day", "tz", "folder"}: days that were run for these sites alone, and
exported. All eleven tables are compared, every column, integers exactly. Every exported table is also
read back from both of its formats, which must agree. Ends with 1 after printing what differs;
otherwise prints how much was compared.
"""

import json
import sys
from pathlib import Path

import polars as pl

import tables

INSTANT = tables.INSTANT
TYPES = {"day": pl.Date, "tz": pl.String, "ip": pl.String, "is_bot": pl.Boolean, "accesses": pl.UInt64, "first_seen": INSTANT}


def differences(name: str, ours: pl.DataFrame, polars: pl.DataFrame) -> list[str]:
    """Rows that only one of the two has."""
    if any(ours.schema[c] != t for c, t in TYPES.items() if c in ours.columns):
        return [f"{name} has the types {ours.schema}"]
    if sorted(ours.columns) != sorted(polars.columns):
        return [f"{name} has the columns {sorted(ours.columns)}, Polars computes {sorted(polars.columns)}"]
    ours, polars = comparable(ours), comparable(polars.select(ours.columns).cast(dict(ours.schema)))
    found = []
    for who, left, right in (("the rollup", ours, polars), ("Polars", polars, ours)):
        for row in left.join(right, on=ours.columns, how="anti", nulls_equal=True).sort(ours.columns).head(5).to_dicts():
            found.append(f"{name}: only {who} has {row}")
    if not found and ours.height != polars.height:
        found.append(f"{name}: the rollup has {ours.height} rows, Polars {polars.height}")
    return found


def comparable(table: pl.DataFrame) -> pl.DataFrame:
    """Lists as text, since Polars joins by no lists."""
    return table.with_columns(pl.col(c).cast(pl.List(pl.String)).list.join(" ") for c, t in table.schema.items() if isinstance(t, pl.List))


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
        for name, table in tables.compute(scan.filter(pl.col("site").is_in(day["sites"])), day["day"], day["tz"]).items():
            wrong += differences(name, pl.read_parquet(folder / f"{name}.parquet"), table)
            rows += table.height
        found += [f"{day['sites'][0]}, {day['day']} {day['tz']}: {w}" for w in wrong]
    print("\n".join(found) or f"{len(listed)} days, {rows} rows are equal")
    return 1 if found or not rows else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
