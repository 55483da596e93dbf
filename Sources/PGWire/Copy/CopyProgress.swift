/// How far a COPY has come.
///
/// What the server has done of it, and how large the whole is, other connections see in `pg_stat_progress_copy`, where `pid` is
/// ``Connection/backendProcessID`` (manual: "COPY Progress Reporting").
public struct CopyProgress: Sendable, Hashable {
    /// The bytes of data that were handed to the system, or have come, so far.
    public var bytes: Int
    /// The rows so far; nil where they pass as text or bytes and nobody counts them, until the server says at the end how many
    /// there were.
    public var rows: Int?
    /// Whether the COPY is over, and has succeeded.
    public var isComplete = false
}

/// Counts what passes, where somebody wants to know.
struct CopyMeter {
    private let report: ((CopyProgress) -> Void)?
    private var progress: CopyProgress
    private var reported = 0
    /// It is told so often at most, in bytes.
    private static let step = 128 * 1024

    init(_ report: ((CopyProgress) -> Void)?, countsRows: Bool = false) {
        self.report = report
        progress = CopyProgress(bytes: 0, rows: countsRows ? 0 : nil)
    }

    /// Notes that so much has passed.
    mutating func note(bytes: Int, rows: Int = 0) {
        guard let report else { return }
        progress.bytes += bytes
        progress.rows = progress.rows.map { $0 + rows }
        guard progress.bytes - reported >= Self.step else { return }
        reported = progress.bytes
        report(progress)
    }

    /// Notes that all has, with so many rows.
    mutating func end(_ rows: Int) -> Int {
        if let report {
            (progress.rows, progress.isComplete) = (rows, true)
            report(progress)
        }
        return rows
    }
}
