-- A note that a person has written.
INSERT INTO external_events (source, id, site, title, author, starts_at, ends_at)
SELECT 'annotation', {id:String}, {site:String}, {title:String}, {author:String}, {starts_at:DateTime64(3, 'UTC')}, {starts_at:DateTime64(3, 'UTC')}
