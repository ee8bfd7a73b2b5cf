CREATE TABLE {beacon_sites:Identifier} AS rollup_beacon_sites
