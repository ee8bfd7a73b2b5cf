-- One note of a person.
SELECT id
FROM external_events FINAL
WHERE source = 'annotation' AND id = {id:String} AND site = {site:String} AND NOT gone
