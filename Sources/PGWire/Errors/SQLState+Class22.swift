// The codes of the manual's appendix "PostgreSQL Error Codes" as of PostgreSQL 18, written from its errcodes.txt.

extension SQLState {
    // Class 22 - Data Exception
    /// 22000, `data_exception`.
    public static let dataException = SQLState(rawValue: "22000")
    /// 2202E, `array_subscript_error`.
    public static let arrayElementError = SQLState(rawValue: "2202E")
    /// 22021, `character_not_in_repertoire`.
    public static let characterNotInRepertoire = SQLState(rawValue: "22021")
    /// 22008, `datetime_field_overflow`.
    public static let datetimeFieldOverflow = SQLState(rawValue: "22008")
    /// 22012, `division_by_zero`.
    public static let divisionByZero = SQLState(rawValue: "22012")
    /// 22005, `error_in_assignment`.
    public static let errorInAssignment = SQLState(rawValue: "22005")
    /// 2200B, `escape_character_conflict`.
    public static let escapeCharacterConflict = SQLState(rawValue: "2200B")
    /// 22022, `indicator_overflow`.
    public static let indicatorOverflow = SQLState(rawValue: "22022")
    /// 22015, `interval_field_overflow`.
    public static let intervalFieldOverflow = SQLState(rawValue: "22015")
    /// 2201E, `invalid_argument_for_logarithm`.
    public static let invalidArgumentForLogarithm = SQLState(rawValue: "2201E")
    /// 22014, `invalid_argument_for_ntile_function`.
    public static let invalidArgumentForNtileFunction = SQLState(rawValue: "22014")
    /// 22016, `invalid_argument_for_nth_value_function`.
    public static let invalidArgumentForNthValueFunction = SQLState(rawValue: "22016")
    /// 2201F, `invalid_argument_for_power_function`.
    public static let invalidArgumentForPowerFunction = SQLState(rawValue: "2201F")
    /// 2201G, `invalid_argument_for_width_bucket_function`.
    public static let invalidArgumentForWidthBucketFunction = SQLState(rawValue: "2201G")
    /// 22018, `invalid_character_value_for_cast`.
    public static let invalidCharacterValueForCast = SQLState(rawValue: "22018")
    /// 22007, `invalid_datetime_format`.
    public static let invalidDatetimeFormat = SQLState(rawValue: "22007")
    /// 22019, `invalid_escape_character`.
    public static let invalidEscapeCharacter = SQLState(rawValue: "22019")
    /// 2200D, `invalid_escape_octet`.
    public static let invalidEscapeOctet = SQLState(rawValue: "2200D")
    /// 22025, `invalid_escape_sequence`.
    public static let invalidEscapeSequence = SQLState(rawValue: "22025")
    /// 22P06, `nonstandard_use_of_escape_character`.
    public static let nonstandardUseOfEscapeCharacter = SQLState(rawValue: "22P06")
    /// 22010, `invalid_indicator_parameter_value`.
    public static let invalidIndicatorParameterValue = SQLState(rawValue: "22010")
    /// 22023, `invalid_parameter_value`.
    public static let invalidParameterValue = SQLState(rawValue: "22023")
    /// 22013, `invalid_preceding_or_following_size`.
    public static let invalidPrecedingOrFollowingSize = SQLState(rawValue: "22013")
    /// 2201B, `invalid_regular_expression`.
    public static let invalidRegularExpression = SQLState(rawValue: "2201B")
    /// 2201W, `invalid_row_count_in_limit_clause`.
    public static let invalidRowCountInLimitClause = SQLState(rawValue: "2201W")
    /// 2201X, `invalid_row_count_in_result_offset_clause`.
    public static let invalidRowCountInResultOffsetClause = SQLState(rawValue: "2201X")
    /// 2202H, `invalid_tablesample_argument`.
    public static let invalidTablesampleArgument = SQLState(rawValue: "2202H")
    /// 2202G, `invalid_tablesample_repeat`.
    public static let invalidTablesampleRepeat = SQLState(rawValue: "2202G")
    /// 22009, `invalid_time_zone_displacement_value`.
    public static let invalidTimeZoneDisplacementValue = SQLState(rawValue: "22009")
    /// 2200C, `invalid_use_of_escape_character`.
    public static let invalidUseOfEscapeCharacter = SQLState(rawValue: "2200C")
    /// 2200G, `most_specific_type_mismatch`.
    public static let mostSpecificTypeMismatch = SQLState(rawValue: "2200G")
    /// 22004, `null_value_not_allowed`.
    public static let nullValueNotAllowed = SQLState(rawValue: "22004")
    /// 22002, `null_value_no_indicator_parameter`.
    public static let nullValueNoIndicatorParameter = SQLState(rawValue: "22002")
    /// 22003, `numeric_value_out_of_range`.
    public static let numericValueOutOfRange = SQLState(rawValue: "22003")
    /// 2200H, `sequence_generator_limit_exceeded`.
    public static let sequenceGeneratorLimitExceeded = SQLState(rawValue: "2200H")
    /// 22026, `string_data_length_mismatch`.
    public static let stringDataLengthMismatch = SQLState(rawValue: "22026")
    /// 22001, `string_data_right_truncation`.
    public static let stringDataRightTruncation = SQLState(rawValue: "22001")
    /// 22011, `substring_error`.
    public static let substringError = SQLState(rawValue: "22011")
    /// 22027, `trim_error`.
    public static let trimError = SQLState(rawValue: "22027")
    /// 22024, `unterminated_c_string`.
    public static let unterminatedCString = SQLState(rawValue: "22024")
    /// 2200F, `zero_length_character_string`.
    public static let zeroLengthCharacterString = SQLState(rawValue: "2200F")
    /// 22P01, `floating_point_exception`.
    public static let floatingPointException = SQLState(rawValue: "22P01")
    /// 22P02, `invalid_text_representation`.
    public static let invalidTextRepresentation = SQLState(rawValue: "22P02")
    /// 22P03, `invalid_binary_representation`.
    public static let invalidBinaryRepresentation = SQLState(rawValue: "22P03")
    /// 22P04, `bad_copy_file_format`.
    public static let badCopyFileFormat = SQLState(rawValue: "22P04")
    /// 22P05, `untranslatable_character`.
    public static let untranslatableCharacter = SQLState(rawValue: "22P05")
    /// 2200L, `not_an_xml_document`.
    public static let notAnXmlDocument = SQLState(rawValue: "2200L")
    /// 2200M, `invalid_xml_document`.
    public static let invalidXmlDocument = SQLState(rawValue: "2200M")
    /// 2200N, `invalid_xml_content`.
    public static let invalidXmlContent = SQLState(rawValue: "2200N")
    /// 2200S, `invalid_xml_comment`.
    public static let invalidXmlComment = SQLState(rawValue: "2200S")
    /// 2200T, `invalid_xml_processing_instruction`.
    public static let invalidXmlProcessingInstruction = SQLState(rawValue: "2200T")
    /// 22030, `duplicate_json_object_key_value`.
    public static let duplicateJsonObjectKeyValue = SQLState(rawValue: "22030")
    /// 22031, `invalid_argument_for_sql_json_datetime_function`.
    public static let invalidArgumentForSqlJsonDatetimeFunction = SQLState(rawValue: "22031")
    /// 22032, `invalid_json_text`.
    public static let invalidJsonText = SQLState(rawValue: "22032")
    /// 22033, `invalid_sql_json_subscript`.
    public static let invalidSqlJsonSubscript = SQLState(rawValue: "22033")
    /// 22034, `more_than_one_sql_json_item`.
    public static let moreThanOneSqlJsonItem = SQLState(rawValue: "22034")
    /// 22035, `no_sql_json_item`.
    public static let noSqlJsonItem = SQLState(rawValue: "22035")
    /// 22036, `non_numeric_sql_json_item`.
    public static let nonNumericSqlJsonItem = SQLState(rawValue: "22036")
    /// 22037, `non_unique_keys_in_a_json_object`.
    public static let nonUniqueKeysInAJsonObject = SQLState(rawValue: "22037")
    /// 22038, `singleton_sql_json_item_required`.
    public static let singletonSqlJsonItemRequired = SQLState(rawValue: "22038")
    /// 22039, `sql_json_array_not_found`.
    public static let sqlJsonArrayNotFound = SQLState(rawValue: "22039")
    /// 2203A, `sql_json_member_not_found`.
    public static let sqlJsonMemberNotFound = SQLState(rawValue: "2203A")
    /// 2203B, `sql_json_number_not_found`.
    public static let sqlJsonNumberNotFound = SQLState(rawValue: "2203B")
    /// 2203C, `sql_json_object_not_found`.
    public static let sqlJsonObjectNotFound = SQLState(rawValue: "2203C")
    /// 2203D, `too_many_json_array_elements`.
    public static let tooManyJsonArrayElements = SQLState(rawValue: "2203D")
    /// 2203E, `too_many_json_object_members`.
    public static let tooManyJsonObjectMembers = SQLState(rawValue: "2203E")
    /// 2203F, `sql_json_scalar_required`.
    public static let sqlJsonScalarRequired = SQLState(rawValue: "2203F")
    /// 2203G, `sql_json_item_cannot_be_cast_to_target_type`.
    public static let sqlJsonItemCannotBeCastToTargetType = SQLState(rawValue: "2203G")
}
