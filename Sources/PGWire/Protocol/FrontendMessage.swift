/// The client's messages. Each function appends one to a buffer, or throws and appends nothing.
///
/// A String ends at its zero byte (manual: "Message Formats"), so the rest of a text with a zero byte would be read as
/// another field: such text is refused.
package enum FrontendMessage {
    private static let sslRequestCode: Int32 = 80_877_103
    private static let cancelRequestCode: Int32 = 80_877_102

    /// The target of a Describe or Close.
    package enum Target: UInt8, Sendable {
        case statement = 0x53  // S
        case portal = 0x50  // P
    }

    package static func startup(
        version: ProtocolVersion = .v30, parameters: [(name: String, value: String)], to writer: inout ByteWriter
    ) throws(PostgresError) {
        for (name, value) in parameters {
            try check(name, "the name of a startup parameter")
            try check(value, "startup parameter \(name)")
        }
        try framed(nil, &writer) { writer in
            writer.write(version.code)
            // An empty last value breaks Supavisor's parser, and an empty value has no meaning.
            for (name, value) in parameters where !value.isEmpty {
                writer.write(cString: name)
                writer.write(cString: value)
            }
            writer.write(UInt8(0))
        }
    }

    package static func sslRequest(to writer: inout ByteWriter) {
        writer.write(Int32(8))
        writer.write(sslRequestCode)
    }

    package static func cancelRequest(processID: Int32, secretKey: [UInt8], to writer: inout ByteWriter) {
        writer.write(Int32(truncatingIfNeeded: 12 + secretKey.count))
        writer.write(cancelRequestCode)
        writer.write(processID)
        writer.write(secretKey)
    }

    /// PasswordMessage: the password in cleartext, or the answer to MD5.
    package static func password(_ password: String, to writer: inout ByteWriter) throws(PostgresError) {
        try check(password, "the password")
        try framed(UInt8(ascii: "p"), &writer) { $0.write(cString: password) }
    }

    package static func saslInitialResponse(
        mechanism: String, response: [UInt8], to writer: inout ByteWriter
    ) throws(PostgresError) {
        try check(mechanism, "the SASL mechanism")
        try framed(UInt8(ascii: "p"), &writer) { writer in
            writer.write(cString: mechanism)
            writer.write(Int32(truncatingIfNeeded: response.count))
            writer.write(response)
        }
    }

    package static func saslResponse(_ response: [UInt8], to writer: inout ByteWriter) throws(PostgresError) {
        try framed(UInt8(ascii: "p"), &writer) { $0.write(response) }
    }

    package static func query(_ sql: String, to writer: inout ByteWriter) throws(PostgresError) {
        try check(sql, "the SQL text")
        try framed(UInt8(ascii: "Q"), &writer) { $0.write(cString: sql) }
    }

    package static func parse(
        statement: String = "", sql: String, parameterTypes: [OID], to writer: inout ByteWriter
    ) throws(PostgresError) {
        try parse(statement: statement, parameterCount: parameterTypes.count, to: &writer) { writer in
            writer.write(utf8: sql)
        } types: { writer in
            for type in parameterTypes { writer.write(type.rawValue) }
        }
    }

    /// Parse, with a text and types that the closures write.
    package static func parse(
        statement: String, parameterCount: Int, to writer: inout ByteWriter, text: (inout ByteWriter) -> Void,
        types: (inout ByteWriter) -> Void
    ) throws(PostgresError) {
        try check(statement, "the statement's name")
        let count = try self.parameterCount(parameterCount)
        let start = writer.count
        var hasZero = false
        try framed(UInt8(ascii: "P"), &writer) { writer in
            writer.write(cString: statement)
            let start = writer.count
            text(&writer)
            hasZero = writer.hasZero(from: start)
            writer.write(UInt8(0))
            writer.write(count)
            types(&writer)
        }
        if hasZero {
            writer.truncate(to: start)
            throw zeroByte("the SQL text")
        }
    }

    /// Bind.
    package static func bind(
        portal: String = "", statement: String = "", parameters: Parameters, resultFormats: ResultFormats,
        to writer: inout ByteWriter
    ) throws(PostgresError) {
        try bind(
            portal: portal, statement: statement, parameterCount: parameters.count, values: parameters.values,
            resultFormats: resultFormats, to: &writer
        ) { writer in
            for kind in parameters.kinds { writer.write(kind.format.rawValue) }
        }
    }

    /// Bind, with the parameters' formats that the closure writes.
    package static func bind(
        portal: String = "", statement: String, parameterCount: Int, values: borrowing ByteWriter,
        resultFormats: ResultFormats, to writer: inout ByteWriter, formats: (inout ByteWriter) -> Void
    ) throws(PostgresError) {
        try check(portal, "the portal's name")
        try check(statement, "the statement's name")
        let count = try self.parameterCount(parameterCount)
        try framed(UInt8(ascii: "B"), &writer) { writer in
            writer.write(cString: portal)
            writer.write(cString: statement)
            writer.write(count)
            formats(&writer)
            writer.write(count)
            writer.write(values.span)
            resultFormats.write(to: &writer)
        }
    }

    /// The part that the Bind messages of a prepared statement share: everything after the length and before the
    /// values.
    package static func bindPrefix(statement: String, parameters: Parameters) -> [UInt8] {
        var writer = ByteWriter()
        writer.write(cString: "")
        writer.write(cString: statement)
        let count = UInt16(truncatingIfNeeded: parameters.count)
        writer.write(count)
        for kind in parameters.kinds { writer.write(kind.format.rawValue) }
        writer.write(count)
        return writer.bytes
    }

    /// Bind and Execute, as ``bind(portal:statement:parameters:resultFormats:to:)`` and
    /// ``execute(portal:maximumRows:to:)`` write them for the unnamed portal, from such a prefix.
    package static func bindAndExecute(
        prefix: [UInt8], values: borrowing ByteWriter, resultFormats: ResultFormats, maximumRows: Int32 = 0,
        to writer: inout ByteWriter
    ) throws(PostgresError) {
        try framed(UInt8(ascii: "B"), &writer) { writer in
            writer.write(prefix)
            writer.write(values.span)
            resultFormats.write(to: &writer)
        }
        guard maximumRows == 0 else { return try execute(maximumRows: maximumRows, to: &writer) }
        writer.write(executeAll)
    }

    private static let executeAll: [UInt8] = {
        var writer = ByteWriter()
        // It contains no text, so it cannot throw.
        try? execute(to: &writer)
        return writer.bytes
    }()

    package static func describe(
        _ target: Target, name: String = "", to writer: inout ByteWriter
    ) throws(PostgresError) {
        try check(name, "the name to describe")
        try framed(UInt8(ascii: "D"), &writer) { writer in
            writer.write(target.rawValue)
            writer.write(cString: name)
        }
    }

    /// Execute; `maximumRows` 0 means all.
    package static func execute(
        portal: String = "", maximumRows: Int32 = 0, to writer: inout ByteWriter
    ) throws(PostgresError) {
        try check(portal, "the portal's name")
        try framed(UInt8(ascii: "E"), &writer) { writer in
            writer.write(cString: portal)
            writer.write(maximumRows)
        }
    }

    package static func copyFail(_ reason: String, to writer: inout ByteWriter) throws(PostgresError) {
        try check(reason, "the reason")
        try framed(UInt8(ascii: "f"), &writer) { $0.write(cString: reason) }
    }

    package static func close(
        _ target: Target, name: String, to writer: inout ByteWriter
    ) throws(PostgresError) {
        try check(name, "the name to close")
        try framed(UInt8(ascii: "C"), &writer) { writer in
            writer.write(target.rawValue)
            writer.write(cString: name)
        }
    }

    package static func copyDone(to writer: inout ByteWriter) { bare(UInt8(ascii: "c"), &writer) }
    package static func sync(to writer: inout ByteWriter) { bare(UInt8(ascii: "S"), &writer) }
    package static func flush(to writer: inout ByteWriter) { bare(UInt8(ascii: "H"), &writer) }
    package static func terminate(to writer: inout ByteWriter) { bare(UInt8(ascii: "X"), &writer) }

    private static func bare(_ type: UInt8, _ writer: inout ByteWriter) {
        writer.write(type)
        writer.write(Int32(4))
    }

    /// The number of parameters is sent in 16 bits, which the server reads as unsigned.
    private static func parameterCount(_ count: Int) throws(PostgresError) -> UInt16 {
        guard let count = UInt16(exactly: count) else {
            throw .encoding(
                .init(
                    parameter: nil,
                    description: "\(count) parameters are too many: a statement takes at most 65535. "
                        + "Pass arrays instead (INSERT … SELECT FROM unnest($1, $2)), or use COPY."))
        }
        return count
    }

    private static func check(_ text: String, _ what: String) throws(PostgresError) {
        if text.hasZero { throw zeroByte(what) }
    }

    private static func zeroByte(_ what: String) -> PostgresError {
        .encoding(
            .init(parameter: nil, description: "\(what) contains a zero byte, which PostgreSQL cannot take: remove it"))
    }

    private static func framed(
        _ type: UInt8?, _ writer: inout ByteWriter, _ body: (inout ByteWriter) -> Void
    ) throws(PostgresError) {
        let start = writer.count
        if let type { writer.write(type) }
        let mark = writer.reserveLength()
        body(&writer)
        do {
            try writer.patchLength(mark, to: writer.count - mark)
        } catch {
            writer.truncate(to: start)
            throw .encoding(
                .init(
                    parameter: nil,
                    description: "a message of \(error.length) bytes is too long: the protocol allows less than 2 GiB. "
                        + "Send the data in parts, for example by COPY."))
        }
    }
}
