/// Whether a statement only reads, as far as its text tells.
extension SQL {
    /// Whether it certainly only reads: a SELECT, VALUES, TABLE or WITH, or a COPY of such or of a table out of the database,
    /// without any word that changes data, and without functions but those that are known to change nothing. When in
    /// doubt, no.
    ///
    /// It is looked at only when a statement is left before its end.
    ///
    /// - Parameter backslashesAreText: whether strings end where the SQL standard says.
    package func onlyReads(backslashesAreText: Bool) -> Bool {
        let text = text
        guard backslashesAreText || !text.utf8.contains(UInt8(ascii: "\\")) else { return false }
        var tokens = SQLTokens(text)
        var check = ReadingCheck()
        return check.run(&tokens)
    }
}

/// Goes through a statement.
private struct ReadingCheck {
    /// The last tokens, the newest at the end.
    private var recent = [SQLTokens.Token](repeating: .symbol(0), count: 3)
    private var depth = 0
    private var isCopy = false
    /// Whether the COPY is known to go out of the database.
    private var isOut = false

    mutating func run(_ tokens: inout SQLTokens) -> Bool {
        var isFirstWord = true
        while let token = tokens.next() {
            switch token {
            case .word(let word):
                if isFirstWord {
                    guard HarmlessWords.beginnings.contains(word) else { return false }
                    isCopy = word == "copy"
                    isFirstWord = false
                } else if isCopy, depth == 0 {
                    if word == "from" || word == "program" { return false }
                    if word == "to" { isOut = true }
                }
                if HarmlessWords.changes.contains(word) { return false }
            case .symbol(UInt8(ascii: "(")):
                guard mayOpen else { return false }
                depth += 1
            case .symbol(UInt8(ascii: ")")): depth -= 1
            case .symbol(UInt8(ascii: ";")), .unclear: return false
            default: break
            }
            recent = [recent[1], recent[2], token]
        }
        return !isFirstWord && (!isCopy || isOut)
    }

    /// Whether a parenthesis that comes now calls nothing that may change data.
    private var mayOpen: Bool {
        // The columns of a table that is copied.
        if isCopy, depth == 0, !isOut { return true }
        switch (recent[1], recent[2]) {
        case (.word("as"), .word), (.word("as"), .quoted), (.word("with"), .word), (.word("recursive"), .word):
            // A name that is given, and the names of its columns; or a type.
            return true
        case (.symbol(UInt8(ascii: ".")), .word(let word)):
            return recent[0] == .word("pg_catalog") && HarmlessWords.functions.contains(word)
        case (_, .word(let word)):
            return HarmlessWords.keywords.contains(word) || HarmlessWords.functions.contains(word)
        case (_, .quoted): return false
        default: return true
        }
    }
}

/// The words by which a statement is known to change nothing.
private enum HarmlessWords {
    static let beginnings = words("select values table with copy")
    static let changes = words("insert update delete merge into do call truncate create alter drop")
    /// What is no function's name in front of a parenthesis.
    static let keywords = words(
        """
        all and any array as between by case cube distinct else except exists fetch filter from group grouping having ilike in \
        intersect is join lateral like limit materialized not offset on only or over partition rollup row select sets \
        similar some stdout table then union using values when where with
        """)
    /// Functions of the server that change nothing, and types that take numbers.
    static let functions = words(
        """
        abs age array_agg array_append array_cat array_dims array_length array_lower array_position array_positions \
        array_prepend array_remove array_replace array_to_json array_to_string array_upper ascii avg bernoulli bit bit_and \
        bit_length bit_or bool_and bool_or bpchar btrim cardinality cast cbrt ceil ceiling char char_length character \
        character_length chr clock_timestamp coalesce concat concat_ws convert_from convert_to corr count cume_dist \
        date_bin date_part date_trunc decimal decode degrees dense_rank div encode every exp extract first_value float floor \
        format format_type gcd gen_random_uuid generate_series generate_subscripts greatest host initcap interval \
        json_agg json_array_elements json_array_elements_text json_array_length json_build_array json_build_object \
        json_each json_each_text json_extract_path json_extract_path_text json_object json_object_agg json_object_keys \
        json_populate_record json_populate_recordset json_strip_nulls json_to_record json_to_recordset json_typeof \
        jsonb_agg jsonb_array_elements jsonb_array_elements_text jsonb_array_length jsonb_build_array jsonb_build_object \
        jsonb_each jsonb_each_text jsonb_extract_path jsonb_extract_path_text jsonb_object_agg jsonb_object_keys \
        jsonb_path_exists jsonb_path_query jsonb_path_query_array jsonb_path_query_first jsonb_pretty jsonb_set \
        jsonb_strip_nulls jsonb_to_record jsonb_to_recordset jsonb_typeof justify_days justify_hours justify_interval lag \
        last_value lcm lead least left length ln log lower lpad ltrim make_date make_interval make_time make_timestamp \
        make_timestamptz max md5 min mod mode now nth_value ntile nullif num_nonnulls num_nulls numeric octet_length \
        overlay parse_ident percent_rank percentile_cont percentile_disc pg_column_size pg_get_constraintdef \
        pg_get_expr pg_get_functiondef pg_get_indexdef pg_get_userbyid pg_get_viewdef pg_relation_size \
        pg_size_pretty pg_sleep pg_table_is_visible pg_total_relation_size pg_typeof phraseto_tsquery pi \
        plainto_tsquery position power quote_ident quote_literal quote_nullable radians random range_agg rank regexp_count \
        regexp_instr regexp_like regexp_match regexp_matches regexp_replace regexp_split_to_array \
        regexp_split_to_table regexp_substr repeat replace reverse right round row_number row_to_json rpad rtrim \
        sha224 sha256 sha384 sha512 sign split_part sqrt starts_with statement_timestamp stddev stddev_pop \
        stddev_samp string_agg string_to_array string_to_table strpos substr substring sum system time timeofday \
        timestamp timestamptz timezone to_char to_date to_hex to_json to_jsonb to_number to_timestamp to_tsquery \
        to_tsvector transaction_timestamp translate treat trim trim_array trunc ts_headline ts_rank ts_rank_cd unnest upper \
        var_pop var_samp varbit varchar variance varying websearch_to_tsquery width_bucket xmlagg xmlelement xmlforest
        """)

    private static func words(_ list: String) -> Set<String> {
        Set(list.split { $0 == " " || $0 == "\n" }.map(String.init))
    }
}
