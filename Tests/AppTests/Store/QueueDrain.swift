import PGSchemaComparison
import PGWire
import PGWireTesting
import ScribeApp
import Synchronization
import Testing
import TestSupport

/// The workers, and those who disturb them.
final class QueueDrain: Sendable {
    struct Tally: Sendable, CustomStringConvertible {
        var kills = 0
        var terminated = 0
        var reclaimed = 0
        /// Of the reclaimed, those that failed, as it was their second try.
        var givenUp = 0
        var cancelled: Set<QueueItem.ID> = []
        var tooLateToCancel = 0
        var completed: Set<QueueItem.ID> = []
        var completedTwice: [QueueItem.ID] = []
        var failed = 0
        var requeued = 0
        /// Claims that held no more when the work was done, and items that were gone by then.
        var lostClaims = 0
        /// Connections that ended under a worker that lived on.
        var disturbances = 0

        var description: String {
            """
            \(completed.count) completed, \(failed) failed, \(cancelled.count) cancelled (\(tooLateToCancel) too late), \
            \(requeued) requeued, \(kills) workers killed, \(terminated) server processes terminated, \
            \(reclaimed) reclaimed, \(givenUp) of them given up, \(lostClaims) claims lost, \(disturbances) disturbances
            """
        }
    }

    /// What goes on now.
    private struct State {
        var random: StoreRandom
        var workers: [Worker] = []
        var isOver = false
    }

    private enum Misfortune: Sendable {
        case kill
        case terminate
        case reclaim(Duration)
        case cancel(QueueItem.ID, User.ID)
    }

    let tally = Mutex(Tally())
    /// The first for what is quick, the others for cancellations.
    private let misfortunes: [AsyncStream<Misfortune>]
    private let channels: [AsyncStream<Misfortune>.Continuation]
    private let state: Mutex<State>
    private let configuration: Connection.Configuration
    private let owners: [(item: QueueItem.ID, user: User.ID)]

    init(_ configuration: Connection.Configuration, _ owners: [(item: QueueItem.ID, user: User.ID)], _ seed: UInt64) {
        self.configuration = configuration
        self.owners = owners
        let streams = (0..<3).map { _ in AsyncStream.makeStream(of: Misfortune.self) }
        misfortunes = streams.map(\.stream)
        channels = streams.map(\.continuation)
        state = Mutex(State(random: StoreRandom(seed: seed)))
    }

    private func draw<R>(_ body: (inout StoreRandom) -> R) -> R { state.withLock { body(&$0.random) } }
    private var isOver: Bool { state.withLock { $0.isOver } }

    /// Somebody whose connections can be cut for good.
    final class Worker: Sendable {
        let proxy: FaultyProxy
        let store: Store
        private let killed = Mutex(false)

        var isKilled: Bool { killed.withLock { $0 } }

        init(_ configuration: Connection.Configuration) throws {
            proxy = try FaultyProxy(to: configuration.endpoints[0])
            var retrying = Store.Retrying()
            retrying.pause = .milliseconds(1)
            store = Store(NullPool(proxy.redirect(configuration)), retrying: retrying)
        }

        func kill() {
            killed.withLock { $0 = true }
            proxy.refuse()
            proxy.cut(.reset)
        }
    }

    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 1...16 { group.addTask { try await self.fillPlace() } }
            for stream in misfortunes { group.addTask { try await self.disturb(stream) } }
            // The workers are done when all is drained; then there is nobody left to disturb.
            for _ in 1...16 { try await group.next() }
            for channel in channels { channel.finish() }
            try await group.waitForAll()
        }
    }

    /// One of the sixteen places: a worker until it is killed, then another one.
    private func fillPlace() async throws {
        while !isOver {
            let worker = try Worker(configuration)
            state.withLock { $0.workers.append(worker) }
            while !worker.isKilled && !isOver {
                do {
                    if try await work(worker) == false { try await lookWhetherAllIsDone() }
                } catch let error as PostgresError where error.isLoss {
                    // A worker that was killed is no more; another one has lost its connection, and goes on.
                    if !worker.isKilled { tally.withLock { $0.disturbances += 1 } }
                }
            }
            state.withLock { $0.workers.removeAll { $0 === worker } }
            worker.proxy.stop()
        }
    }

    /// Works on some items with one connection; false when none waits.
    private func work(_ worker: Worker) async throws -> Bool {
        let count = draw { Int.random(in: 1...8, using: &$0) }
        return try await worker.store.session { store in
            for _ in 0..<count {
                guard let claim = try await store.queue.claim() else { return false }
                try await work(on: claim, store, worker)
                bringMisfortune()
            }
            return true
        }
    }

    private func work(on claim: QueueItem.Claim, _ store: Store, _ worker: Worker) async throws {
        let way = draw { Int.random(in: 0..<100, using: &$0) }
        if way < 40 { note(try await store.queue.step(claim, "web_scraper")) }
        switch way {
        case 0..<3:
            let outcome = try await store.queue.fail(claim, message: "\(claim.startedAt)")
            if outcome == .done { tally.withLock { $0.failed += 1 } }
            note(outcome)
        case 3..<6:
            let outcome = try await store.queue.requeue(claim)
            if outcome == .done { tally.withLock { $0.requeued += 1 } }
            note(outcome)
        default:
            let draft = Email.Draft(message: "\(claim.startedAt)", templateType: .research)
            let outcome: QueueItem.ClaimOutcome
            do {
                outcome = try await store.queue.complete(claim, with: draft)
            } catch let error as PostgresError where error.isLoss {
                // Nobody knows whether it was carried out; it can be asked for again, by another connection.
                guard !worker.isKilled else { throw error }
                outcome = try await worker.store.queue.complete(claim, with: draft)
            }
            if outcome == .done {
                tally.withLock { tally in
                    if !tally.completed.insert(claim.id).inserted { tally.completedTwice.append(claim.id) }
                }
            }
            note(outcome)
        }
    }

    private func note(_ outcome: QueueItem.ClaimOutcome) {
        if outcome != .done { tally.withLock { $0.lostClaims += 1 } }
    }

    private func note(_ reclaimed: QueueItem.Reclaimed) {
        tally.withLock { tally in
            tally.reclaimed += reclaimed.waiting.count + reclaimed.failed.count
            tally.givenUp += reclaimed.failed.count
        }
    }

    /// Nothing waits; what is being worked on may have to be done again.
    private func lookWhetherAllIsDone() async throws {
        let isDone = try await NullPool(configuration).withConnection { db in
            // What a killed worker held. The others' claims hold for much longer than their work takes.
            let store = Store(OneConnection(connection: db))
            note(try await store.queue.reclaim(startedBefore: .seconds(1)))
            let open: SQL = "SELECT count(*) FROM queue_items WHERE status IN ('pending', 'processing')"
            return try await db.fetchOne(open, as: Int.self) == 0
        }
        if isDone { state.withLock { $0.isOver = true } }
    }

    /// With each item that a worker is done with, perhaps a misfortune for others, wherever they are just then.
    private func bringMisfortune() {
        draw { random in
            if random.oneIn(70) { channels[0].yield(.kill) }
            if random.oneIn(300) { channels[0].yield(.terminate) }
            // Sometimes so soon that workers which are still at it lose their claims.
            if random.oneIn(200) { channels[0].yield(.reclaim(.milliseconds(random.oneIn(2) ? 2 : 300))) }
            if random.oneIn(6), let (item, user) = owners.randomElement(using: &random) {
                channels[random.oneIn(2) ? 1 : 2].yield(.cancel(item, user))
            }
        }
    }

    private func disturb(_ misfortunes: AsyncStream<Misfortune>) async throws {
        let store = Store(NullPool(configuration))
        for await misfortune in misfortunes {
            switch misfortune {
            case .kill:
                let victim = state.withLock { $0.workers.filter { !$0.isKilled }.randomElement(using: &$0.random) }
                victim?.kill()
                if victim != nil { tally.withLock { $0.kills += 1 } }
            case .terminate: try await terminate()
            case .reclaim(let age):
                note(try await again { try await store.queue.reclaim(startedBefore: age) })
            case .cancel(let item, let user): try await cancel(item, of: user, store)
            }
        }
    }

    private func cancel(_ item: QueueItem.ID, of user: User.ID, _ store: Store) async throws {
        var isFirst = true
        let result = try await again {
            defer { isFirst = false }
            return (try await store.queue.cancel(item, of: user), isFirst)
        }
        switch result {
        case (.cancelled, _): _ = tally.withLock { $0.cancelled.insert(item) }
        // The first try's answer was lost after it had been carried out.
        case (.absent, false): _ = tally.withLock { $0.cancelled.insert(item) }
        case (.absent, true): #expect(tally.withLock { $0.cancelled.contains(item) }, "only who is cancelled is gone")
        case (.notPending, _): tally.withLock { $0.tooLateToCancel += 1 }
        case (.notOwned, _): Issue.record("the item's owner is not its owner")
        }
    }

    /// Ends a server process behind the pooler, whosever statement it is just carrying out.
    private func terminate() async throws {
        let store = NullPool(configuration)
        let ended = try? await store.withConnection { db in
            try await db.fetchAll(
                """
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = current_database() AND pid <> pg_backend_pid() ORDER BY random() LIMIT 1
                """, as: Bool.self)
        }
        if ended?.first == true { tally.withLock { $0.terminated += 1 } }
    }

    /// For what may simply be asked again when the answer was lost: here it may be a terminated server process.
    private func again<R>(_ body: () async throws -> R) async throws -> R {
        do { return try await body() } catch let error as PostgresError where error.isLoss { return try await body() }
    }
}

extension PostgresError {
    /// Whether the connection was lost, on either side of the pooler.
    fileprivate var isLoss: Bool {
        switch self {
        case .connection: true
        case .server(let error):
            error.isFatal || error.sqlState.is(in: .connectionException) || error.sqlState.is(in: .operatorIntervention)
        default: false
        }
    }
}
