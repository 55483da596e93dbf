import PGWire

/// A session as it should be, to be changed: what the client asks, and what the server says, flight by flight.
package struct FuzzSeed: Sendable {
    package var plan: FuzzPlan
    /// The server's messages, up to each place where it waits for the client.
    package var flights: [[WireMessage]]

    package init(_ plan: FuzzPlan, _ messages: [WireMessage]) {
        self.plan = plan
        flights = Self.flights(messages)
    }

    /// A session that is logged in, in which these steps are asked.
    package init(_ steps: [FuzzPlan.Step], _ messages: [WireMessage]) {
        self.init(FuzzPlan(steps: FuzzPlan.steps(steps)), messages)
    }

    /// The input for ``FuzzedSession``.
    package var bytes: [UInt8] { plan.bytes + flights.flatMap(\.bytes) }

    private static func flights(_ messages: [WireMessage]) -> [[WireMessage]] {
        var flights: [[WireMessage]] = [[]]
        for message in messages {
            flights[flights.count - 1].append(message)
            if AnswerMutation.isWaiting(after: message) { flights.append([]) }
        }
        return flights.filter { !$0.isEmpty }
    }

    /// A recorded session. Its login is left out, as it was made for another nonce, but for what follows AuthenticationOk.
    package init(_ transcript: Transcript) throws {
        var steps: [FuzzPlan.Step] = []
        var messages: [WireMessage] = []
        let flights = try transcript.flights()
        for (index, flight) in flights.enumerated() {
            messages += flight.received.filter { $0.type != UInt8(ascii: "R") || $0.body == [0, 0, 0, 0] }
            let next = index + 1 < flights.count ? flights[index + 1] : Transcript.Flight()
            steps += Self.steps(flight, next)
        }
        let login = FuzzLogin(.none, versions: transcript.login().versions == .v30 ... .v32 ? 2 : 0)
        self.init(FuzzPlan(login: login, steps: FuzzPlan.steps(steps)), messages)
    }

    private static func steps(_ flight: Transcript.Flight, _ next: Transcript.Flight) -> [FuzzPlan.Step] {
        var steps: [FuzzPlan.Step] = []
        var shapes: [FuzzPlan.StatementShape] = []
        var shape: FuzzPlan.StatementShape = []
        for request in flight.requests {
            switch request {
            case .query:
                steps.append(
                    .simple(next.givesCopyData ? next.requests.last?.kind == .copyDone ? .give : .fail : .refuse))
            case .close: shape.insert(.closes)
            case .parse: shape.insert(.parses)
            case .describe: shape.insert(.describes)
            case .execute(_, let maximumRows):
                if maximumRows > 0 { shape.insert(.isLimited) }
                shapes.append(shape)
                shape = []
            case .sync where !shapes.isEmpty: shapes[shapes.count - 1].insert(.syncs)
            default: break
            }
        }
        if !shapes.isEmpty { steps.append(.extended(shapes)) }
        return steps
    }
}
