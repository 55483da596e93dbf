#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif
import Synchronization

/// A server for tests that listens on a free port of 127.0.0.1 and follows a script for each connection. It can also
/// send what no real server sends.
///
/// ```swift
/// // Accepts the client, answers one query, and closes the connection in the middle of a row.
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
/// The first connection follows the first script, the second the second; connections beyond the last script repeat it.
/// A script that fails (another message came than expected) is reported by ``run(_:timeout:_:)`` as an error, and by
/// ``failures``. Each connection has a thread of its own. No thread and no socket is left after ``stop()``.
public final class ScriptedServer: Sendable {
    /// A script: a list of steps.
    public typealias Script = [Step]

    /// The port on 127.0.0.1 that it listens on.
    public let port: UInt16

    private let record: ScriptedService.Record
    private let service: ScriptedService
    private let thread: BlockingThread
    /// Those of connections that did not come by the port; nil once it was stopped.
    private let otherThreads = Mutex<[BlockingThread]?>([])
    /// Closing one end makes the other readable, which stops every wait.
    private let stopSignal: Mutex<Descriptor?>

    /// Starts a server. `timeout` limits each wait of a script.
    public convenience init(_ scripts: Script..., timeout: Duration = .seconds(30)) throws {
        try self.init(scripts: scripts, timeout: timeout)
    }

    /// Starts a server. `timeout` limits each wait of a script.
    public init(scripts: [Script], timeout: Duration = .seconds(30)) throws {
        let listener = try ListeningSocket()
        let record = ScriptedService.Record()
        var ends: [Int32] = [-1, -1]
        _ = try SystemCallFailure.check("pipe") { pipe(&ends) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let stop = Descriptor(ends[0])
        stopSignal = Mutex(Descriptor(ends[1]))
        port = listener.port
        self.record = record
        let service = ScriptedService(scripts: scripts, timeout: timeout, stop: stop, record: record)
        self.service = service
        // The thread owns the socket, so that connections are refused once it has ended.
        thread = try BlockingThread { service.serve(listener) }
    }

    deinit { stop() }

    /// Starts a server, calls `body` with it and stops it.
    ///
    /// - Throws: what `body` throws; else the first ``ScriptFailure``.
    @discardableResult
    public static func run<R>(
        _ scripts: Script..., timeout: Duration = .seconds(30),
        _ body: nonisolated(nonsending) (ScriptedServer) async throws -> R
    ) async throws -> R {
        let server = try ScriptedServer(scripts: scripts, timeout: timeout)
        defer { server.stop() }
        let result = try await body(server)
        server.stop()
        if let failure = server.failures.first { throw failure }
        return result
    }

    /// The scripts that failed so far.
    public var failures: [ScriptFailure] { record.failures.withLock { $0 } }

    /// The number of connections accepted so far.
    public var connectionCount: Int { record.connectionCount.withLock { $0 } }

    /// Stops listening, lets the scripts read the bytes that have arrived, ends those that wait for more, closes all
    /// connections, and waits until all threads have ended. May be called again.
    public func stop() {
        let isFirst = stopSignal.withLock { signal in
            defer { signal = nil }
            return signal != nil
        }
        guard isFirst else { return }
        let others = otherThreads.withLock { threads in
            defer { threads = nil }
            return threads ?? []
        }
        thread.join()
        for other in others { other.join() }
    }

    /// Serves a connection that did not come by the port.
    func serve(_ socket: Descriptor) throws {
        try otherThreads.withLock { [service] threads in
            guard threads != nil else { throw ScriptFailure("the server was stopped") }
            threads?.append(try BlockingThread { service.play(socket) })
        }
    }
}
