"""A small page for colleagues: choose a site and a range, see what is read and how much of it is known.

    CLICKHOUSE_PASSWORD=$(cat data/analyst.password) streamlit run streamlit_app.py
"""

import os

import clickhouse_connect
import streamlit as st


@st.cache_resource
def connect():
    return clickhouse_connect.get_client(
        host=os.environ.get("CLICKHOUSE_HOST", "127.0.0.1"),
        port=int(os.environ.get("CLICKHOUSE_HTTP_PORT", "8123")),
        username="analyst",
        password=os.environ["CLICKHOUSE_PASSWORD"],
        autogenerate_session_id=False,  # several readers share the connection
    )


@st.cache_data(ttl=60)
def ask(sql, **parameters):
    return connect().query_df(sql, parameters=parameters)


st.title("Who reads, and for how long")

sites = ask("SELECT site, min(day) AS first, max(day) AS last FROM daily_site GROUP BY site ORDER BY site")
if sites.empty:
    st.info("No day is published yet.")
    st.stop()

site = st.selectbox("Site", sites["site"])
known = sites[sites["site"] == site].iloc[0]
chosen = st.date_input("Days", (known["first"].date(), known["last"].date()))
if len(chosen) != 2:
    st.stop()  # the second end of the range is still to be chosen
people = st.toggle("Leave out bots", value=True)

days = ask(
    """
    SELECT day, sum(accesses) AS views, sum(sessions) AS sessions, sum(spent_ms) AS spent_ms,
        sum(views_evidence + views_gap) AS known_views
    FROM daily_site
    WHERE site = {site:String} AND day BETWEEN {from:Date} AND {to:Date} AND NOT (is_bot AND {people:Bool})
    GROUP BY day ORDER BY day
    """,
    site=site, people=people, **{"from": chosen[0], "to": chosen[1]},
)
views, spent, with_time = (int(days[c].sum()) for c in ("views", "spent_ms", "known_views"))

left, middle, right = st.columns(3)
left.metric("Views", f"{views:,}")
middle.metric("Seconds per view of known time", f"{spent / with_time / 1000:.1f}" if with_time else "unknown")
right.metric("Views of known time", f"{with_time / views:.0%}" if views else "none")
if views:
    st.line_chart(days, x="day", y="views")
