import PGWire
import PGWireTesting
import Testing

extension Live {
    /// What a server says is shown, never obeyed: by no terminal, and as no other line of a log.
    @Suite struct ShownText {
        private static let hostile = "\u{1B}]0;owned\u{7}\u{1B}[2J\r\n2026 LOG: well \u{202E}x\u{85}"
        private static func isObeyed(_ scalar: Unicode.Scalar) -> Bool {
            scalar != "\n" && scalar.properties.generalCategory == .control || scalar == "\u{202E}"
        }

        private static func check(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) {
            #expect(!text.unicodeScalars.contains(where: isObeyed), "\(text)", sourceLocation: sourceLocation)
            for line in text.split(separator: "\n") {
                #expect(!line.hasPrefix("2026"), "\(text)", sourceLocation: sourceLocation)
            }
        }

        private static func error(_ script: [ScriptedServer.Step]) async throws -> PostgresError {
            try await ScriptedServer.run(script + [.waitForEnd], [.close]) { server in
                var configuration = Connection.Configuration(
                    host: "127.0.0.1", port: server.port, user: "u\(hostile)", password: "x", tls: .disabled)
                configuration.connectTimeout = .seconds(2)
                return try await failure {
                    try await Connection.withConnection(configuration) { db in
                        let row = try await db.fetchOne("SELECT 1")
                        _ = try row.decode(0, as: Bool.self)
                    }
                }
            }
        }

        @Test func inErrorsOfStatements() async throws {
            let fields = Dictionary("DHPpqWsctdnFLR".map { ($0, $0 == "P" || $0 == "p" ? "1" : Self.hostile) }) { $1 }
            let error = WireMessage.errorResponse(Self.hostile, Self.hostile, severity: Self.hostile, fields: fields)
            let reported = try await Self.error([.trust, .answer(error, .readyForQuery())])
            Self.check("\(reported)")
            guard case .server(let server) = reported else { throw reported }
            // Programs get what was sent.
            #expect(server.message == Self.hostile)
        }

        @Test func inRefusedLogins() async throws {
            for code in ["28P01", "3D000", "53300", "08P01", "XX\u{1B}1"] {
                let error = WireMessage.errorResponse(code, "authentication \(Self.hostile)", severity: "FATAL")
                Self.check("\(try await Self.error([.startup, .send(error)]))")
            }
            Self.check("\(try await Self.error([.startup, .send(.authenticationSASL([Self.hostile]))]))")
        }

        @Test func inColumnsAndViolations() async throws {
            func rows(_ format: Int16) -> [WireMessage] {
                [
                    .parseComplete, .bindComplete,
                    .rowDescription([.init(Self.hostile, type: 25, format: format)]), .dataRow(texts: ["x"]),
                    .commandComplete("SELECT 1"), .readyForQuery(),
                ]
            }
            Self.check("\(try await Self.error([.trust, .answer(rows(1))]))")
            Self.check("\(try await Self.error([.trust, .answer(rows(7))]))")
            let encoding = WireMessage.parameterStatus("client_encoding", Self.hostile)
            Self.check("\(try await Self.error([.trust, .answer(encoding)]))")
        }
    }
}
