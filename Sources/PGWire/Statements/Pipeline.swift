/// Statements that are sent together, so that all of them cost one round trip. Only the closure that it was given to can
/// use it, and that must not wait for anything: it has the connection, into whose output each statement is written at once, and all
/// of them are sent when it has returned.
///
/// Each call gives a ``Result``, the place of what is to come; return those that you want from the closure.
///
/// They are carried out in order, as one transaction unless one is open or they say otherwise: when one fails, none of
/// those after it is carried out, and what was done before it is undone. ``sync()`` ends that transaction, so that what
/// follows stands on its own.
public struct Pipeline: ~Copyable {
    /// A statement that is still to be written.
    struct Request {
        var sql: SQL
        /// The formats in which its rows are wanted.
        var formats: ResultFormats
        /// Whether a Sync goes before it.
        var isAfterSync: Bool
    }

    /// What takes the answers.
    @usableFromInline let results = PipelineResults()
    /// The statements, where they are written only when there are no more: whoever observes is told of all of them before.
    var requests: [Request] = []
    /// Whether that is so.
    let isWrittenLater: Bool
    var syncs = false
    /// Whether there is any Sync but the last.
    private(set) var hasSyncs = false
    /// The first reason why it cannot be sent: a statement may be half written.
    private(set) var problem: PostgresError?
    let connection: PhysicalConnection
    let timeout: Duration?
    let context: DecodingContext
    /// For each statement of the batch which one of the pipeline it is; -1 for those of our own.
    var places: [Int] = []
    /// The text of each statement that has none in the cache of statements.
    var texts: [(index: Int, sql: SQL)] = []

    /// An empty one, which is written to the connection's output.
    init(_ handle: ConnectionHandle, _ timeout: Duration?) {
        connection = handle.connection
        isWrittenLater = connection.observation != nil
        self.timeout = timeout
        context = handle.decodingContext
    }

    /// What a statement of a pipeline will have brought.
    public struct Result<Value> {
        /// Who took the answers, and how the value is got from it. Not one closure, which would take memory of its own.
        @usableFromInline let receiver: PipelineReceiver
        @usableFromInline let read: (PipelineReceiver) throws -> Value

        @inlinable
        init(_ receiver: PipelineReceiver, _ read: @escaping (PipelineReceiver) throws -> Value) {
            self.receiver = receiver
            self.read = read
        }

        /// What the statement brought, once the pipeline is through.
        ///
        /// - Throws: what it failed with; ``PostgresError/pipelineAborted(_:)`` when another one did; ``PostgresError/usage(_:)`` inside
        ///   the closure, where nothing is sent yet.
        @inlinable
        public func get() throws -> Value { try read(receiver) }

        /// The same, and where another statement failed, throws that one's error.
        @inlinable
        func value() throws -> Value {
            do { return try read(receiver) } catch PostgresError.pipelineAborted(let error) {
                throw PostgresError.server(error.cause)
            }
        }

        /// Success or failure of this statement alone: with it, the pipeline does not throw what this one failed with.
        public var outcome: Result<Swift.Result<Value, any Error>> {
            let read = read
            return Result<Swift.Result<Value, any Error>>(receiver) { receiver in
                do {
                    return .success(try read(receiver))
                } catch let missing as TypeCatalog.Missing {
                    // That is no failure yet: the type is looked up next.
                    throw missing
                } catch {
                    return .failure(error)
                }
            }
        }
    }

    /// All rows of a statement, each as a tuple of the given types, column by column.
    @inlinable
    public mutating func fetchAll<each T: PostgresDecodable>(
        _ sql: SQL, as type: (repeat each T).Type
    ) throws(PostgresError) -> Result<[(repeat each T)]> {
        Result(try add(sql, .all, ResultFormats(type))) { receiver in
            var values: [(repeat each T)] = []
            for row in try receiver.rows() { values.append(try row.decode(as: (repeat each T).self)) }
            return values
        }
    }

    /// All rows of a statement, each as a `Decodable` value by the columns' names.
    @_disfavoredOverload
    public mutating func fetchAll<T: Decodable>(_ sql: SQL, as type: T.Type) throws(PostgresError) -> Result<[T]> {
        Result(try add(sql, .all, ResultFormats(decoded: type))) { [context] receiver in
            let reader = StructReader<T>(context)
            return try receiver.rows().map { row in try reader.read(row) }
        }
    }

    /// The one row of a statement as a tuple of the given types; for one column, as that type.
    @inlinable
    public mutating func fetchOne<each T: PostgresDecodable>(
        _ sql: SQL, as type: (repeat each T).Type
    ) throws(PostgresError) -> Result<(repeat each T)> {
        Result(try add(sql, .one, ResultFormats(type))) { try $0.row().decode(as: (repeat each T).self) }
    }

    /// The one row of a statement as a `Decodable` value by the columns' names.
    @_disfavoredOverload
    public mutating func fetchOne<T: Decodable>(_ sql: SQL, as type: T.Type) throws(PostgresError) -> Result<T> {
        Result(try add(sql, .one, ResultFormats(decoded: type))) { [context] receiver in
            try receiver.row().decode(as: type, context)
        }
    }

    /// The row of a statement as a tuple of the given types, or nil when there is none.
    @inlinable
    public mutating func fetchOptional<each T: PostgresDecodable>(
        _ sql: SQL, as type: (repeat each T).Type
    ) throws(PostgresError) -> Result<(repeat each T)?> {
        Result(try add(sql, .one, ResultFormats(type))) { receiver in
            guard try receiver.hasRow() else { return nil }
            return try receiver.row().decode(as: (repeat each T).self)
        }
    }

    /// The row of a statement as a `Decodable` value by the columns' names, or nil when there is none.
    @_disfavoredOverload
    public mutating func fetchOptional<T: Decodable>(
        _ sql: SQL, as type: T.Type
    ) throws(PostgresError) -> Result<T?> {
        Result(try add(sql, .one, ResultFormats(decoded: type))) { [context] receiver in
            guard try receiver.hasRow() else { return nil }
            return try receiver.row().decode(as: type, context)
        }
    }

    /// Runs a statement, drops its rows if there are any, and gives its tag.
    @inlinable
    @discardableResult
    public mutating func execute(_ sql: SQL) throws(PostgresError) -> Result<CommandTag> {
        Result(try add(sql, .none, .text)) { try $0.finished() }
    }

    /// Ends the transaction of the statements so far, so that an error among them spoils none of those that follow.
    ///
    /// - Throws: ``PostgresError/usage(_:)`` in front of a transaction pooler, which may serve what follows by another server
    ///   process before the first part is through, and some of which lose answers then.
    public mutating func sync() throws(PostgresError) {
        let poolerMode = connection.poolerMode
        guard poolerMode.kind != .transaction else {
            throw .usage(
                "a pipeline is all under one Sync in front of a transaction pooler, and this is one (\(poolerMode.reason)): use one "
                    + "pipeline for each part")
        }
        syncs = results.count > 0
    }

    @usableFromInline
    mutating func add(_ sql: SQL, _ wanted: PipelineResults.Wanted, _ formats: ResultFormats) throws(PostgresError)
        -> PipelineReceiver
    {
        if let problem = sql.problem { throw problem }
        guard !sql.copiesThroughConnection else { throw .usage(StatementOutcome.copyRefused) }
        if isWrittenLater {
            requests.append(Request(sql: sql, formats: formats, isAfterSync: syncs))
        } else {
            do throws(PostgresError) { try write(sql, formats, isAfterSync: syncs) } catch {
                problem = problem ?? error
                throw error
            }
        }
        hasSyncs = hasSyncs || syncs
        syncs = false
        return results.add(wanted)
    }
}
