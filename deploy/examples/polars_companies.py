"""What companies read, as a Polars DataFrame: through Arrow, column by column, without a copy.

    CLICKHOUSE_PASSWORD=$(cat data/analyst.password) python polars_companies.py example.com 2026-01-19 2026-02-01
"""

import os
import sys

import clickhouse_connect
import polars as pl

client = clickhouse_connect.get_client(
    host=os.environ.get("CLICKHOUSE_HOST", "127.0.0.1"),
    port=int(os.environ.get("CLICKHOUSE_HTTP_PORT", "8123")),
    username="analyst",
    password=os.environ["CLICKHOUSE_PASSWORD"],
)

site, first, last = sys.argv[1:4]
parameters = {"site": site, "from": first, "to": last}
condition = "site = {site:String} AND day BETWEEN {from:Date} AND {to:Date} AND NOT is_bot"


def frame(sql):
    return pl.from_arrow(client.query_arrow(sql + " WHERE " + condition, parameters=parameters, use_strings=True))


# An address belongs to a network, which may change from day to day: hence day and ip together. An
# address is text here, as Arrow has no type for it.
who = frame("SELECT toString(ip) AS address, day, organisation, network_class FROM daily_ip_access")
what = frame("SELECT toString(ip) AS address, day, path, accesses, spent_ms, views_unknown FROM daily_ip_time")

companies = (
    what.join(who.filter(pl.col("network_class") == "business"), on=["address", "day"])
    .group_by("organisation", "path")
    .agg(
        pl.sum("accesses").alias("views"),
        (pl.sum("spent_ms") / 1000).alias("known_seconds"),
        pl.sum("views_unknown").alias("views_of_unknown_time"),
        pl.n_unique("address").alias("addresses"),
    )
    .sort("organisation", "views", descending=[False, True])
)
print(companies)

print("views of companies:", companies["views"].sum())
