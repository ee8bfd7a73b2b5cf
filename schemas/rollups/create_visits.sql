CREATE TABLE {visits:Identifier} AS rollup_visits
