CREATE TABLE {bots:Identifier} AS rollup_bots
