"""Compares exported Parquet files with the tables. Arguments: host:port, password, folder, condition, tables."""

import sys

import clickhouse_connect
import polars as pl
from polars.testing import assert_frame_equal

address, password, folder, condition = sys.argv[1:5]
host, port = address.split(":")
client = clickhouse_connect.get_client(host=host, port=int(port), username="analyst", password=password)


def as_exported(name, of):
    """What a column of the table becomes in a file."""
    if of.startswith("IPv6"):
        return f"replaceOne(toString(`{name}`), '::ffff:', '') AS `{name}`"
    if of.startswith(("Enum", "UUID")):
        return f"toString(`{name}`) AS `{name}`"
    if of.startswith("Map"):
        return f"replaceAll(toJSONString(`{name}`), '\\\\/', '/') AS `{name}`"
    return f"`{name}`"


for table in sys.argv[5:]:
    columns = client.query(f"DESCRIBE TABLE {table}").result_rows
    selected = ", ".join(as_exported(c[0], c[1]) for c in columns)
    # The aliases of the inner query must not reach its condition.
    want = pl.from_arrow(client.query_arrow(f"SELECT {selected} FROM (SELECT * FROM {table} WHERE {condition})"))
    got = pl.read_parquet(f"{folder}/{table}.parquet")
    assert len(got) > 0 or table == "view_pairs" or table == "daily_events" and "site IN" in condition, f"{table}: no rows"
    want = want.with_columns(pl.col(c).cast(t) for c, t in got.schema.items())
    keys = [c for c, t in got.schema.items() if not t.is_nested()]
    assert_frame_equal(got.sort(keys), want.sort(keys))
print("passed")
