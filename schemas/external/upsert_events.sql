-- Events of a calendar, as a JSON array. What the calendar changed before the change that is stored is not
-- written, whoever writes it. The times of changes are UTC in one format, so that texts compare as times do.
INSERT INTO external_events (source, id, site, title, url, author, starts_at, ends_at, status, details, gone, stale)
SELECT
    {source:String},
    tupleElement(new.event, 'id') AS event_id,
    tupleElement(new.event, 'site'),
    tupleElement(new.event, 'title'),
    tupleElement(new.event, 'url'),
    '',
    toDateTime64(tupleElement(new.event, 'starts_at'), 3, 'UTC'),
    toDateTime64(tupleElement(new.event, 'ends_at'), 3, 'UTC'),
    tupleElement(new.event, 'status'),
    tupleElement(new.event, 'details'),
    tupleElement(new.event, 'gone'),
    tupleElement(new.event, 'stale')
FROM
(
    SELECT
        JSONExtract(row, 'Tuple(id String, site String, title String, url String, starts_at String, ends_at String, status String, details Map(String, String), gone Bool, stale Bool)') AS event,
        JSONExtractString(row, 'id') AS id
    FROM (SELECT arrayJoin(JSONExtractArrayRaw({events:String})) AS row)
) AS new
LEFT JOIN (SELECT id, details['last_updated'] AS last_updated FROM external_events FINAL WHERE source = {source:String}) AS old ON old.id = new.id
WHERE old.last_updated <= tupleElement(new.event, 'details')['last_updated']
