import PGWire
import PGWireTesting
import Synchronization
import Testing

#if canImport(FoundationEssentials)
import FoundationEssentials
import Glibc
#else
import Foundation
#endif

/// A server that never stops talking, and what it costs its client: time and memory.
struct Flood: Sendable, CustomTestStringConvertible {
    typealias Step = ScriptedServer.Step

    let name: String
    /// What the server does before it begins.
    let beginning: [Step]
    /// What it then sends again and again.
    let talk: [UInt8]
    /// Whether it sends TLS records without data instead.
    var sendsControlRecords = false
    /// Messages that are sent in a second; nil for as many as it can.
    var rate: Int?
    /// When the client is to be done with it.
    let deadline: Duration
    var configure: @Sendable (inout Connection.Configuration) -> Void = { _ in }
    /// What the client does.
    let body: @Sendable (Connection.Configuration) async throws -> Void
    /// What the client may keep of it beside the usual mebibyte, as stated in Documentation/Limits.md.
    var kept = 0

    var testDescription: String { name }

    /// How much later than its deadline a call may end.
    private static let tolerance = Duration.milliseconds(500)

    /// Runs it once: how long it took, how much more memory the process had meanwhile than before, and what was thrown.
    func run() async throws -> (duration: Duration, memory: Int, outcome: (any Error)?) {
        let server = try ScriptedServer(beginning + [flood], [.receiveSome, flood])
        defer { server.stop() }
        var configuration = Connection.Configuration(
            host: "127.0.0.1", port: server.port, user: "scribe", password: "x", tls: .disabled)
        configuration.connectTimeout = .milliseconds(300)
        configuration.statementTimeout = .milliseconds(200)
        configuration.poolerMode = .direct
        configure(&configuration)
        let before = try Memory.resetPeak()
        let start = ContinuousClock.now
        var outcome: (any Error)?
        do { try await body(configuration) } catch { outcome = error }
        return (start.duration(to: .now), try Memory.peak() - before, outcome)
    }

    private static let isWarm = Atomic(false)

    /// Runs it and expects that time and memory hold.
    func check() async throws {
        // What a process does for the first time takes memory for good, such as loading OpenSSL.
        if !Self.isWarm.exchange(true, ordering: .relaxed) {
            for _ in 1...2 { _ = try await run() }
        }
        let (duration, memory, outcome) = try await run()
        print("\(name): \(duration), \(memory >> 10) KiB, \(outcome.map { "\($0)" } ?? "no error")")
        #expect(outcome != nil)
        #expect(duration < deadline + Self.tolerance)
        #expect(memory < 1 << 20 + kept, "\(memory) bytes")
    }

    private var flood: Step {
        let count = rate == nil ? max(1, 32 * 1024 / talk.count) : 1
        let bytes = Array(repeatElement(talk, count: count).joined())
        let pause = rate.map { UInt32(1_000_000 / $0) }
        return Step("flood") { [sendsControlRecords] connection in
            // The client's going is what ends it.
            do {
                while true {
                    if sendsControlRecords { try connection.sendControlRecord() } else { try connection.send(bytes) }
                    if let pause { usleep(pause) }
                }
            } catch is ScriptFailure { return }
        }
    }
}

/// The resident memory of this process, as Linux counts it.
private enum Memory {
    /// Forgets the peak so far, and returns how much it is now, in bytes.
    static func resetPeak() throws -> Int {
        try Data("5".utf8).write(to: URL(fileURLWithPath: "/proc/self/clear_refs"))
        return try peak()
    }

    static func peak() throws -> Int {
        let lines = try String(contentsOfFile: "/proc/self/status", encoding: .utf8).split(separator: "\n")
        let line = try #require(lines.first { $0.hasPrefix("VmHWM:") })
        return try #require(
            line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap { Int($0) })
            * 1024
    }
}
