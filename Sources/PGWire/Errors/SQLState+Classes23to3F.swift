// The codes of the manual's appendix "PostgreSQL Error Codes" as of PostgreSQL 18, written from its errcodes.txt.

extension SQLState {
    // Class 23 - Integrity Constraint Violation
    /// 23000, `integrity_constraint_violation`.
    public static let integrityConstraintViolation = SQLState(rawValue: "23000")
    /// 23001, `restrict_violation`.
    public static let restrictViolation = SQLState(rawValue: "23001")
    /// 23502, `not_null_violation`.
    public static let notNullViolation = SQLState(rawValue: "23502")
    /// 23503, `foreign_key_violation`.
    public static let foreignKeyViolation = SQLState(rawValue: "23503")
    /// 23505, `unique_violation`.
    public static let uniqueViolation = SQLState(rawValue: "23505")
    /// 23514, `check_violation`.
    public static let checkViolation = SQLState(rawValue: "23514")
    /// 23P01, `exclusion_violation`.
    public static let exclusionViolation = SQLState(rawValue: "23P01")
    // Class 24 - Invalid Cursor State
    /// 24000, `invalid_cursor_state`.
    public static let invalidCursorState = SQLState(rawValue: "24000")
    // Class 25 - Invalid Transaction State
    /// 25000, `invalid_transaction_state`.
    public static let invalidTransactionState = SQLState(rawValue: "25000")
    /// 25001, `active_sql_transaction`.
    public static let activeSqlTransaction = SQLState(rawValue: "25001")
    /// 25002, `branch_transaction_already_active`.
    public static let branchTransactionAlreadyActive = SQLState(rawValue: "25002")
    /// 25008, `held_cursor_requires_same_isolation_level`.
    public static let heldCursorRequiresSameIsolationLevel = SQLState(rawValue: "25008")
    /// 25003, `inappropriate_access_mode_for_branch_transaction`.
    public static let inappropriateAccessModeForBranchTransaction = SQLState(rawValue: "25003")
    /// 25004, `inappropriate_isolation_level_for_branch_transaction`.
    public static let inappropriateIsolationLevelForBranchTransaction = SQLState(rawValue: "25004")
    /// 25005, `no_active_sql_transaction_for_branch_transaction`.
    public static let noActiveSqlTransactionForBranchTransaction = SQLState(rawValue: "25005")
    /// 25006, `read_only_sql_transaction`.
    public static let readOnlySqlTransaction = SQLState(rawValue: "25006")
    /// 25007, `schema_and_data_statement_mixing_not_supported`.
    public static let schemaAndDataStatementMixingNotSupported = SQLState(rawValue: "25007")
    /// 25P01, `no_active_sql_transaction`.
    public static let noActiveSqlTransaction = SQLState(rawValue: "25P01")
    /// 25P02, `in_failed_sql_transaction`.
    public static let inFailedSqlTransaction = SQLState(rawValue: "25P02")
    /// 25P03, `idle_in_transaction_session_timeout`.
    public static let idleInTransactionSessionTimeout = SQLState(rawValue: "25P03")
    /// 25P04, `transaction_timeout`.
    public static let transactionTimeout = SQLState(rawValue: "25P04")
    // Class 26 - Invalid SQL Statement Name
    /// 26000, `invalid_sql_statement_name`.
    public static let invalidSqlStatementName = SQLState(rawValue: "26000")
    // Class 27 - Triggered Data Change Violation
    /// 27000, `triggered_data_change_violation`.
    public static let triggeredDataChangeViolation = SQLState(rawValue: "27000")
    // Class 28 - Invalid Authorization Specification
    /// 28000, `invalid_authorization_specification`.
    public static let invalidAuthorizationSpecification = SQLState(rawValue: "28000")
    /// 28P01, `invalid_password`.
    public static let invalidPassword = SQLState(rawValue: "28P01")
    // Class 2B - Dependent Privilege Descriptors Still Exist
    /// 2B000, `dependent_privilege_descriptors_still_exist`.
    public static let dependentPrivilegeDescriptorsStillExist = SQLState(rawValue: "2B000")
    /// 2BP01, `dependent_objects_still_exist`.
    public static let dependentObjectsStillExist = SQLState(rawValue: "2BP01")
    // Class 2D - Invalid Transaction Termination
    /// 2D000, `invalid_transaction_termination`.
    public static let invalidTransactionTermination = SQLState(rawValue: "2D000")
    // Class 2F - SQL Routine Exception
    /// 2F000, `sql_routine_exception`.
    public static let sqlRoutineException = SQLState(rawValue: "2F000")
    /// 2F005, `function_executed_no_return_statement`.
    public static let functionExecutedNoReturnStatement = SQLState(rawValue: "2F005")
    /// 2F002, `modifying_sql_data_not_permitted`.
    public static let modifyingSqlDataNotPermitted = SQLState(rawValue: "2F002")
    /// 2F003, `prohibited_sql_statement_attempted`.
    public static let prohibitedSqlStatementAttempted = SQLState(rawValue: "2F003")
    /// 2F004, `reading_sql_data_not_permitted`.
    public static let readingSqlDataNotPermitted = SQLState(rawValue: "2F004")
    // Class 34 - Invalid Cursor Name
    /// 34000, `invalid_cursor_name`.
    public static let invalidCursorName = SQLState(rawValue: "34000")
    // Class 38 - External Routine Exception
    /// 38000, `external_routine_exception`.
    public static let externalRoutineException = SQLState(rawValue: "38000")
    /// 38001, `containing_sql_not_permitted`.
    public static let containingSqlNotPermitted = SQLState(rawValue: "38001")
    /// 38002, `modifying_sql_data_not_permitted`.
    public static let eREModifyingSqlDataNotPermitted = SQLState(rawValue: "38002")
    /// 38003, `prohibited_sql_statement_attempted`.
    public static let eREProhibitedSqlStatementAttempted = SQLState(rawValue: "38003")
    /// 38004, `reading_sql_data_not_permitted`.
    public static let eREReadingSqlDataNotPermitted = SQLState(rawValue: "38004")
    // Class 39 - External Routine Invocation Exception
    /// 39000, `external_routine_invocation_exception`.
    public static let externalRoutineInvocationException = SQLState(rawValue: "39000")
    /// 39001, `invalid_sqlstate_returned`.
    public static let invalidSqlstateReturned = SQLState(rawValue: "39001")
    /// 39004, `null_value_not_allowed`.
    public static let eRIENullValueNotAllowed = SQLState(rawValue: "39004")
    /// 39P01, `trigger_protocol_violated`.
    public static let triggerProtocolViolated = SQLState(rawValue: "39P01")
    /// 39P02, `srf_protocol_violated`.
    public static let srfProtocolViolated = SQLState(rawValue: "39P02")
    /// 39P03, `event_trigger_protocol_violated`.
    public static let eventTriggerProtocolViolated = SQLState(rawValue: "39P03")
    // Class 3B - Savepoint Exception
    /// 3B000, `savepoint_exception`.
    public static let savepointException = SQLState(rawValue: "3B000")
    /// 3B001, `invalid_savepoint_specification`.
    public static let invalidSavepointSpecification = SQLState(rawValue: "3B001")
    // Class 3D - Invalid Catalog Name
    /// 3D000, `invalid_catalog_name`.
    public static let invalidCatalogName = SQLState(rawValue: "3D000")
    // Class 3F - Invalid Schema Name
    /// 3F000, `invalid_schema_name`.
    public static let invalidSchemaName = SQLState(rawValue: "3F000")
}
