#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The thread that accepts the connections of a ``FaultyProxy``. Without it connections are refused.
struct ProxyAcceptor: Sendable {
    private let stopSignal: SignalPipe
    private let thread: BlockingThread

    /// Listens, and calls `accept` with each connection.
    init(on port: ReservedPort, _ accept: @escaping @Sendable (Descriptor) -> Void) throws {
        let listener = try ListeningSocket(on: port)
        let stopSignal = try SignalPipe()
        self.stopSignal = stopSignal
        // The thread owns the socket, so that connections are refused once it has ended.
        thread = try BlockingThread { Self.serve(listener, stopSignal, accept) }
    }

    private static func serve(_ listener: ListeningSocket, _ stop: SignalPipe, _ accept: (Descriptor) -> Void) {
        while true {
            let deadline = ContinuousClock.now + .seconds(3600)
            let number = listener.descriptor.number
            switch try? Readiness.wait(for: number, Int32(POLLIN), orStop: stop.waiting.number, until: deadline) {
            // An error means that the client has already left.
            case .ready: if let connection = try? listener.accept() { accept(connection) }
            case .timedOut: continue
            case .stopped, nil: return
            }
        }
    }

    /// Stops listening. Call it exactly once. When it returns, connections are refused.
    func stop() {
        stopSignal.signal()
        thread.join()
    }
}
