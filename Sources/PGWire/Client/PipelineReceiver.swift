/// Takes what the server answers to one statement of a pipeline.
@usableFromInline
class PipelineReceiver {
    @exclusivity(unchecked) private var tag: CommandTag?
    @exclusivity(unchecked) private var failure: (any Error)?
    @exclusivity(unchecked) private var isAsked = false

    final func complete(_ tag: CommandTag) { self.tag = tag }

    /// Notes why the statement has no result; of several reasons the first counts.
    final func fail(_ error: PGError) { failure = failure ?? error }

    /// Takes a row.
    final func receive(_ row: RowView) {
        guard failure == nil else { return }
        // What the caller cannot decode is no reason to leave the others' answers unread.
        do { try take(row) } catch { failure = error }
    }

    @usableFromInline init() {}

    @usableFromInline
    func take(_ row: RowView) throws {}

    /// The tag; throws what the statement failed with.
    @usableFromInline
    @discardableResult
    final func finished() throws -> CommandTag {
        isAsked = true
        if let failure { throw failure }
        guard let tag else { throw PGError.usage("a pipeline's results are there only when the pipeline is through") }
        return tag
    }

    fileprivate final func throwUnnoticed() throws {
        guard !isAsked, let failure else { return }
        if case PGError.pipelineAborted = failure { return }
        throw failure
    }
}

extension [PipelineReceiver] {
    /// Throws the first failure that nobody has asked for: a statement that was not carried out must not go unnoticed.
    /// Where another one failed, that one's counts.
    @usableFromInline
    func throwUnnoticed() throws { for receiver in self { try receiver.throwUnnoticed() } }
}

/// Keeps all rows.
@usableFromInline
final class PipelineRows<Element>: PipelineReceiver {
    @exclusivity(unchecked) @usableFromInline var elements: [Element] = []
    @usableFromInline let decode: (RowView) throws -> Element

    @inlinable
    init(_ decode: @escaping (RowView) throws -> Element) { self.decode = decode }

    @inlinable
    override func take(_ row: RowView) throws { elements.append(try decode(row)) }

    @inlinable
    func rows() throws -> [Element] {
        try finished()
        return elements
    }
}

/// Keeps one row, and knows whether there were more.
@usableFromInline
final class PipelineRow<Element>: PipelineReceiver {
    @exclusivity(unchecked) @usableFromInline var first: Element?
    @exclusivity(unchecked) @usableFromInline var count = 0
    @usableFromInline let decode: (RowView) throws -> Element

    @inlinable
    init(_ decode: @escaping (RowView) throws -> Element) { self.decode = decode }

    @inlinable
    override func take(_ row: RowView) throws {
        if count == 0 { first = try decode(row) }
        count = min(count + 1, 2)
    }

    @inlinable
    func row() throws -> Element? {
        try finished()
        try checkAtMostOne(count)
        return first
    }
}
