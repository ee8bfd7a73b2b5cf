OPTIMIZE TABLE {staging:Identifier} FINAL
