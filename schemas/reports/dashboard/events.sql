-- Custom events by name. Their properties are counted apart: grouping them takes a third of the time of maps that are summed.
-- Day and zone choose partitions, each of which has one of both: as a hint, their columns need not be read.
WITH
    counted AS
    (
        SELECT name, concat(p.1, ': ', p.2) AS property, count() AS times
        FROM daily_events
        ARRAY JOIN props::Array(Tuple(LowCardinality(String), String)) AS p
        WHERE site = {site:String} AND indexHint(tz = {tz:String} AND day >= {from:Date} AND day <= {to:Date})
          AND ({bots:String} = 'all' OR is_bot = ({bots:String} = 'bots'))
        GROUP BY name, p.1, p.2
        ORDER BY times DESC, property
        LIMIT 5 BY name
    ),
    most AS
    (
        SELECT name, arrayStringConcat(arrayMap(p -> concat(p.2, ' (', toString(-p.1), ')'), arraySort(groupArray((-times, property)))), '; ') AS shown
        FROM counted
        GROUP BY name
    )
SELECT
    e.name AS name,
    e.events AS events, e.event_views AS event_views, e.addresses AS addresses, e.first_seen AS first_seen, e.last_seen AS last_seen,
    m.shown AS properties,
    count() OVER () AS total
FROM
(
    SELECT
        name,
        count() AS events,
        uniqExact(view_id) AS event_views,
        uniqExact(ip) AS addresses,
        min(event_time) AS first_seen,
        max(event_time) AS last_seen
    FROM daily_events
    WHERE site = {site:String} AND indexHint(tz = {tz:String} AND day >= {from:Date} AND day <= {to:Date})
      AND ({bots:String} = 'all' OR is_bot = ({bots:String} = 'bots'))
      AND ({search:String} = '' OR positionCaseInsensitiveUTF8(name, {search:String}) > 0)
    GROUP BY name
) AS e
LEFT JOIN most AS m ON m.name = e.name
ORDER BY
    if({descending:Bool}, {sort:Identifier}, defaultValueOfArgumentType({sort:Identifier})) DESC NULLS LAST,
    if({descending:Bool}, defaultValueOfArgumentType({sort:Identifier}), {sort:Identifier}) ASC NULLS LAST,
    name
LIMIT {limit:UInt64} OFFSET {offset:UInt64}
