CREATE TABLE {networks:Identifier} AS rollup_networks
