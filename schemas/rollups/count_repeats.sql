SELECT count() AS repeats FROM {repeats:Identifier}
