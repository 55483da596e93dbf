@_exported public import PGSchemaMigrations
