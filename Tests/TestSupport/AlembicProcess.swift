import Dispatch
import Foundation
package import PGWire

/// Real Alembic with the project in Fixtures/alembic, one process for as many commands as a test has.
package actor AlembicProcess {
    package struct Failure: Error { let command: String, answer: String }

    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()

    /// Where `.ci/bootstrap` puts it.
    private static var python: String {
        let environment = ProcessInfo.processInfo.environment
        let home = environment["HOME"] ?? "/"
        let standard = getuid() == 0 ? "/opt/pgwire-servers" : home + "/.cache/pgwire-servers"
        return (environment["POSTGRES_SERVERS_DIR"] ?? standard) + "/alembic/python"
    }

    package init(_ database: Connection.Configuration) throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized
        let tls = database.tls.mode == .disable ? "disable" : "require"
        let place = "127.0.0.1:\(database.endpoints[0].port)/\(database.database ?? "")"
        process.executableURL = URL(filePath: Self.python)
        process.arguments = [
            root.appending(path: "Fixtures/alembic/driver.py").path,
            "postgresql+psycopg2://\(database.user):\(database.password?.value ?? "")@\(place)?sslmode=\(tls)",
        ]
        process.standardInput = input
        process.standardOutput = output
        try process.run()
    }

    /// Runs a command and returns what it printed.
    @discardableResult
    package func run(_ command: String) async throws -> String {
        input.fileHandleForWriting.write(Data("\(command)\n".utf8))
        let answer = await line()
        guard answer == "ok" || answer.hasPrefix("ok ") else { throw Failure(command: command, answer: answer) }
        return String(answer.dropFirst(3))
    }

    /// Ends it.
    package func end() async {
        try? input.fileHandleForWriting.close()
        _ = await line()
        process.waitUntilExit()
    }

    private func line() async -> String {
        let reader = output.fileHandleForReading
        return await withCheckedContinuation { continuation in
            DispatchQueue(label: "alembic").async {
                var bytes: [UInt8] = []
                while let byte = reader.readData(ofLength: 1).first, byte != UInt8(ascii: "\n") { bytes.append(byte) }
                continuation.resume(returning: String(decoding: bytes, as: UTF8.self))
            }
        }
    }
}
