extension ConnectionPool {
    /// A connection that was lent, and its slot.
    struct LeasedConnection {
        var slot: State.Slot
        var connection: Connection
    }

    /// Borrows a connection, which was just checked or opened.
    func borrow(_ place: BorrowingPlace? = nil) async throws -> LeasedConnection {
        var outcome = try await waitForOffer(place)
        while true {
            switch outcome {
            case .cancelled: throw CancellationError()
            case .refused(let error): throw PostgresError.pool(error)
            case .offer(.open(let slot)):
                let leased = LeasedConnection(slot: slot, connection: try await open(slot))
                guard let replacement = try await ask(leased, mayReplace: false) else { return leased }
                outcome = replacement
            case .offer(.reuse(let connection, let slot, let isStale)):
                let leased = LeasedConnection(slot: slot, connection: connection)
                if let replacement = try await check(leased, isStale: isStale) {
                    outcome = replacement
                } else if let replacement = try await ask(leased, mayReplace: true) {
                    outcome = replacement
                } else {
                    return leased
                }
            }
        }
    }

    private func waitForOffer(_ place: BorrowingPlace?) async throws(CancellationError) -> State.Outcome {
        if Task.isCancelled { throw CancellationError() }
        let (outcome, ticket) = update { state, now, effects -> (State.Outcome?, UInt64) in
            if let outcome = state.borrow(from: place, at: now, &effects) { return (outcome, 0) }
            return (nil, state.takeTicket())
        }
        if let outcome { return outcome }
        return await withTaskCancellationHandler {
            await unsafe withUnsafeContinuation { continuation in
                let task = unsafe SuspendedTask(continuation)
                let outcome = update { state, now, effects in
                    state.wait(Waiter(task: task), ticket: ticket, from: place, at: now, &effects)
                }
                if let outcome { return task.resume(returning: outcome) }
                // A cancellation before the waiter was queued found none to resume.
                if Task.isCancelled { cancelWait(ticket) }
            }
        } onCancel: {
            cancelWait(ticket)
        }
    }

    private func cancelWait(_ ticket: UInt64) {
        update { state, _, effects in state.cancel(ticket: ticket, &effects) }
    }

    /// Checks a connection: nil when it is alive, else what replaces it.
    private func check(_ leased: LeasedConnection, isStale: Bool) async throws(CancellationError) -> State.Outcome? {
        if Task.isCancelled {
            update { state, now, effects in state.giveBackUnused(leased.slot, leased.connection, at: now, &effects) }
            throw CancellationError()
        }
        guard leased.connection.looksOpen() else {
            return update { state, now, effects in state.replace(leased.slot, mayReuse: true, at: now, &effects) }
        }
        guard isStale else { return nil }
        do throws(CancellationError) {
            if try await leased.connection.answers(within: options.checkTimeout) { return nil }
        } catch {
            update { state, now, effects in state.giveBack(leased.slot, closed: .disorder, at: now, &effects) }
            throw error
        }
        return update { state, now, effects in state.replace(leased.slot, mayReuse: false, at: now, &effects) }
    }

    /// Asks ``Hooks/beforeLending``: nil when the connection may be lent, else what replaces it.
    private func ask(_ leased: LeasedConnection, mayReplace: Bool) async throws -> State.Outcome? {
        guard let beforeLending = hooks.beforeLending else { return nil }
        let isWanted: Bool
        do {
            isWanted = try await beforeLending(leased.connection)
            if isWanted { try leased.connection.checkAfterHook("beforeLending") }
        } catch {
            leased.connection.closeUnused()
            update { state, now, effects in state.giveBack(leased.slot, closed: .disorder, at: now, &effects) }
            throw error
        }
        guard !isWanted else { return nil }
        leased.connection.closeUnused()
        guard mayReplace else {
            // Else the same could go on for ever.
            update { state, now, effects in state.giveBack(leased.slot, closed: .disorder, at: now, &effects) }
            throw PostgresError.usage("the pool's hook beforeLending does not want a connection that is new")
        }
        return update { state, now, effects in state.replace(leased.slot, mayReuse: true, at: now, &effects) }
    }

    /// Opens a connection for a slot, on the borrower's task, so that the borrower gets its errors.
    private func open(_ slot: State.Slot) async throws -> Connection {
        let connection: Connection
        do {
            connection = try await Connection.connect(configuration)
            do {
                let isClosed = update { state, _, _ in
                    state.connected(slot, connection)
                    return state.isClosed
                }
                if !isClosed { try await hooks.prepare(connection) }
            } catch {
                connection.closeUnused()
                throw error
            }
        } catch {
            update { state, now, effects in state.failedToOpen(slot, at: now, &effects) }
            throw error
        }
        let jitter = Double.random(in: 0..<1)
        let refusal = update { state, now, effects in state.opened(slot, connection, at: now, jitter: jitter) }
        if let refusal {
            connection.closeUnused()
            throw PostgresError.pool(refusal)
        }
        return connection
    }

    /// Resets the connection and returns it to the pool. One that cannot be reused is closed, which frees its slot;
    /// the error is dropped.
    func giveBack(_ leased: LeasedConnection) async {
        var end = await leased.connection.handOver(reset: options.reset.command)
        if case .usable(let next) = end, options.reset != .nothing, !hooks.statements.isEmpty {
            do {
                // In a task of its own, as this one may be cancelled, which is no reason to give the connection up.
                try await Task { [hooks] in try await hooks.runStatements(next) }.value
                try next.checkAfterHook("statements")
            } catch {
                next.closeUnused()
                end = .disorderly
            }
        }
        update { state, now, effects in
            switch end {
            case .usable(let next): state.giveBack(leased.slot, next, at: now, &effects)
            case .wrongServer: state.giveBack(leased.slot, closed: .wrongServer, at: now, &effects)
            case .ended: state.giveBack(leased.slot, closed: .broken, at: now, &effects)
            case .disorderly: state.giveBack(leased.slot, closed: .disorder, at: now, &effects)
            }
        }
    }

    /// Opens ``Options/minimumConnections`` connections concurrently, so that a program finds out at its start whether
    /// it can connect. Otherwise they are opened on demand.
    ///
    /// - Throws: the first error of ``Connection/connect(_:)``; the connections opened until then are kept.
    ///   ``PostgresError/pool(_:)`` when the pool is closed meanwhile.
    public func warmUp() async throws {
        try await withThrowingTaskGroup { group in
            while let slot = update({ state, now, _ in state.reserve(at: now) }) {
                group.addTask {
                    let connection = try await self.open(slot)
                    self.update { state, now, effects in state.giveBack(slot, connection, at: now, &effects) }
                }
            }
            try await group.waitForAll()
        }
    }
}
