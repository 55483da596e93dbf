import PGWire
import PGWireTesting
import Testing

/// What the client sends: read back by the server's decoder, and refused before a byte is written where the server could
/// read it as something else.
@Suite struct ProtocolFrontendMessageTests {
    @Test func startup() throws {
        let parameters = [("user", "u"), ("database", ""), ("application_name", "é")]
        let message = try written { try FrontendMessage.startup(parameters: parameters, to: &$0) }
        // An empty value says nothing and is left out.
        #expect(
            try decode(message, isStarted: false) == [
                .startup(
                    version: 196_608,
                    parameters: [.init(name: "user", value: "u"), .init(name: "application_name", value: "é")])
            ])
        #expect(message.suffix(2) == [0, 0])
    }

    @Test func requestsWithoutAType() throws {
        #expect(try decode(written { FrontendMessage.sslRequest(to: &$0) }, isStarted: false) == [.sslRequest])
        let cancel = try written { FrontendMessage.cancelRequest(processID: -2, secretKey: [1, 2, 3, 4, 5], to: &$0) }
        #expect(try decode(cancel, isStarted: false) == [.cancelRequest(processID: -2, secretKey: [1, 2, 3, 4, 5])])
    }

    @Test func batch() throws {
        var parameters = Parameters()
        try parameters.append(Int32(7))
        try parameters.append(String?.none)
        let bytes = try written { output in
            try FrontendMessage.parse(
                statement: "s", sql: "SELECT $1, $2", parameterTypes: parameters.types, to: &output)
            try FrontendMessage.bind(
                portal: "p", statement: "s", parameters: parameters, resultFormats: .text, to: &output)
            try FrontendMessage.describe(.portal, name: "p", to: &output)
            try FrontendMessage.execute(portal: "p", maximumRows: 3, to: &output)
            try FrontendMessage.copyFail("no", to: &output)
            try FrontendMessage.query("SELECT 1", to: &output)
            try FrontendMessage.password("secret", to: &output)
            FrontendMessage.flush(to: &output)
            FrontendMessage.sync(to: &output)
            FrontendMessage.terminate(to: &output)
        }
        #expect(
            try decode(bytes) == [
                .parse(statement: "s", sql: "SELECT $1, $2", types: parameters.types.map(\.rawValue)),
                .bind(
                    .init(
                        portal: "p", statement: "s", formats: parameters.kinds.map(\.format.rawValue),
                        values: [[0, 0, 0, 7], nil], resultFormats: [0])),
                .describe(target: "P", name: "p"), .execute(portal: "p", maximumRows: 3), .copyFail("no"),
                .query("SELECT 1"), .password(Array("secret\0".utf8)), .flush, .sync, .terminate,
            ])
    }

    @Test func zeroBytesAreRefusedAndNothingIsWritten() {
        let messages: [(inout ByteWriter) throws -> Void] = [
            { try FrontendMessage.startup(parameters: [(name: "u\0ser", value: "u")], to: &$0) },
            { try FrontendMessage.startup(parameters: [(name: "user", value: "u\0x")], to: &$0) },
            { try FrontendMessage.password("p\0", to: &$0) },
            { try FrontendMessage.query("SELECT 1\0DROP", to: &$0) },
            { try FrontendMessage.parse(sql: "\0", parameterTypes: [], to: &$0) },
            {
                try FrontendMessage.parse(statement: "\0", sql: "", parameterTypes: [], to: &$0)
            },
            {
                try FrontendMessage.bind(portal: "\0", parameters: Parameters(), resultFormats: .text, to: &$0)
            },
            {
                try FrontendMessage.bind(statement: "\0", parameters: Parameters(), resultFormats: .text, to: &$0)
            },
            { try FrontendMessage.describe(.portal, name: "\0", to: &$0) },
            { try FrontendMessage.execute(portal: "\0", to: &$0) },
            { try FrontendMessage.copyFail("\0", to: &$0) },
            {
                try FrontendMessage.saslInitialResponse(mechanism: "\0", response: [], to: &$0)
            },
        ]
        for (index, message) in messages.enumerated() {
            var writer = ByteWriter()
            #expect(throws: PostgresError.self, "message \(index)") { try message(&writer) }
            #expect(writer.isEmpty)
        }
    }

    @Test func numberOfParameters() throws {
        var parameters = Parameters()
        for _ in 0..<65_535 { parameters.append(encoded: nil, type: .int4, format: .binary) }
        let bytes = try written { output in
            try FrontendMessage.parse(sql: "", parameterTypes: parameters.types, to: &output)
            try FrontendMessage.bind(parameters: parameters, resultFormats: .binary, to: &output)
        }
        guard case .bind(let binding)? = try decode(bytes).last else { throw ProtocolViolation("no Bind") }
        #expect(binding.values.count == 65_535)
        parameters.append(encoded: nil, type: .int4, format: .binary)
        var writer = ByteWriter()
        #expect(throws: PostgresError.self) {
            try FrontendMessage.bind(parameters: parameters, resultFormats: .binary, to: &writer)
        }
        #expect(throws: PostgresError.self) {
            try FrontendMessage.parse(sql: "", parameterTypes: parameters.types, to: &writer)
        }
        #expect(writer.isEmpty)
    }

    @Test(
        "the decoder refuses what PostgreSQL refuses",
        arguments: [
            [0x51, 0, 0, 0, 3], [0x51, 0x7F, 0xFF, 0xFF, 0xFF], [0x51, 0, 0, 0, 6, 65, 65], [0x53, 0, 0, 0, 5, 0],
            [0x21, 0, 0, 0, 4], [0x42, 0, 0, 0, 8, 0, 0, 0xFF, 0xFF],
        ] as [[UInt8]])
    func malformedRequests(bytes: [UInt8]) {
        #expect(throws: FrontendDecoder.ParsingError.self) { try decode(bytes) }
    }

    private func written(_ body: (inout ByteWriter) throws -> Void) throws -> [UInt8] {
        var writer = ByteWriter()
        try body(&writer)
        return writer.bytes
    }

    private func decode(_ bytes: [UInt8], isStarted: Bool = true) throws -> [FrontendRequest] {
        var decoder = FrontendDecoder(isStarted: isStarted)
        var requests: [FrontendRequest] = []
        for byte in bytes {
            decoder.append([byte])
            while let request = try decoder.next() { requests.append(request) }
        }
        #expect(decoder.pending.isEmpty)
        return requests
    }
}
