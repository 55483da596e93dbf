/// A part of a list.
package struct Page: Sendable, Equatable {
    /// How many at most.
    package let limit: Int64
    /// How many are passed over.
    package let offset: Int64

    /// - Throws: ``StoreError/outOfRange(_:)`` for what PostgreSQL's `bigint` cannot hold, and for negative numbers.
    package init(limit: some BinaryInteger, offset: some BinaryInteger) throws(StoreError) {
        self.limit = try Self.number(limit, .limit)
        self.offset = try Self.number(offset, .offset)
    }

    /// The page with this number, counted from 1.
    ///
    /// - Throws: as ``init(limit:offset:)``.
    package init(number: some BinaryInteger, perPage: some BinaryInteger) throws(StoreError) {
        let number = try Self.number(number, .page)
        limit = try Self.number(perPage, .perPage)
        let (offset, overflow) = (number - 1).multipliedReportingOverflow(by: limit)
        guard number > 0, !overflow else { throw .outOfRange(.page) }
        guard limit > 0 else { throw .outOfRange(.perPage) }
        self.offset = offset
    }

    private static func number(_ number: some BinaryInteger, _ field: StoreField) throws(StoreError) -> Int64 {
        guard let number = Int64(exactly: number), number >= 0 else { throw .outOfRange(field) }
        return number
    }
}
