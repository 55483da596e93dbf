import PGWire
import PGWireTesting
import Synchronization

/// Says to all when it is over.
final class Flag: Sendable {
    private let value = Atomic(false)
    var isSet: Bool { value.load(ordering: .acquiring) }
    func set() { value.store(true, ordering: .releasing) }
}

/// A task that makes one transfer after the other, until it is over.
struct Teller: Sendable {
    let provider: any ConnectionProvider
    let ledger: Ledger
    let isOver: Flag

    func work(_ generator: FuzzGenerator) async {
        var generator = generator
        while !isOver.isSet, let id = ledger.next() {
            let attempt = Attempt(
                provider: provider, ledger: ledger, transfer: Transfer(id, &generator),
                way: generator.element(of: Way.allCases) ?? .statement)
            // One of thirty is cancelled, at any moment of its way.
            let patience = generator.oneIn(30) ? Duration.microseconds(generator.below(20_000)) : nil
            let succeeded: Bool
            if let patience {
                let task = Task { await attempt.carryOut() }
                try? await Task.sleep(for: patience)
                task.cancel()
                succeeded = await task.value
            } else {
                succeeded = await attempt.carryOut()
            }
            // Nobody hammers at a server that is about to start.
            if !succeeded { try? await Task.sleep(for: .milliseconds(generator.below(40))) }
        }
    }
}

/// How a transfer is made.
enum Way: String, CaseIterable, Sendable {
    /// Statement by statement, in a transaction.
    case transaction
    /// The same, in an order in which two may wait for each other, so that it is repeated.
    case anyOrder
    /// All statements of a transaction in one flight.
    case pipeline
    /// In a savepoint, with settings.
    case savepoint
    /// One statement that commits by itself.
    case statement
}

/// One transfer.
struct Attempt: Sendable {
    let provider: any ConnectionProvider
    let ledger: Ledger
    let transfer: Transfer
    let way: Way

    /// Makes the transfer and notes what was told of it; whether it has succeeded.
    func carryOut() async -> Bool {
        let clock = CallClock(ledger, .borrow)
        do {
            try await provider.withConnection { db in
                clock.succeeded(then: way == .statement ? .statement : .begin)
                do {
                    try await carryOut(db, clock)
                } catch {
                    if clock.current != .giveBack { clock.failed(then: .giveBack) }
                    throw error
                }
                clock.succeeded(then: .giveBack)
            }
            clock.succeeded(then: .borrow)
            ledger.note(.committed, of: transfer.id)
            ledger.note(event: "by \(way.rawValue)")
            return true
        } catch {
            clock.failed(then: .borrow)
            ledger.note(
                way == .statement ? ErrorKind.outcomeOfStatement(error) : ErrorKind.outcomeOfTransaction(error),
                of: transfer.id)
            ledger.note(error)
            return false
        }
    }

    private func carryOut(_ db: Connection, _ clock: CallClock) async throws {
        let isSourceFirst = transfer.source < transfer.target
        let first = isSourceFirst ? transfer.withdrawal : transfer.deposit
        let second = isSourceFirst ? transfer.deposit : transfer.withdrawal
        switch way {
        case .statement:
            try await db.execute(transfer.atOnce)
        case .transaction:
            // In the order of accounts, so that nobody waits for somebody who waits for him.
            try await db.transaction { tx in
                clock.bodyBegins()
                try await clock.statement { try await tx.execute(transfer.record) }
                try await clock.statement { try await tx.execute(first) }
                try await clock.statement { try await tx.execute(second) }
                clock.succeeded(then: .commit)
            }
        case .anyOrder:
            try await db.transaction(isolation: .repeatableRead, retries: 3) { tx in
                clock.bodyBegins()
                try await clock.statement { try await tx.execute(transfer.withdrawal) }
                try await clock.statement { try await tx.execute(transfer.deposit) }
                try await clock.statement { try await tx.execute(transfer.record) }
                clock.succeeded(then: .commit)
            }
        case .pipeline:
            try await db.transaction { tx in
                clock.bodyBegins()
                try await clock.statement {
                    _ = try await tx.pipeline { pipeline in
                        try [transfer.record, first, second].map { try pipeline.execute($0) }
                    }
                }
                clock.succeeded(then: .commit)
            }
        case .savepoint:
            try await db.transaction(settings: .setting("app.transfer", "\(transfer.id)")) { tx in
                clock.bodyBegins()
                try await clock.statement { try await tx.execute(transfer.record) }
                try await tx.savepoint { inner in
                    clock.succeeded(then: .statement)
                    try await clock.statement { try await inner.execute(first) }
                    try await clock.statement { try await inner.execute(second) }
                }
                clock.succeeded(then: .commit)
            }
        }
    }
}
