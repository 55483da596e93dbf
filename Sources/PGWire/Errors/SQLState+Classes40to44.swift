// The codes of the manual's appendix "PostgreSQL Error Codes" as of PostgreSQL 18, written from its errcodes.txt.

extension SQLState {
    // Class 40 - Transaction Rollback
    /// 40000, `transaction_rollback`.
    public static let transactionRollback = SQLState(rawValue: "40000")
    /// 40002, `transaction_integrity_constraint_violation`.
    public static let transactionIntegrityConstraintViolation = SQLState(rawValue: "40002")
    /// 40001, `serialization_failure`.
    public static let serializationFailure = SQLState(rawValue: "40001")
    /// 40003, `statement_completion_unknown`.
    public static let statementCompletionUnknown = SQLState(rawValue: "40003")
    /// 40P01, `deadlock_detected`.
    public static let deadlockDetected = SQLState(rawValue: "40P01")
    // Class 42 - Syntax Error or Access Rule Violation
    /// 42000, `syntax_error_or_access_rule_violation`.
    public static let syntaxErrorOrAccessRuleViolation = SQLState(rawValue: "42000")
    /// 42601, `syntax_error`.
    public static let syntaxError = SQLState(rawValue: "42601")
    /// 42501, `insufficient_privilege`.
    public static let insufficientPrivilege = SQLState(rawValue: "42501")
    /// 42846, `cannot_coerce`.
    public static let cannotCoerce = SQLState(rawValue: "42846")
    /// 42803, `grouping_error`.
    public static let groupingError = SQLState(rawValue: "42803")
    /// 42P20, `windowing_error`.
    public static let windowingError = SQLState(rawValue: "42P20")
    /// 42P19, `invalid_recursion`.
    public static let invalidRecursion = SQLState(rawValue: "42P19")
    /// 42830, `invalid_foreign_key`.
    public static let invalidForeignKey = SQLState(rawValue: "42830")
    /// 42602, `invalid_name`.
    public static let invalidName = SQLState(rawValue: "42602")
    /// 42622, `name_too_long`.
    public static let nameTooLong = SQLState(rawValue: "42622")
    /// 42939, `reserved_name`.
    public static let reservedName = SQLState(rawValue: "42939")
    /// 42804, `datatype_mismatch`.
    public static let datatypeMismatch = SQLState(rawValue: "42804")
    /// 42P18, `indeterminate_datatype`.
    public static let indeterminateDatatype = SQLState(rawValue: "42P18")
    /// 42P21, `collation_mismatch`.
    public static let collationMismatch = SQLState(rawValue: "42P21")
    /// 42P22, `indeterminate_collation`.
    public static let indeterminateCollation = SQLState(rawValue: "42P22")
    /// 42809, `wrong_object_type`.
    public static let wrongObjectType = SQLState(rawValue: "42809")
    /// 428C9, `generated_always`.
    public static let generatedAlways = SQLState(rawValue: "428C9")
    /// 42703, `undefined_column`.
    public static let undefinedColumn = SQLState(rawValue: "42703")
    /// 42883, `undefined_function`.
    public static let undefinedFunction = SQLState(rawValue: "42883")
    /// 42P01, `undefined_table`.
    public static let undefinedTable = SQLState(rawValue: "42P01")
    /// 42P02, `undefined_parameter`.
    public static let undefinedParameter = SQLState(rawValue: "42P02")
    /// 42704, `undefined_object`.
    public static let undefinedObject = SQLState(rawValue: "42704")
    /// 42701, `duplicate_column`.
    public static let duplicateColumn = SQLState(rawValue: "42701")
    /// 42P03, `duplicate_cursor`.
    public static let duplicateCursor = SQLState(rawValue: "42P03")
    /// 42P04, `duplicate_database`.
    public static let duplicateDatabase = SQLState(rawValue: "42P04")
    /// 42723, `duplicate_function`.
    public static let duplicateFunction = SQLState(rawValue: "42723")
    /// 42P05, `duplicate_prepared_statement`.
    public static let duplicatePreparedStatement = SQLState(rawValue: "42P05")
    /// 42P06, `duplicate_schema`.
    public static let duplicateSchema = SQLState(rawValue: "42P06")
    /// 42P07, `duplicate_table`.
    public static let duplicateTable = SQLState(rawValue: "42P07")
    /// 42712, `duplicate_alias`.
    public static let duplicateAlias = SQLState(rawValue: "42712")
    /// 42710, `duplicate_object`.
    public static let duplicateObject = SQLState(rawValue: "42710")
    /// 42702, `ambiguous_column`.
    public static let ambiguousColumn = SQLState(rawValue: "42702")
    /// 42725, `ambiguous_function`.
    public static let ambiguousFunction = SQLState(rawValue: "42725")
    /// 42P08, `ambiguous_parameter`.
    public static let ambiguousParameter = SQLState(rawValue: "42P08")
    /// 42P09, `ambiguous_alias`.
    public static let ambiguousAlias = SQLState(rawValue: "42P09")
    /// 42P10, `invalid_column_reference`.
    public static let invalidColumnReference = SQLState(rawValue: "42P10")
    /// 42611, `invalid_column_definition`.
    public static let invalidColumnDefinition = SQLState(rawValue: "42611")
    /// 42P11, `invalid_cursor_definition`.
    public static let invalidCursorDefinition = SQLState(rawValue: "42P11")
    /// 42P12, `invalid_database_definition`.
    public static let invalidDatabaseDefinition = SQLState(rawValue: "42P12")
    /// 42P13, `invalid_function_definition`.
    public static let invalidFunctionDefinition = SQLState(rawValue: "42P13")
    /// 42P14, `invalid_prepared_statement_definition`.
    public static let invalidPreparedStatementDefinition = SQLState(rawValue: "42P14")
    /// 42P15, `invalid_schema_definition`.
    public static let invalidSchemaDefinition = SQLState(rawValue: "42P15")
    /// 42P16, `invalid_table_definition`.
    public static let invalidTableDefinition = SQLState(rawValue: "42P16")
    /// 42P17, `invalid_object_definition`.
    public static let invalidObjectDefinition = SQLState(rawValue: "42P17")
    // Class 44 - WITH CHECK OPTION Violation
    /// 44000, `with_check_option_violation`.
    public static let withCheckOptionViolation = SQLState(rawValue: "44000")
}
