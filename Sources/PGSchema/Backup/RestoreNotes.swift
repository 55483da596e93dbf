package import PGWire
import Synchronization

/// Collects what the server warns of.
package final class RestoreNotes: Sendable {
    private let notes = Mutex<[String]>([])

    package var all: [String] { notes.withLock { $0 } }

    package func take(_ notice: ServerError) {
        guard notice.severity == "WARNING" else { return }
        notes.withLock { $0.append(notice.message) }
    }
}
