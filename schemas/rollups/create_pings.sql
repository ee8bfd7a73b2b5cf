CREATE TABLE {pings:Identifier} AS rollup_pings
