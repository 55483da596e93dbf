/// How the rows of a statement were asked for that is under way.
final class ResultRequest {
    /// Their formats, as the caller put it and as they were sent.
    let wanted: ResultFormats
    let formats: ResultFormats
    /// What the types of the columns are to be known by, where the formats depend on them.
    let key: StatementCache.Key?

    init(_ wanted: ResultFormats, _ formats: ResultFormats, _ key: StatementCache.Key?) {
        self.wanted = wanted
        self.formats = formats
        self.key = key
    }
}

/// In which formats the rows of a statement are asked for.
extension PhysicalConnection {
    /// The formats for rows of which nobody has said how they will be read.
    ///
    /// Text, which every type has, as long as the columns are not known. In a transaction block it is text, too, where a
    /// column needs it: were a column added to the table meanwhile, a format for each would end the transaction.
    func formatsByType(_ sql: SQL) -> ResultFormats {
        let settings = session.outputSettings
        let formats: ResultFormats
        switch resultTypes.knowledge(of: sql.key) {
        case .unknown: return settings.formatsForUnknown
        case .text: return .text
        case .types(let types): formats = settings.formats(for: types)
        }
        return formats.isUniform || session.transactionStatus == .idle ? formats : settings.formatsForUnknown
    }

    /// The columns of a prepared statement, in formats that are others than it was asked for before.
    ///
    /// - Throws: ``PostgresError/decoding(_:)`` when formats are wanted for another number of columns.
    func columns(
        _ known: Columns, of entry: StatementCache.Entry, _ wanted: ResultFormats
    ) throws(PostgresError) -> Columns {
        let settings = session.outputSettings
        let formats = wanted == .byType ? settings.formats(for: known.types) : wanted
        guard formats.isUniform || formats.count == known.count else {
            throw RowView(columns: known, values: RawSpan()).wrongCount(Int(formats.count))
        }
        let columns = known.inFormats(formats, settings)
        entry.note(columns, wanted: wanted, formats: formats)
        return columns
    }

    /// Notes the columns of the statement of the last event.
    func note(_ described: Columns) {
        let columns = described.printed(by: session.outputSettings)
        batch.note(columns)
        let index = batch.answers.eventIndex
        guard batch.sent.indices.contains(index), let key = batch.sent[index].request?.key else { return }
        resultTypes.note(.types(columns.types), of: key)
    }

    /// Notes that the server could not give the rows in the formats that were asked for: there is another number of
    /// columns than was known, or one that has no binary format. The statement was certainly not carried out.
    func noteUselessFormats(_ error: ServerError, at index: Int) -> Bool {
        guard error.isAboutResultFormats else { return false }
        if let entry = batch.sent[index].entry, !entry.name.isEmpty, entry.wanted == .byType {
            prepared.cache.remove(entry)
            resultTypes.note(.text, of: entry.key)
            return true
        }
        guard let request = batch.sent[index].request, request.formats != .text, let key = request.key
        else { return false }
        resultTypes.note(.text, of: key)
        return true
    }

    /// What an error of the statement at `index` is to its caller: that another number of columns was to be decoded than
    /// there is, the server is the first to notice.
    func failure(_ error: ServerError, at index: Int) -> PostgresError {
        guard error.isWrongColumnCount, batch.sent.indices.contains(index), let request = batch.sent[index].request
        else {
            return .server(error)
        }
        let wanted = request.formats.count
        // The message has both numbers, in whatever language.
        let numbers = error.message.utf8.split { !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        let count = numbers.compactMap { Int(Substring($0)) }.first { $0 != wanted }
        let columns = count.map { "\($0)" } ?? "another number of"
        return .decoding(
            .init(
                columnIndex: 0, columnName: nil,
                description: "the result has \(columns) columns where \(wanted) are decoded"))
    }
}

extension StatementBatch {
    /// The formats that the caller wanted for the last statement.
    var wantedFormats: ResultFormats { sent.last.flatMap { $0.request?.wanted ?? $0.entry?.wanted } ?? .text }
}

extension ServerError {
    /// Whether it was the formats that a Bind asked for that the server could not give.
    var isAboutResultFormats: Bool { isWrongColumnCount || lacksBinaryFormat }

    /// Whether a format for each of another number of columns was asked for.
    var isWrongColumnCount: Bool { sqlState == .protocolViolation && routine == "PortalSetResultFormat" }

    private var lacksBinaryFormat: Bool { sqlState == .undefinedFunction && routine == "getTypeBinaryOutputInfo" }
}
