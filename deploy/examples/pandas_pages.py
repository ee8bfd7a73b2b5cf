"""Pages that hold readers longest, as a pandas DataFrame.

    CLICKHOUSE_PASSWORD=$(cat data/analyst.password) python pandas_pages.py example.com 2026-01-19 2026-02-01
"""

import os
import sys

import clickhouse_connect

client = clickhouse_connect.get_client(
    host=os.environ.get("CLICKHOUSE_HOST", "127.0.0.1"),
    port=int(os.environ.get("CLICKHOUSE_HTTP_PORT", "8123")),
    username="analyst",
    password=os.environ["CLICKHOUSE_PASSWORD"],
)

# Parameters are typed and sent beside the text, so nothing has to be quoted.
site, first, last = sys.argv[1:4]
days = client.query_df(
    """
    SELECT day, path, accesses, spent_ms, views_evidence + views_gap AS known_views
    FROM daily_page_time
    WHERE site = {site:String} AND day BETWEEN {from:Date} AND {to:Date} AND NOT is_bot
    """,
    parameters={"site": site, "from": first, "to": last},
)

# Sums may be added up over days; means and medians may not. Divide at the end, by the known views
# only: a view of unknown time is not a view of 0 seconds.
pages = days.groupby("path")[["accesses", "spent_ms", "known_views"]].sum().astype("int64")
pages["seconds"] = (pages.spent_ms / pages.known_views.where(pages.known_views > 0) / 1000).round(1)
pages["coverage"] = (pages.known_views / pages.accesses).round(2)
print(pages.sort_values("seconds", ascending=False).to_string())

print("known milliseconds:", pages.spent_ms.sum())
