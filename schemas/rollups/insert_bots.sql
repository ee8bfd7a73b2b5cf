INSERT INTO {bots:Identifier} (user_agent, reasons)
