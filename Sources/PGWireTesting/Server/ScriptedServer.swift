#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif
import Synchronization

/// A server for tests that listens on a free port of 127.0.0.1 and says to each client what its script says: also what
/// no real server can be brought to say.
///
/// ```swift
/// // Lets the client in, answers one query, and cuts the connection in the middle of a row.
/// let row = WireMessage.dataRow(texts: ["half of this"]).bytes
/// try await ScriptedServer.run([
///     .scram(password: "secret"),
///     .receiveBatch,
///     .send(.parseComplete, .bindComplete, .rowDescription([.init("text", type: 25)])),
///     .sendBytes(Array(row.prefix(9))),
///     .close,
/// ]) { server in
///     // … connect to 127.0.0.1, port server.port …
/// }
/// ```
///
/// The first connection plays the first script, the second the second, and all after the last script play that one again.
/// A script that fails (it expected one message and another came) is reported by ``run(_:patience:_:)`` as an error and
/// by ``failures``. Each connection is served on a thread of its own; no thread and no socket is left after
/// ``stop()``.
public final class ScriptedServer: Sendable {
    /// A script: what to do, step by step.
    public typealias Script = [Step]

    /// The port that it listens on, at 127.0.0.1.
    public let port: UInt16

    private let record: ScriptedService.Record
    private let thread: BlockingThread
    /// Closing the one end is what stops every wait of the other: it becomes readable.
    private let stopSignal: Mutex<Descriptor?>

    /// Starts to listen. No wait of a script lasts longer than `patience`.
    public convenience init(_ scripts: Script..., patience: Duration = .seconds(30)) throws {
        try self.init(scripts: scripts, patience: patience)
    }

    /// Starts to listen. No wait of a script lasts longer than `patience`.
    public init(scripts: [Script], patience: Duration = .seconds(30)) throws {
        let listener = try ListeningSocket()
        let record = ScriptedService.Record()
        var ends: [Int32] = [-1, -1]
        _ = try SystemCallFailure.check("pipe") { pipe(&ends) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let stop = Descriptor(ends[0])
        stopSignal = Mutex(Descriptor(ends[1]))
        port = listener.port
        self.record = record
        // The thread owns the socket, so that nobody can connect any more once it has ended.
        thread = try BlockingThread {
            ScriptedService(scripts: scripts, patience: patience, stop: stop, record: record).serve(listener)
        }
    }

    deinit { stop() }

    /// Starts a server, calls `body` with it and stops it.
    ///
    /// - Throws: what `body` throws; else the first ``ScriptFailure``.
    @discardableResult
    public static func run<R>(
        _ scripts: Script..., patience: Duration = .seconds(30),
        _ body: nonisolated(nonsending) (ScriptedServer) async throws -> R
    ) async throws -> R {
        let server = try ScriptedServer(scripts: scripts, patience: patience)
        defer { server.stop() }
        let result = try await body(server)
        server.stop()
        if let failure = server.failures.first { throw failure }
        return result
    }

    /// The scripts that failed so far.
    public var failures: [ScriptFailure] { record.failures.withLock { $0 } }

    /// How many connections were accepted so far.
    public var connectionCount: Int { record.connectionCount.withLock { $0 } }

    /// Stops listening, lets the scripts read what has already come, ends those that wait for more, and closes all
    /// connections. When it returns, everything has ended. Safe to call again.
    public func stop() {
        let isFirst = stopSignal.withLock { signal in
            defer { signal = nil }
            return signal != nil
        }
        if isFirst { thread.join() }
    }
}
