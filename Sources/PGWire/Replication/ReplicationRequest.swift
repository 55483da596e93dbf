/// What is asked for by START_REPLICATION.
struct ReplicationRequest: Sendable {
    let slot: String
    private let quotedSlot: String
    private let publications: [SQLIdentifier]
    let options: Replication.Options

    /// - Throws: ``PostgresError/usage(_:)`` for what no server takes.
    init(_ slot: String, _ publications: [SQLIdentifier], _ options: Replication.Options) throws(PostgresError) {
        self.slot = slot
        quotedSlot = try SlotName(slot).quoted
        if publications.isEmpty { throw .usage("there is no publication to stream: name at least one") }
        for name in publications {
            if let problem = name.problem { throw .usage("as a publication's name, \(problem)") }
        }
        self.publications = publications
        self.options = options
        if let version = options.protocolVersion, !(1...4).contains(version) {
            throw .usage("pgoutput has the protocol versions 1 to 4, and not \(version)")
        }
    }

    /// The version of pgoutput's protocol: the newest that the server has, unless another was asked for.
    private func protocolVersion(_ server: Int) -> Int {
        if let version = options.protocolVersion { return version }
        switch server {
        case 16...: return 4
        case 15: return 3
        case 14: return 2
        default: return 1
        }
    }

    /// The command for a server of this version.
    ///
    /// - Throws: ``PostgresError/usage(_:)`` when it is too old for what is asked for.
    func command(server: Int, from start: LogSequenceNumber) throws(PostgresError) -> String {
        let version = protocolVersion(server)
        let newest = ReplicationRequest.newestProtocol(server)
        guard version <= newest else {
            throw .usage("PostgreSQL \(server) speaks pgoutput's protocol up to version \(newest), and not \(version)")
        }
        var list = ["proto_version '\(version)'", "publication_names \(Self.literal(publicationNames))"]
        func add(_ option: String, _ value: String, server needed: Int, protocol neededProtocol: Int = 1)
            throws(PostgresError)
        {
            guard server >= needed, version >= neededProtocol else {
                let isOld = server < needed
                throw .usage(
                    "\(option) '\(value)' needs "
                        + (isOld
                            ? "PostgreSQL \(needed), and the server is PostgreSQL \(server)"
                            : "version \(neededProtocol) of pgoutput's protocol, and \(version) was asked for"))
            }
            list.append("\(option) '\(value)'")
        }
        if options.binary { try add("binary", "true", server: 14) }
        if options.messages { try add("messages", "true", server: 14) }
        switch options.streaming {
        case .off: break
        case .on: try add("streaming", "on", server: 14, protocol: 2)
        case .parallel: try add("streaming", "parallel", server: 16, protocol: 4)
        }
        if options.twoPhase { try add("two_phase", "true", server: 15, protocol: 3) }
        if let origin = options.origin { try add("origin", origin.rawValue, server: 16) }
        return "START_REPLICATION SLOT \(quotedSlot) LOGICAL \(start) (\(list.joined(separator: ", ")))"
    }

    private static func newestProtocol(_ server: Int) -> Int {
        switch server {
        case 16...: 4
        case 15: 3
        case 14: 2
        default: 1
        }
    }

    private var publicationNames: String { publications.map(\.quoted).joined(separator: ",") }

    /// SQL that is run before: it has values written as pgoutput's readers know them, and asks after how long the server gives up
    /// a client that says nothing, how far the slot is, what the database's domains are over, and which publications there are not.
    var preparation: String {
        let names = publications.map { "(\(Self.sqlLiteral($0.text)))" }.joined(separator: ", ")
        return """
            SET DateStyle = ISO; SET IntervalStyle = postgres; SET extra_float_digits = 1;
            SELECT s.setting FROM pg_catalog.pg_settings AS s WHERE s.name OPERATOR(pg_catalog.=) 'wal_sender_timeout';
            SELECT r.confirmed_flush_lsn FROM pg_catalog.pg_replication_slots AS r
            WHERE r.slot_name OPERATOR(pg_catalog.=) '\(slot)'::pg_catalog.name;
            SELECT t.oid, t.typbasetype FROM pg_catalog.pg_type AS t WHERE t.typtype OPERATOR(pg_catalog.=) 'd';
            SELECT CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_last_wal_replay_lsn()
                ELSE pg_catalog.pg_current_wal_flush_lsn() END;
            SELECT n.name FROM (VALUES \(names)) AS n(name) WHERE NOT EXISTS (
                SELECT FROM pg_catalog.pg_publication AS p
                WHERE p.pubname OPERATOR(pg_catalog.=) n.name::pg_catalog.name)
            """
    }

    /// What is said of publications that are not there.
    static func missing(_ names: [String]) -> PostgresError {
        let list = names.map { SQLIdentifier($0).quoted.escapingControls }.joined(separator: ", ")
        return .usage(
            "there is no publication \(list) in the database: CREATE PUBLICATION … FOR TABLE …, and make the slot after that, as what "
                + "was written before cannot be streamed")
    }

    /// A string of the replication grammar, where nothing but the quote has a meaning.
    private static func literal(_ text: String) -> String { quoted(text, UInt8(ascii: "'"), []) }

    /// A string of SQL, whatever `standard_conforming_strings` is.
    private static func sqlLiteral(_ text: String) -> String {
        "E" + quoted(text, UInt8(ascii: "'"), [UInt8(ascii: "\\")])
    }

    private static func quoted(_ text: String, _ quote: UInt8, _ others: [UInt8]) -> String {
        var bytes = [quote]
        for byte in text.utf8 {
            if byte == quote || others.contains(byte) { bytes.append(byte) }
            bytes.append(byte)
        }
        return String(decoding: bytes + [quote], as: UTF8.self)
    }
}
