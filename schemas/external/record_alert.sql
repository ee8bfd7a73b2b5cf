-- How a rule stands.
INSERT INTO alerts (rule, site, what, day, change, verdict, value, usual, silenced)
SELECT {rule:String}, {site:String}, 'judged', {day:Date}, {change:UInt32}, {verdict:String}, toFloat64OrNull({value:String}), toFloat64OrNull({usual:String}), {silenced:Bool}
