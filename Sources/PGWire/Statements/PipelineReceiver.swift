/// Takes what the server answers to one statement of a pipeline. Rows are kept as they came and decoded when somebody asks.
@usableFromInline
final class PipelineReceiver {
    /// Which rows are wanted.
    @usableFromInline
    enum Wanted {
        case none, one, all
    }

    private let wanted: Wanted
    @safe @exclusivity(unchecked) private var tag: CommandTag?
    @safe @exclusivity(unchecked) private var failure: PostgresError?
    @safe @exclusivity(unchecked) private var isAsked = false
    /// How many rows came, where one is wanted, and the first. Not an Optional, which is slow to copy.
    @safe @exclusivity(unchecked) private var count = 0
    @safe @exclusivity(unchecked) private var first = none
    private static let none = Row(columns: Columns([]), chunk: .empty, values: 0..<0)
    @safe @exclusivity(unchecked) private var all: [Row] = []

    @usableFromInline
    init(_ wanted: Wanted) { self.wanted = wanted }

    func complete(_ tag: CommandTag) { self.tag = tag }

    /// Notes why the statement has no result; of several reasons the first counts.
    func fail(_ error: PostgresError) { failure = failure ?? error }

    /// The tag, if it has come; throws what the statement has failed with. Nobody has asked by that.
    func outcome() throws -> CommandTag? {
        if let failure { throw failure }
        return tag
    }

    /// Takes a row.
    func receive(_ row: Row) {
        switch wanted {
        case .none: break
        case .one:
            if count == 0 { first = row }
            count = min(count + 1, 2)
        case .all: all.append(row)
        }
    }

    /// The tag; throws what the statement failed with.
    @usableFromInline
    @discardableResult
    func finished() throws -> CommandTag {
        isAsked = true
        if let failure { throw failure }
        guard let tag else {
            throw PostgresError.usage("a pipeline's results are there only when the pipeline is through")
        }
        return tag
    }

    /// All rows; throws what the statement failed with.
    @usableFromInline
    func rows() throws -> [Row] {
        try finished()
        return all
    }

    /// Whether there is a row; throws what the statement failed with, or that there are more.
    @usableFromInline
    func hasRow() throws -> Bool {
        try finished()
        try checkAtMostOne(count)
        return count > 0
    }

    /// The one row; throws as ``hasRow()``, or that there is none.
    @usableFromInline
    func row() throws -> Row {
        guard try hasRow() else { throw noRow() }
        return first
    }

    /// Throws what the statement failed with if nobody has asked for it: a statement that was not carried out must not go
    /// unnoticed. Where another one failed, that one's counts.
    func throwUnnoticed() throws {
        guard !isAsked, let failure else { return }
        if case .pipelineAborted = failure { return }
        throw failure
    }
}

extension [Pipeline.Request] {
    /// Throws the first failure that nobody has asked for.
    @usableFromInline
    func throwUnnoticed() throws { for index in indices { try self[index].receiver.throwUnnoticed() } }
}
