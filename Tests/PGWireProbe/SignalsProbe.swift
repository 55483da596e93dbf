import PGWire

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Signals, which are a process's own.
enum SignalsProbe {
    static func run(_ configuration: Connection.Configuration, by way: String) async throws {
        switch way {
        case "alarms": try await underAlarms(configuration)
        default: try await toWhomHasGone(configuration)
        }
    }

    /// A signal every half millisecond that interrupts whatever system call it meets.
    private static func underAlarms(_ configuration: Connection.Configuration) async throws {
        var action = sigaction()
        action.__sigaction_handler.sa_handler = { _ in }
        // Without SA_RESTART.
        guard sigaction(SIGALRM, &action, nil) == 0 else { throw Failure() }
        var every = itimerval(
            it_interval: timeval(tv_sec: 0, tv_usec: 500), it_value: timeval(tv_sec: 0, tv_usec: 500))
        guard setitimer(__itimer_which_t(ITIMER_REAL.rawValue), &every, nil) == 0 else { throw Failure() }
        var sum = 0
        for _ in 0..<20 {
            try await Connection.withConnection(configuration) { db in
                for number in 0..<20 { sum += try await db.fetchOne("SELECT \(number)", as: Int.self) }
                let text = try await db.fetchOne("SELECT repeat('x', 4000000)", as: String.self)
                sum += try await db.fetchOne("SELECT length(\(text))", as: Int.self)
                try await db.execute("SELECT pg_sleep(0.02)")
            }
        }
        print(sum)
    }

    /// SIGPIPE is left as it is, which ends a process.
    private static func toWhomHasGone(_ configuration: Connection.Configuration) async throws {
        signal(SIGPIPE, SIG_DFL)
        let db = try await Connection.connect(configuration)
        let process = try await db.fetchOne("SELECT pg_backend_pid()", as: Int32.self)
        try await Connection.withConnection(configuration) { other in
            try await other.execute("SELECT pg_terminate_backend(\(process), 10000)")
        }
        let much = String(repeating: "x", count: 16 << 20)
        for _ in 0..<3 {
            do {
                try await db.execute("SELECT length(\(much))")
                throw Failure()
            } catch is PostgresError {}
        }
        await db.close()
        print("alive")
    }

    private struct Failure: Error {}
}
