/// What the server answers to the statements of a pipeline. Rows are kept as they came and decoded when somebody asks.
///
/// All statements share it, as memory for each would cost more than the statement.
@usableFromInline
final class PipelineResults {
    /// Which rows of a statement are wanted.
    @usableFromInline
    enum Wanted {
        case none, one, all
    }

    /// What has come of one statement.
    fileprivate struct Slot {
        let wanted: Wanted
        var isAsked = false
        /// Where its rows begin, and how many came; where one is wanted, 2 stands for more.
        var start = 0
        var count = 0
        var tag: CommandTag?
        var failure: PostgresError?
    }

    @safe @exclusivity(unchecked) fileprivate var slots: [Slot] = []
    /// The rows of all statements, which come in the order of these.
    @safe @exclusivity(unchecked) fileprivate var rows: [Row] = []

    /// How many statements there are.
    var count: Int { slots.count }

    /// Adds a statement.
    func add(_ wanted: Wanted) -> PipelineReceiver {
        slots.append(Slot(wanted: wanted))
        return PipelineReceiver(results: self, index: slots.count - 1)
    }

    func complete(_ index: Int, _ tag: CommandTag) { slots[index].tag = tag }

    /// Notes why the statement has no result; of several reasons the first counts.
    func fail(_ index: Int, _ error: PostgresError) {
        if slots[index].failure == nil { slots[index].failure = error }
    }

    /// The statement's tag, if it has come; throws what it has failed with. Nobody has asked by that.
    func outcome(_ index: Int) throws -> CommandTag? {
        if let failure = slots[index].failure { throw failure }
        return slots[index].tag
    }

    /// Takes a row of the statement.
    func receive(_ index: Int, _ row: Row) {
        switch slots[index].wanted {
        case .none: return
        case .one where slots[index].count > 0: slots[index].count = 2
        case .one, .all:
            if slots[index].count == 0 { slots[index].start = rows.count }
            slots[index].count += 1
            rows.append(row)
        }
    }

    /// Throws the first failure that nobody has asked for: a statement that was not carried out must not go unnoticed. Where
    /// another one failed, that one's counts.
    @usableFromInline
    func throwUnnoticed() throws {
        for slot in slots where !slot.isAsked {
            guard let failure = slot.failure else { continue }
            if case .pipelineAborted = failure { continue }
            throw failure
        }
    }
}

/// What the server has answered to one statement of a pipeline.
@usableFromInline
struct PipelineReceiver {
    fileprivate let results: PipelineResults
    fileprivate let index: Int

    /// The tag; throws what the statement failed with.
    @usableFromInline
    @discardableResult
    func finished() throws -> CommandTag {
        results.slots[index].isAsked = true
        if let failure = results.slots[index].failure { throw failure }
        guard let tag = results.slots[index].tag else {
            throw PostgresError.usage("a pipeline's results are there only when the pipeline is through")
        }
        return tag
    }

    /// All rows; throws what the statement failed with.
    @usableFromInline
    func rows() throws -> ArraySlice<Row> {
        try finished()
        let (start, count) = (results.slots[index].start, results.slots[index].count)
        return results.rows[start..<start + count]
    }

    /// Whether there is a row; throws what the statement failed with, or that there are more.
    @usableFromInline
    func hasRow() throws -> Bool {
        try finished()
        try checkAtMostOne(results.slots[index].count)
        return results.slots[index].count > 0
    }

    /// The one row; throws as ``hasRow()``, or that there is none.
    @usableFromInline
    func row() throws -> Row {
        guard try hasRow() else { throw noRow() }
        return results.rows[results.slots[index].start]
    }
}
