-- Until when a rule sends no messages.
INSERT INTO alerts (rule, site, what, until, detail)
SELECT {rule:String}, {site:String}, 'silence', {until:DateTime64(3, 'UTC')}, {by:String}
