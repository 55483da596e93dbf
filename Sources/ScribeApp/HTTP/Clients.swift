#if ScribeApp
import NIOCore
import Synchronization

/// Who is connected, so that those who ask for something are not kept out by those who only hold on: when there are too many, whoever
/// has gone without a whole request for longest is let go.
final class Clients: Sendable {
    fileprivate struct Client {
        let channel: any Channel
        /// Since when it has asked for nothing; nil while it waits for an answer.
        var idle: Idle?
    }

    fileprivate struct Idle: Equatable {
        let since: NIODeadline
        /// Tells two apart that began at the same time.
        let number: Int
    }

    fileprivate struct State {
        var clients: [ObjectIdentifier: Client] = [:]
        /// Those without a request in the order in which they came to be so. An entry that no longer holds is passed over.
        var idle: [(id: ObjectIdentifier, idle: Idle)] = []
        var head = 0
        var count = 0
        /// Whether somebody is to be let go before long.
        var isAwaited = false
    }

    /// Nobody is let go sooner: a request may be on its way.
    private static let patience = TimeAmount.milliseconds(500)

    private let state = Mutex(State())
    private let maximum: Int

    /// - Parameter maximum: how many may be connected before some are let go.
    init(maximum: Int) { self.maximum = max(maximum, 1) }

    /// Notes a new client, and lets others go if there are too many.
    func add(_ channel: any Channel) {
        state.withLock { state in
            state.clients[ObjectIdentifier(channel)] = Client(channel: channel)
            state.note(idle: ObjectIdentifier(channel))
        }
        relieve(on: channel.eventLoop)
    }

    /// Notes that a whole request has come.
    func noteRequest(_ channel: any Channel) {
        state.withLock { $0.clients[ObjectIdentifier(channel)]?.idle = nil }
    }

    /// Notes that all requests so far are answered.
    func noteAnswer(_ channel: any Channel) {
        state.withLock { $0.note(idle: ObjectIdentifier(channel)) }
    }

    func remove(_ channel: any Channel) {
        state.withLock { _ = $0.clients.removeValue(forKey: ObjectIdentifier(channel)) }
    }

    /// Lets go as many as there are too many, and looks again later where they are too young for that.
    private func relieve(on eventLoop: any EventLoop) {
        let latest = NIODeadline.now() - Self.patience
        let (displaced, isLater) = state.withLock { state -> ([any Channel], Bool) in
            var displaced: [any Channel] = []
            while state.clients.count > maximum, let channel = state.takeLongestIdle(since: latest) {
                displaced.append(channel)
            }
            let isLater = state.clients.count > maximum && !state.isAwaited
            state.isAwaited = state.isAwaited || isLater
            return (displaced, isLater)
        }
        for channel in displaced { channel.close(promise: nil) }
        guard isLater else { return }
        eventLoop.scheduleTask(in: Self.patience) { [self] in
            state.withLock { $0.isAwaited = false }
            relieve(on: eventLoop)
        }
    }
}

extension Clients.State {
    fileprivate mutating func note(idle id: ObjectIdentifier) {
        guard clients[id] != nil else { return }
        count += 1
        let since = Clients.Idle(since: .now(), number: count)
        clients[id]?.idle = since
        idle.append((id, since))
        // Clients that ask again and again leave entries behind.
        guard idle.count > 4 * clients.count + 64 else { return }
        idle = idle[head...].filter { clients[$0.id]?.idle == $0.idle }
        head = 0
    }

    /// Takes the one that has been idle for longest, if it has been so since then.
    fileprivate mutating func takeLongestIdle(since latest: NIODeadline) -> (any Channel)? {
        while head < idle.count {
            let entry = idle[head]
            if let client = clients[entry.id], client.idle == entry.idle {
                guard entry.idle.since <= latest else { return nil }
                head += 1
                clients[entry.id] = nil
                return client.channel
            }
            head += 1
        }
        return nil
    }
}
#endif
