CREATE TABLE {agents:Identifier} AS rollup_agents
