CREATE TABLE {repeats:Identifier} AS rollup_repeats
