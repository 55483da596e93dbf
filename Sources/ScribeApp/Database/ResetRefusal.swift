package import PGSchemaReports
import PGWire

/// Why a reset is not done.
package enum ResetRefusal: ShownError, Equatable {
    case notDevelopment(String)
    case environmentUnknown(host: String)
    case noTerminal(target: String)
    case notConfirmed(target: String)
    case notLocal(host: String, target: String)

    package var shown: ShownText {
        switch self {
        case .notDevelopment(let environment):
            """
            ENVIRONMENT is \(environment): db reset drops everything, so it is for development only. Nothing was changed.
            """
        case .environmentUnknown(let host):
            """
            \(host) is not this machine, and nothing says that it is for development: set ENVIRONMENT=development if it \
            is. Nothing was changed.
            """
        case .noTerminal(let target):
            "nobody can be asked, as standard input is no terminal: give --confirm \(target). Nothing was changed."
        case .notConfirmed(let target):
            "that is not what was to be confirmed, \(target): nothing was changed"
        case .notLocal(let host, let target):
            """
            \(host) is not this machine, so --yes is not enough: type the name when asked, or give --confirm \(target). \
            Nothing was changed.
            """
        }
    }
}
