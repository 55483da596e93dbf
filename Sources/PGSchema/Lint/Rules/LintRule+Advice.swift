extension LintRule {
    /// Why it is dangerous, in a sentence.
    package var why: String { advice.why }
    /// What to write instead.
    package var instead: String { advice.instead }

    private var advice: (why: String, instead: String) {
        switch self {
        case .addNotNull, .volatileDefault, .generatedColumn, .setNotNull, .typeChangeRewrite, .typeChangeScan,
            .narrowerType, .dropColumn, .renameColumn, .jsonColumn, .timestampColumn, .charColumn:
            columnAdvice
        case .dropTable, .renameTable, .truncate, .tableRewrite, .scanUnderLock, .lockTable, .severalTables,
            .fullVacuum,
            .dropCascade:
            tableAdvice
        case .createIndex, .dropIndex, .reindex, .refresh, .concurrentlyInTransaction, .unique, .primaryKey, .exclusion,
            .foreignKey, .check, .validateTogether, .keyWithoutIndex:
            indexAdvice
        default: otherAdvice
        }
    }

    private var columnAdvice: (String, String) {
        switch self {
        case .addNotNull:
            (
                "It fails as soon as the table has a row.",
                "add it with a constant DEFAULT, or nullable; fill it; then set NOT NULL by way of a validated check"
            )
        case .volatileDefault:
            (
                "A default that differs from row to row writes the whole table anew while nobody can read it.",
                "add the column without default, SET DEFAULT in a second statement, and fill old rows in batches"
            )
        case .generatedColumn:
            (
                "A serial, identity or stored generated column writes the whole table anew while nobody can read it.",
                """
                add a nullable column, give it its sequence's nextval as default (or a trigger), fill old rows in \
                batches, and make it an identity afterwards
                """
            )
        case .setNotNull:
            (
                "It reads the whole table while nobody else can read or write it.",
                """
                ADD CONSTRAINT … CHECK (column IS NOT NULL) NOT VALID; VALIDATE CONSTRAINT in the next revision; then SET \
                NOT NULL, which takes the check's word, and drop the check
                """
            )
        case .typeChangeRewrite:
            (
                "The change of type writes the whole table and its indexes anew while nobody can read it.",
                "add a column of the new type, fill it in batches, let the program write both, then drop the old one"
            )
        case .typeChangeScan:
            (
                "The change of type reads the whole table, or builds its indexes anew, while nobody else can use it.",
                "add a column of the new type, fill it in batches, let the program write both, then drop the old one"
            )
        case .narrowerType:
            (
                "The new type holds less: a value that is too long makes it fail, and programs that write one will fail.",
                "keep the type and add CHECK (length(column) <= …) NOT VALID, validated in the next revision"
            )
        case .dropColumn:
            (
                "Its data is lost, and programs of the version before still name it.",
                "release a program that no longer uses it first, then drop it and allow this with that reason"
            )
        case .renameColumn:
            (
                "Programs of the version before still use the old name.",
                "add a column of the new name, let the program write both, and drop the old one later"
            )
        case .jsonColumn:
            (
                "json has no equality, so DISTINCT and GROUP BY fail, and no index supports it.",
                "use jsonb"
            )
        case .timestampColumn:
            (
                "It does not say which moment it means once sessions have different time zones.",
                "use timestamp with time zone"
            )
        case .charColumn:
            ("char(n) pads with blanks and ignores them in comparisons.", "use text or varchar")
        default: otherAdvice
        }
    }

    private var tableAdvice: (String, String) {
        switch self {
        case .dropTable:
            (
                "Its rows are lost, and programs of the version before still use it.",
                "release a program that no longer uses it first, then drop it and allow this with that reason"
            )
        case .renameTable:
            (
                "Programs of the version before still use the old name.",
                "leave the name, or make a view of the new name and let programs move to it first"
            )
        case .truncate:
            (
                "All rows are lost at once, under a lock that blocks reads and writes.",
                "delete what must go by DELETE … WHERE, in batches"
            )
        case .tableRewrite:
            (
                "It writes the whole table anew while nobody can read it.",
                "make a new table, copy in batches, and swap the two"
            )
        case .scanUnderLock:
            (
                "It reads a whole table under a lock that keeps others from it.",
                "do the part that reads in a statement of a weaker lock, such as VALIDATE CONSTRAINT or CONCURRENTLY"
            )
        case .lockTable:
            (
                "The lock is held to the end of the transaction and blocks others.",
                "leave it to each statement to take the lock that it needs"
            )
        case .severalTables:
            (
                "Waiting for the second table the first stays blocked, and sessions that take them in another order deadlock.",
                """
                make a revision for each table; where one statement needs them all, run it in a time without load and allow \
                this with that reason
                """
            )
        case .fullVacuum:
            (
                "It writes the whole table anew while nobody can read it.",
                "plain VACUUM, or a tool such as pg_repack, outside of revisions"
            )
        case .dropCascade:
            (
                "CASCADE also drops what this file does not name.",
                "drop each object by its name, without CASCADE"
            )
        default: otherAdvice
        }
    }

    private var indexAdvice: (String, String) {
        switch self {
        case .createIndex:
            (
                "Nobody can write to the table until the index is built.",
                "CREATE INDEX CONCURRENTLY in a revision of its own with the header line \"-- transaction: none\""
            )
        case .dropIndex:
            (
                "It waits for all queries on the table, and blocks all others meanwhile.",
                "DROP INDEX CONCURRENTLY in a revision of its own with the header line \"-- transaction: none\""
            )
        case .reindex:
            (
                "Nobody can write to the table, or use the index, until it is built.",
                "REINDEX … CONCURRENTLY in a revision of its own with the header line \"-- transaction: none\""
            )
        case .refresh:
            (
                "Nobody can read the view until its query is done.",
                "REFRESH MATERIALIZED VIEW CONCURRENTLY, which needs a unique index"
            )
        case .concurrentlyInTransaction:
            (
                "The server refuses it inside a transaction.",
                "put it into a revision of its own with the header line \"-- transaction: none\""
            )
        case .unique:
            (
                "The index is built while nobody can use the table, and duplicates make it fail.",
                "CREATE UNIQUE INDEX CONCURRENTLY first, then ADD CONSTRAINT … UNIQUE USING INDEX"
            )
        case .primaryKey:
            (
                "The index is built, and NULLs are looked for, while nobody can use the table.",
                """
                CREATE UNIQUE INDEX CONCURRENTLY first, make the columns NOT NULL by way of a validated check, then ADD \
                PRIMARY KEY USING INDEX
                """
            )
        case .exclusion:
            (
                "Its index is built while nobody can use the table, and no form of it avoids that.",
                "make the constraint with the table, or in a time without load and allow this with that reason"
            )
        case .foreignKey:
            (
                "All rows are checked while nobody can write to either table.",
                "ADD … NOT VALID, and VALIDATE CONSTRAINT in the next revision"
            )
        case .check:
            (
                "All rows are checked while nobody else can read or write the table.",
                "ADD … NOT VALID, and VALIDATE CONSTRAINT in the next revision"
            )
        case .validateTogether:
            (
                "The lock of ADD … NOT VALID is held while all rows are checked.",
                "VALIDATE CONSTRAINT in the next revision"
            )
        case .keyWithoutIndex:
            (
                "Each DELETE of a row that is referred to reads this whole table.",
                "make an index that begins with the key's columns, unless such rows are never deleted"
            )
        default: otherAdvice
        }
    }
}
