CREATE TABLE {sources:Identifier} AS rollup_sources
