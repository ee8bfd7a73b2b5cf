"""Where sessions come from, with SQLAlchemy: tables are read from the server, queries are built in Python.

    CLICKHOUSE_PASSWORD=$(cat data/analyst.password) python sqlalchemy_sources.py example.com 2026-01-19 2026-02-01
"""

import datetime
import os
import sys

from sqlalchemy import URL, MetaData, Table, create_engine, func, select

engine = create_engine(
    URL.create(
        "clickhousedb",  # the dialect of clickhouse-connect
        username="analyst",
        password=os.environ["CLICKHOUSE_PASSWORD"],
        host=os.environ.get("CLICKHOUSE_HOST", "127.0.0.1"),
        port=int(os.environ.get("CLICKHOUSE_HTTP_PORT", "8123")),
        database="default",
    )
)

site, first, last = sys.argv[1], *map(datetime.date.fromisoformat, sys.argv[2:4])
sources = Table("daily_sources", MetaData(), autoload_with=engine).c

# A session that midnight has cut has two rows: take away the second halves.
visits = func.sum(sources.sessions - sources.sessions_continued).label("visits")
bounces = func.sum(sources.bounces).label("bounces")
question = (
    select(sources.channel, sources.referrer_host, sources.utm_campaign, visits, bounces)
    .where(sources.site == site, sources.day.between(first, last), ~sources.is_bot)
    .group_by(sources.channel, sources.referrer_host, sources.utm_campaign)
    .order_by(visits.desc(), sources.channel, sources.referrer_host, sources.utm_campaign)
)

total = 0
with engine.connect() as connection:
    for row in connection.execute(question):
        print(f"{row.channel:10} {row.referrer_host:20} {row.utm_campaign:10} {row.visits:5} visits, {row.bounces} bounced")
        total += row.visits

print("visits:", total)
