// The codes of the manual's appendix "PostgreSQL Error Codes" as of PostgreSQL 18, written from its errcodes.txt.

extension SQLState {
    // Class 00 - Successful Completion
    /// 00000, `successful_completion`.
    public static let successfulCompletion = SQLState(rawValue: "00000")
    // Class 01 - Warning
    /// 01000, `warning`.
    public static let warning = SQLState(rawValue: "01000")
    /// 0100C, `dynamic_result_sets_returned`.
    public static let warningDynamicResultSetsReturned = SQLState(rawValue: "0100C")
    /// 01008, `implicit_zero_bit_padding`.
    public static let warningImplicitZeroBitPadding = SQLState(rawValue: "01008")
    /// 01003, `null_value_eliminated_in_set_function`.
    public static let warningNullValueEliminatedInSetFunction = SQLState(rawValue: "01003")
    /// 01007, `privilege_not_granted`.
    public static let warningPrivilegeNotGranted = SQLState(rawValue: "01007")
    /// 01006, `privilege_not_revoked`.
    public static let warningPrivilegeNotRevoked = SQLState(rawValue: "01006")
    /// 01004, `string_data_right_truncation`.
    public static let warningStringDataRightTruncation = SQLState(rawValue: "01004")
    /// 01P01, `deprecated_feature`.
    public static let warningDeprecatedFeature = SQLState(rawValue: "01P01")
    // Class 02 - No Data (this is also a warning class per the SQL standard)
    /// 02000, `no_data`.
    public static let noData = SQLState(rawValue: "02000")
    /// 02001, `no_additional_dynamic_result_sets_returned`.
    public static let noAdditionalDynamicResultSetsReturned = SQLState(rawValue: "02001")
    // Class 03 - SQL Statement Not Yet Complete
    /// 03000, `sql_statement_not_yet_complete`.
    public static let sqlStatementNotYetComplete = SQLState(rawValue: "03000")
    // Class 08 - Connection Exception
    /// 08000, `connection_exception`.
    public static let connectionException = SQLState(rawValue: "08000")
    /// 08003, `connection_does_not_exist`.
    public static let connectionDoesNotExist = SQLState(rawValue: "08003")
    /// 08006, `connection_failure`.
    public static let connectionFailure = SQLState(rawValue: "08006")
    /// 08001, `sqlclient_unable_to_establish_sqlconnection`.
    public static let sqlclientUnableToEstablishSqlconnection = SQLState(rawValue: "08001")
    /// 08004, `sqlserver_rejected_establishment_of_sqlconnection`.
    public static let sqlserverRejectedEstablishmentOfSqlconnection = SQLState(rawValue: "08004")
    /// 08007, `transaction_resolution_unknown`.
    public static let transactionResolutionUnknown = SQLState(rawValue: "08007")
    /// 08P01, `protocol_violation`.
    public static let protocolViolation = SQLState(rawValue: "08P01")
    // Class 09 - Triggered Action Exception
    /// 09000, `triggered_action_exception`.
    public static let triggeredActionException = SQLState(rawValue: "09000")
    // Class 0A - Feature Not Supported
    /// 0A000, `feature_not_supported`.
    public static let featureNotSupported = SQLState(rawValue: "0A000")
    // Class 0B - Invalid Transaction Initiation
    /// 0B000, `invalid_transaction_initiation`.
    public static let invalidTransactionInitiation = SQLState(rawValue: "0B000")
    // Class 0F - Locator Exception
    /// 0F000, `locator_exception`.
    public static let locatorException = SQLState(rawValue: "0F000")
    /// 0F001, `invalid_locator_specification`.
    public static let invalidLocatorSpecification = SQLState(rawValue: "0F001")
    // Class 0L - Invalid Grantor
    /// 0L000, `invalid_grantor`.
    public static let invalidGrantor = SQLState(rawValue: "0L000")
    /// 0LP01, `invalid_grant_operation`.
    public static let invalidGrantOperation = SQLState(rawValue: "0LP01")
    // Class 0P - Invalid Role Specification
    /// 0P000, `invalid_role_specification`.
    public static let invalidRoleSpecification = SQLState(rawValue: "0P000")
    // Class 0Z - Diagnostics Exception
    /// 0Z000, `diagnostics_exception`.
    public static let diagnosticsException = SQLState(rawValue: "0Z000")
    /// 0Z002, `stacked_diagnostics_accessed_without_active_handler`.
    public static let stackedDiagnosticsAccessedWithoutActiveHandler = SQLState(rawValue: "0Z002")
    // Class 10 - XQuery Error
    /// 10608, `invalid_argument_for_xquery`.
    public static let invalidArgumentForXquery = SQLState(rawValue: "10608")
    // Class 20 - Case Not Found
    /// 20000, `case_not_found`.
    public static let caseNotFound = SQLState(rawValue: "20000")
    // Class 21 - Cardinality Violation
    /// 21000, `cardinality_violation`.
    public static let cardinalityViolation = SQLState(rawValue: "21000")
}
