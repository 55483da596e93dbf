extension ExtendedQuery {
    /// The messages sent for one statement.
    package struct Statement: Sendable, Hashable {
        /// The number of Close messages before it, for prepared statements that are no longer used.
        package var closes = 0
        /// Whether a Parse was sent.
        package var parses = true
        /// Whether a Bind was sent; else more rows are asked for of what was bound before.
        package var binds = true
        /// Whether it is only described, and neither bound nor executed.
        package var isDescribedOnly = false
        /// Whether no more than so many rows were asked for.
        package var isLimited = false
        /// Whether a Describe of the portal was sent, so that the columns come before the rows.
        package var describes: Bool
        /// The number of columns when no Describe was sent; nil when it is unknown.
        package var columnCount: Int?
        /// Whether the statement is the driver's own, whose answers the caller does not see.
        package var isInternal = false
        /// Whether a Sync follows. One always follows the last.
        package var syncs = false

        package init(describes: Bool) { self.describes = describes }
    }
}
