// The codes of the manual's appendix "PostgreSQL Error Codes" as of PostgreSQL 18, written from its errcodes.txt.

extension SQLState {
    // Class 53 - Insufficient Resources
    /// 53000, `insufficient_resources`.
    public static let insufficientResources = SQLState(rawValue: "53000")
    /// 53100, `disk_full`.
    public static let diskFull = SQLState(rawValue: "53100")
    /// 53200, `out_of_memory`.
    public static let outOfMemory = SQLState(rawValue: "53200")
    /// 53300, `too_many_connections`.
    public static let tooManyConnections = SQLState(rawValue: "53300")
    /// 53400, `configuration_limit_exceeded`.
    public static let configurationLimitExceeded = SQLState(rawValue: "53400")
    // Class 54 - Program Limit Exceeded
    /// 54000, `program_limit_exceeded`.
    public static let programLimitExceeded = SQLState(rawValue: "54000")
    /// 54001, `statement_too_complex`.
    public static let statementTooComplex = SQLState(rawValue: "54001")
    /// 54011, `too_many_columns`.
    public static let tooManyColumns = SQLState(rawValue: "54011")
    /// 54023, `too_many_arguments`.
    public static let tooManyArguments = SQLState(rawValue: "54023")
    // Class 55 - Object Not In Prerequisite State
    /// 55000, `object_not_in_prerequisite_state`.
    public static let objectNotInPrerequisiteState = SQLState(rawValue: "55000")
    /// 55006, `object_in_use`.
    public static let objectInUse = SQLState(rawValue: "55006")
    /// 55P02, `cant_change_runtime_param`.
    public static let cantChangeRuntimeParam = SQLState(rawValue: "55P02")
    /// 55P03, `lock_not_available`.
    public static let lockNotAvailable = SQLState(rawValue: "55P03")
    /// 55P04, `unsafe_new_enum_value_usage`.
    public static let unsafeNewEnumValueUsage = SQLState(rawValue: "55P04")
    // Class 57 - Operator Intervention
    /// 57000, `operator_intervention`.
    public static let operatorIntervention = SQLState(rawValue: "57000")
    /// 57014, `query_canceled`.
    public static let queryCanceled = SQLState(rawValue: "57014")
    /// 57P01, `admin_shutdown`.
    public static let adminShutdown = SQLState(rawValue: "57P01")
    /// 57P02, `crash_shutdown`.
    public static let crashShutdown = SQLState(rawValue: "57P02")
    /// 57P03, `cannot_connect_now`.
    public static let cannotConnectNow = SQLState(rawValue: "57P03")
    /// 57P04, `database_dropped`.
    public static let databaseDropped = SQLState(rawValue: "57P04")
    /// 57P05, `idle_session_timeout`.
    public static let idleSessionTimeout = SQLState(rawValue: "57P05")
    // Class 58 - System Error (errors external to PostgreSQL itself)
    /// 58000, `system_error`.
    public static let systemError = SQLState(rawValue: "58000")
    /// 58030, `io_error`.
    public static let ioError = SQLState(rawValue: "58030")
    /// 58P01, `undefined_file`.
    public static let undefinedFile = SQLState(rawValue: "58P01")
    /// 58P02, `duplicate_file`.
    public static let duplicateFile = SQLState(rawValue: "58P02")
    /// 58P03, `file_name_too_long`.
    public static let fileNameTooLong = SQLState(rawValue: "58P03")
}
