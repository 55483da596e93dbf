#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif
import Synchronization

/// The code that runs on the threads of a ``ScriptedServer``.
struct ScriptedService: Sendable {
    /// The results of the threads.
    final class Record: Sendable {
        let failures = Mutex<[ScriptFailure]>([])
        let connectionCount = Mutex(0)
    }

    let scripts: [ScriptedServer.Script]
    let timeout: Duration
    /// Becomes readable when the server is stopped.
    let stop: Descriptor
    let record: Record

    /// Accepts connections until the server is stopped; returns when their threads have ended.
    func serve(_ listener: ListeningSocket) {
        var threads: [BlockingThread] = []
        do {
            while let socket = try nextConnection(listener) {
                let number = nextNumber
                threads.append(try BlockingThread { play(number, socket) })
            }
        } catch {
            report("no connection can be accepted: \(error)")
        }
        for thread in threads { thread.join() }
    }

    private func nextConnection(_ listener: ListeningSocket) throws -> Descriptor? {
        while true {
            let deadline = ContinuousClock.now + .seconds(3600)
            switch try Readiness.wait(for: listener.descriptor.number, POLLIN, orStop: stop.number, until: deadline) {
            case .ready: return try listener.accept()
            case .stopped: return nil
            case .timedOut: continue
            }
        }
    }

    private var nextNumber: Int {
        record.connectionCount.withLock { count in
            count += 1
            return count
        }
    }

    /// Plays the next script to whoever is at the other end.
    func play(_ socket: Descriptor) { play(nextNumber, socket) }

    private func play(_ number: Int, _ socket: Descriptor) {
        guard let script = scripts.dropFirst(number - 1).first ?? scripts.last else { return }
        let connection = ServerConnection(number: number, socket: socket, stop: stop.number, timeout: timeout)
        for (index, step) in script.enumerated() {
            do {
                try step.run(connection)
            } catch {
                report("connection \(number), step \(index + 1) (\(step.name)): \(error)")
                break
            }
        }
        connection.close()
    }

    private func report(_ problem: String) {
        record.failures.withLock { $0.append(ScriptFailure(problem)) }
    }
}
