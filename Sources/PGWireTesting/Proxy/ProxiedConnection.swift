import PGWire
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The number of bytes that all connections of a proxy have forwarded.
final class ForwardedBytes: Sendable {
    let toServer = Atomic(0)
    let toClient = Atomic(0)
}

/// One connection through a ``FaultyProxy``, with a thread of its own.
final class ProxiedConnection: Sendable {
    private struct Orders {
        /// Faults that the thread has not taken yet.
        var faults: FaultyProxy.Faults?
        var cut: FaultyProxy.Cut?

        mutating func takeFaults() -> FaultyProxy.Faults? {
            defer { faults = nil }
            return faults
        }
    }

    private let endpoint: Endpoint
    private let orders: Mutex<Orders>
    private let wakeUp: SignalPipe
    /// Signals a cut while connecting to the server.
    private let stop: SignalPipe
    private let thread = Mutex<BlockingThread?>(nil)
    private let hasEnded = Atomic(false)
    private let rewriting: (@Sendable () -> any StreamRewriting)?
    private let forwarded: ForwardedBytes

    /// Starts to forward between `client` and `endpoint`.
    init(
        _ client: Descriptor, to endpoint: Endpoint, _ faults: FaultyProxy.Faults,
        _ rewriting: (@Sendable () -> any StreamRewriting)?, _ forwarded: ForwardedBytes
    ) throws {
        self.endpoint = endpoint
        self.rewriting = rewriting
        self.forwarded = forwarded
        orders = Mutex(Orders(faults: faults))
        wakeUp = try SignalPipe()
        stop = try SignalPipe()
        let started = try BlockingThread { [self] in
            run(client)
            hasEnded.store(true, ordering: .releasing)
        }
        thread.withLock { $0 = started }
    }

    var isOpen: Bool { !hasEnded.load(ordering: .acquiring) }

    /// Applies to every byte received from now on.
    func change(to faults: FaultyProxy.Faults) {
        orders.withLock { $0.faults = faults }
        wakeUp.signal()
    }

    /// Cuts the connection and waits until it has ended.
    func cut(_ cut: FaultyProxy.Cut) {
        orders.withLock { $0.cut = cut }
        wakeUp.signal()
        stop.signal()
        join()
    }

    /// Waits until the thread has ended.
    func join() {
        let thread = thread.withLock { thread in
            defer { thread = nil }
            return thread
        }
        thread?.join()
    }

    private func run(_ client: Descriptor) {
        _ = fcntl(client.number, F_SETFL, O_NONBLOCK)
        let server: Descriptor
        do {
            server = try UpstreamSocket.connect(to: endpoint, orStop: stop.waiting.number)
        } catch {
            // As if nothing listened.
            return client.reset()
        }
        let faults = orders.withLock { $0.takeFaults() } ?? FaultyProxy.Faults()
        var carrier = Carrier(client, server, faults, rewriting?())
        while true {
            if let cut = carrier.forward(forwarded) ?? orders.withLock({ $0.cut }) { return carrier.end(cut) }
            if carrier.isDone { return carrier.end(.close) }
            let ready: Carrier.Ready
            do {
                ready = try carrier.wait(orWakeUp: wakeUp.waiting.number)
            } catch {
                return carrier.end(.reset)
            }
            wakeUp.clear()
            // Within the lock, so that bytes received after a change are treated by the new faults.
            let cut = orders.withLock { orders in
                if let faults = orders.takeFaults() { carrier.change(to: faults) }
                carrier.receive(ready)
                return orders.cut
            }
            if let cut { return carrier.end(cut) }
        }
    }
}
