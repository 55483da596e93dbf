// One import gives all of it: revisions and running them, declared schemas and their comparison, lint, backup and restore.
@_exported public import PGSchemaBackup
@_exported public import PGSchemaComparison
@_exported public import PGSchemaLint
@_exported public import PGSchemaMigrations
