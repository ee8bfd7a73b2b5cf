-- How a calendar stands.
INSERT INTO external_sources (source, calls, not_before, fetched_at, failed_at, failure)
SELECT {source:String}, {calls:Array(DateTime64(3, 'UTC'))}, {not_before:DateTime64(3, 'UTC')}, {fetched_at:DateTime64(3, 'UTC')},
    {failed_at:DateTime64(3, 'UTC')}, {failure:String}
