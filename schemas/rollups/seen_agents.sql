-- The user-agents of views and custom events, for the rules of bots.
SELECT DISTINCT user_agent
FROM events
WHERE event_time >= {read_from:DateTime64(3, 'UTC')} AND event_time < {read_to:DateTime64(3, 'UTC')}
  AND kind IN ('pageview', 'custom')
  AND ({all_sites:Bool} OR has({sites:Array(String)}, site))
SETTINGS max_threads = 1, max_memory_usage = 2000000000
