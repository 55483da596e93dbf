import PGWire

/// What the client asks.
extension FuzzedSession {
    /// Begins the next step of the plan that asks something, if the client is idle.
    mutating func beginNext() throws(FuzzProblem) {
        guard isIdle, outcome == nil else { return }
        do throws(PostgresError) {
            while isIdle, let next = plan.step(&step) { try begin(next) }
        } catch {
            throw FuzzProblem("a request cannot be written: \(error)")
        }
    }

    private mutating func begin(_ step: FuzzPlan.Step) throws(PostgresError) {
        switch step {
        case .simple(let answer):
            copyAnswer = answer
            columns = [nil]
            try FrontendMessage.query("SELECT 1", to: &session.output)
            session.noteSync()
            exchange = .simple(SimpleQuery())
        case .extended(let shapes): try begin(shapes)
        case .repeated(let settings, let describes, let elements, let isGivenUp):
            columns = [describes ? nil : known]
            var query = RepeatedQuery(settings: settings, describes: describes)
            query.note(elements: elements)
            if isGivenUp { query.noteGivingUp() }
            query.noteSync()
            session.noteSync()
            FrontendMessage.sync(to: &session.output)
            exchange = .repeated(query)
        case .replication(let isLogical):
            replication = FuzzedReplication(isLogical: isLogical)
            try FrontendMessage.query("START_REPLICATION", to: &session.output)
            exchange = .both(CopyBoth())
        case .listen:
            if session.notifications == nil { session.notifications = NotificationQueue(maximumCount: 1000) }
        case .cancel:
            guard let key = session.backendKey else { return }
            FrontendMessage.cancelRequest(processID: key.processID, secretKey: key.secretKey, to: &session.output)
        }
    }

    /// Begins a batch.
    private mutating func begin(_ shapes: [FuzzPlan.StatementShape]) throws(PostgresError) {
        var statements: [ExtendedQuery.Statement] = []
        columns = []
        for shape in shapes {
            var statement = ExtendedQuery.Statement(describes: shape.contains(.describes))
            statement.closes = shape.contains(.closes) ? 1 : 0
            statement.parses = shape.contains(.parses)
            statement.isDescribedOnly = shape.contains(.isDescribedOnly)
            // Nothing can be gone on with that was not bound, nor described that is gone on with.
            let continues = shape.contains(.continuesPortal) && !statement.parses && !statement.isDescribedOnly
            statement.binds = !continues && !statement.isDescribedOnly
            if continues { statement.describes = false }
            statement.isLimited = shape.contains(.isLimited)
            statement.isInternal = shape.contains(.isInternal)
            statement.syncs = shape.contains(.syncs)
            if !statement.describes, !statement.isDescribedOnly { statement.columnCount = known?.count }
            columns.append(statement.describes || statement.isDescribedOnly ? nil : known)
            try write(statement)
            if statement.syncs, statements.count + 1 < shapes.count { session.noteSync() }
            statements.append(statement)
        }
        FrontendMessage.sync(to: &session.output)
        session.noteSync()
        exchange = .extended(ExtendedQuery(statements))
    }

    private mutating func write(_ statement: ExtendedQuery.Statement) throws(PostgresError) {
        if statement.closes > 0 { try FrontendMessage.close(.statement, name: "s", to: &session.output) }
        if statement.parses { try FrontendMessage.parse(sql: "SELECT 1", parameterTypes: [], to: &session.output) }
        if statement.describes { try FrontendMessage.describe(.portal, to: &session.output) }
        if statement.binds { try FrontendMessage.execute(to: &session.output) }
    }

    /// Answers a server that asks for the data of a COPY.
    mutating func answerCopy(_ query: inout SimpleQuery) throws(FuzzProblem) {
        do throws(PostgresError) {
            switch copyAnswer {
            case .refuse, .fail: try FrontendMessage.copyFail("there is no data", to: &session.output)
            case .give, .giveNothing:
                FrontendMessage.copyDone(to: &session.output)
                query.noteCopyDone()
            }
        } catch {
            throw FuzzProblem("the answer to a COPY cannot be written: \(error)")
        }
    }

    /// Refuses a COPY in the middle of a batch.
    mutating func refuseCopy() throws(FuzzProblem) {
        do throws(PostgresError) {
            try FrontendMessage.copyFail("this call gives no data", to: &session.output)
        } catch {
            throw FuzzProblem("the refusal of a COPY cannot be written: \(error)")
        }
        FrontendMessage.sync(to: &session.output)
    }
}
