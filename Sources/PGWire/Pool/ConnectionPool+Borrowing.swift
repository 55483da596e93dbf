extension ConnectionPool {
    /// A connection and the place that it was given out from.
    struct Loan {
        var place: State.Place
        var connection: Connection
    }

    /// A connection that nobody else has, and that was alive a moment ago.
    func borrow() async throws -> Loan {
        var outcome = try await waitForOffer()
        while true {
            switch outcome {
            case .cancelled: throw CancellationError()
            case .refused(let error): throw PGError.pool(error)
            case .offer(.open(let place)):
                return Loan(place: place, connection: try await open(place))
            case .offer(.reuse(let connection, let place, let isStale)):
                let loan = Loan(place: place, connection: connection)
                guard let replacement = try await check(loan, isStale: isStale) else { return loan }
                outcome = replacement
            }
        }
    }

    private func waitForOffer() async throws(CancellationError) -> State.Outcome {
        if Task.isCancelled { throw CancellationError() }
        if let outcome = update({ state, now, effects in state.borrow(at: now, &effects) }) { return outcome }
        let ticket = update { state, _, _ in state.takeTicket() }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let outcome = update { state, now, effects in
                    state.wait(Waiter(continuation: continuation), ticket: ticket, at: now, &effects)
                }
                if let outcome { return continuation.resume(returning: outcome) }
                // A cancellation that came before the waiter stood in line found nobody.
                if Task.isCancelled { cancelWait(ticket) }
            }
        } onCancel: {
            cancelWait(ticket)
        }
    }

    private func cancelWait(_ ticket: UInt64) {
        update { state, _, effects in state.cancel(ticket: ticket, &effects) }
    }

    /// Nil when the connection is alive, or what there is in its place.
    private func check(_ loan: Loan, isStale: Bool) async throws(CancellationError) -> State.Outcome? {
        if Task.isCancelled {
            update { state, now, effects in state.giveBackUnused(loan.place, loan.connection, at: now, &effects) }
            throw CancellationError()
        }
        guard loan.connection.looksOpen() else {
            return update { state, now, effects in state.replace(loan.place, mayReuse: true, at: now, &effects) }
        }
        guard isStale else { return nil }
        do throws(CancellationError) {
            if try await loan.connection.answers(within: options.checkTimeout) { return nil }
        } catch {
            update { state, now, effects in state.giveBack(loan.place, closed: .disorder, at: now, &effects) }
            throw error
        }
        return update { state, now, effects in state.replace(loan.place, mayReuse: false, at: now, &effects) }
    }

    /// Opens a connection in a place. It is done by the borrower's task, so its errors are the borrower's.
    private func open(_ place: State.Place) async throws -> Connection {
        let connection: Connection
        do {
            connection = try await Connection.connect(configuration)
        } catch {
            update { state, now, effects in state.failedToOpen(place, at: now, &effects) }
            throw error
        }
        let jitter = Double.random(in: 0..<1)
        let refusal = update { state, now, effects in state.opened(place, connection, at: now, jitter: jitter) }
        if let refusal {
            connection.closeUnused()
            throw PGError.pool(refusal)
        }
        return connection
    }

    /// Puts the connection in order and gives it back. Errors are nobody's any more: a connection that cannot be used
    /// further is closed, and its place is free.
    func giveBack(_ loan: Loan) async {
        let end = await loan.connection.handOver(reset: options.reset.command)
        update { state, now, effects in
            switch end {
            case .usable(let next): state.giveBack(loan.place, next, at: now, &effects)
            case .ended: state.giveBack(loan.place, closed: .broken, at: now, &effects)
            case .disorderly: state.giveBack(loan.place, closed: .disorder, at: now, &effects)
            }
        }
    }

    /// Opens as many connections as ``Options/minimumConnections`` says, at the same time, and keeps them. Without it
    /// they are opened when they are first needed; with it a program learns at its start whether it can connect at all.
    ///
    /// - Throws: as ``Connection/connect(_:)``, the first error; what was opened until then is kept.
    ///   ``PGError/pool(_:)`` when the pool is closed meanwhile.
    public func warmUp() async throws {
        try await withThrowingTaskGroup { group in
            while let place = update({ state, now, _ in state.reserve(at: now) }) {
                group.addTask {
                    let connection = try await self.open(place)
                    self.update { state, now, effects in state.giveBack(place, connection, at: now, &effects) }
                }
            }
            try await group.waitForAll()
        }
    }
}
