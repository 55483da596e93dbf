import PGWire
import Synchronization

/// Collects what the server warns of.
final class RestoreNotes: Sendable {
    private let notes = Mutex<[String]>([])

    var all: [String] { notes.withLock { $0 } }

    func take(_ notice: ServerError) {
        guard notice.severity == "WARNING" else { return }
        notes.withLock { $0.append(notice.message) }
    }
}
