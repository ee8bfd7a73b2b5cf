SELECT count() AS views FROM {repeats:Identifier}
