extension Sequence where Element == SQL {
    /// The parts one after another with `separator` between them, with the parameters of all.
    ///
    /// ```swift
    /// let conditions: [SQL] = ["team = \(team)", "age > \(21)"]
    /// let sql: SQL = "SELECT name FROM player WHERE \(conditions.joined(separator: " AND "))"
    /// ```
    public func joined(separator: SQL = "") -> SQL {
        var result: SQL = ""
        for (index, part) in enumerated() {
            if index > 0 { result += separator }
            result += part
        }
        return result
    }
}

extension SQL {
    /// `text` as it is, with values for its `$1`, `$2` …, each of which may stand there several times, in any order.
    ///
    /// ```swift
    /// let sql = SQL(raw: "SELECT name FROM player WHERE team = $1 OR captain = $1 AND age > $2", team, 21)
    /// ```
    /// When the text has a number without a value, or does not use a value, running it throws ``PostgresError/usage(_:)``. As with
    /// ``init(raw:)``, whoever can choose the text can do to the database whatever the role may do.
    public init<each Value: PostgresEncodable>(raw text: String, _ values: repeat each Value) {
        var parameters = Parameters()
        var problem: PostgresError?
        for value in repeat each values { Self.append(value, to: &parameters, &problem) }
        self.init(text, parameters.kinds, problem)
        self.values = parameters.values
    }

    /// `text` as it is, with values for its `$1`, `$2` …, whose number and types need not be known when the program is compiled;
    /// see ``init(raw:_:)``.
    public init(raw text: String, values: [any PostgresEncodable]) {
        var parameters = Parameters()
        var problem: PostgresError?
        for value in values { Self.append(value, to: &parameters, &problem) }
        self.init(text, parameters.kinds, problem)
        self.values = parameters.values
    }

    private static func append(
        _ value: some PostgresEncodable, to parameters: inout Parameters, _ problem: inout PostgresError?
    ) {
        guard problem == nil else { return }
        do throws(PostgresError) {
            try parameters.append(value)
        } catch {
            problem = error
        }
    }

    /// `text` with its `$1`, `$2` … for parameters of these kinds, whose values are still to be written.
    init(_ text: String, _ kinds: [Parameters.Kind], _ problem: PostgresError? = nil) {
        let references = StatementText(text).references.filter { !$0.isQuoted }
        let problem = problem ?? Self.problem(references, kinds.count)
        self.init(raw: text)
        if let problem {
            refusal = Refusal(problem)
            return
        }
        let numbers = references.compactMap(\.number)
        let utf8 = text.utf8
        var place = utf8.startIndex
        var offset = 0
        func take(to end: Int) -> String {
            let next = utf8.index(place, offsetBy: end - offset)
            defer { (place, offset) = (next, end) }
            return String(text[place..<next])
        }
        pieces = [Piece(kind: nil, text: take(to: references.first?.range.lowerBound ?? utf8.count))]
        // Where they first come in order, each stands where it is needed first, as if it were interpolated; else all come first.
        var known = Self.comeInOrder(numbers) ? 0 : kinds.count
        for number in 0..<known { pieces.append(Piece(kind: kinds[number], reference: 1, text: "")) }
        for (index, number) in numbers.enumerated() {
            _ = take(to: references[index].range.upperBound)
            let end = index + 1 < references.count ? references[index + 1].range.lowerBound : utf8.count
            if number > known {
                known = number
                pieces.append(Piece(kind: kinds[number - 1], text: take(to: end)))
            } else {
                pieces.append(Piece(kind: nil, reference: UInt16(clamping: number), text: take(to: end)))
            }
        }
        hasReferences = pieces.count != kinds.count + 1 || pieces.contains { $0.reference != 0 }
    }

    private static func comeInOrder(_ numbers: [Int]) -> Bool {
        var known = 0
        for number in numbers where number > known {
            guard number == known + 1 else { return false }
            known = number
        }
        return true
    }

    private static func problem(_ references: [StatementText.Reference], _ count: Int) -> PostgresError? {
        let values = "\(count) value\(count == 1 ? "" : "s")"
        var isUsed = Array(repeating: false, count: count)
        for reference in references {
            guard let number = reference.number, isUsed.indices.contains(number - 1) else {
                return .usage("the text has $\(reference.number.map { "\($0)" } ?? "…"), but \(values) came with it")
            }
            isUsed[number - 1] = true
        }
        guard let unused = isUsed.firstIndex(of: false) else { return nil }
        return .usage("\(values) came with the text, which has no $\(unused + 1)")
    }
}
