// The codes of the manual's appendix "PostgreSQL Error Codes" as of PostgreSQL 18, written from its errcodes.txt.

extension SQLState {
    // Class F0 - Configuration File Error
    /// F0000, `config_file_error`.
    public static let configFileError = SQLState(rawValue: "F0000")
    /// F0001, `lock_file_exists`.
    public static let lockFileExists = SQLState(rawValue: "F0001")
    // Class HV - Foreign Data Wrapper Error (SQL/MED)
    /// HV000, `fdw_error`.
    public static let fdwError = SQLState(rawValue: "HV000")
    /// HV005, `fdw_column_name_not_found`.
    public static let fdwColumnNameNotFound = SQLState(rawValue: "HV005")
    /// HV002, `fdw_dynamic_parameter_value_needed`.
    public static let fdwDynamicParameterValueNeeded = SQLState(rawValue: "HV002")
    /// HV010, `fdw_function_sequence_error`.
    public static let fdwFunctionSequenceError = SQLState(rawValue: "HV010")
    /// HV021, `fdw_inconsistent_descriptor_information`.
    public static let fdwInconsistentDescriptorInformation = SQLState(rawValue: "HV021")
    /// HV024, `fdw_invalid_attribute_value`.
    public static let fdwInvalidAttributeValue = SQLState(rawValue: "HV024")
    /// HV007, `fdw_invalid_column_name`.
    public static let fdwInvalidColumnName = SQLState(rawValue: "HV007")
    /// HV008, `fdw_invalid_column_number`.
    public static let fdwInvalidColumnNumber = SQLState(rawValue: "HV008")
    /// HV004, `fdw_invalid_data_type`.
    public static let fdwInvalidDataType = SQLState(rawValue: "HV004")
    /// HV006, `fdw_invalid_data_type_descriptors`.
    public static let fdwInvalidDataTypeDescriptors = SQLState(rawValue: "HV006")
    /// HV091, `fdw_invalid_descriptor_field_identifier`.
    public static let fdwInvalidDescriptorFieldIdentifier = SQLState(rawValue: "HV091")
    /// HV00B, `fdw_invalid_handle`.
    public static let fdwInvalidHandle = SQLState(rawValue: "HV00B")
    /// HV00C, `fdw_invalid_option_index`.
    public static let fdwInvalidOptionIndex = SQLState(rawValue: "HV00C")
    /// HV00D, `fdw_invalid_option_name`.
    public static let fdwInvalidOptionName = SQLState(rawValue: "HV00D")
    /// HV090, `fdw_invalid_string_length_or_buffer_length`.
    public static let fdwInvalidStringLengthOrBufferLength = SQLState(rawValue: "HV090")
    /// HV00A, `fdw_invalid_string_format`.
    public static let fdwInvalidStringFormat = SQLState(rawValue: "HV00A")
    /// HV009, `fdw_invalid_use_of_null_pointer`.
    public static let fdwInvalidUseOfNullPointer = SQLState(rawValue: "HV009")
    /// HV014, `fdw_too_many_handles`.
    public static let fdwTooManyHandles = SQLState(rawValue: "HV014")
    /// HV001, `fdw_out_of_memory`.
    public static let fdwOutOfMemory = SQLState(rawValue: "HV001")
    /// HV00P, `fdw_no_schemas`.
    public static let fdwNoSchemas = SQLState(rawValue: "HV00P")
    /// HV00J, `fdw_option_name_not_found`.
    public static let fdwOptionNameNotFound = SQLState(rawValue: "HV00J")
    /// HV00K, `fdw_reply_handle`.
    public static let fdwReplyHandle = SQLState(rawValue: "HV00K")
    /// HV00Q, `fdw_schema_not_found`.
    public static let fdwSchemaNotFound = SQLState(rawValue: "HV00Q")
    /// HV00R, `fdw_table_not_found`.
    public static let fdwTableNotFound = SQLState(rawValue: "HV00R")
    /// HV00L, `fdw_unable_to_create_execution`.
    public static let fdwUnableToCreateExecution = SQLState(rawValue: "HV00L")
    /// HV00M, `fdw_unable_to_create_reply`.
    public static let fdwUnableToCreateReply = SQLState(rawValue: "HV00M")
    /// HV00N, `fdw_unable_to_establish_connection`.
    public static let fdwUnableToEstablishConnection = SQLState(rawValue: "HV00N")
    // Class P0 - PL/pgSQL Error
    /// P0000, `plpgsql_error`.
    public static let plpgsqlError = SQLState(rawValue: "P0000")
    /// P0001, `raise_exception`.
    public static let raiseException = SQLState(rawValue: "P0001")
    /// P0002, `no_data_found`.
    public static let noDataFound = SQLState(rawValue: "P0002")
    /// P0003, `too_many_rows`.
    public static let tooManyRows = SQLState(rawValue: "P0003")
    /// P0004, `assert_failure`.
    public static let assertFailure = SQLState(rawValue: "P0004")
    // Class XX - Internal Error
    /// XX000, `internal_error`.
    public static let internalError = SQLState(rawValue: "XX000")
    /// XX001, `data_corrupted`.
    public static let dataCorrupted = SQLState(rawValue: "XX001")
    /// XX002, `index_corrupted`.
    public static let indexCorrupted = SQLState(rawValue: "XX002")
}
