/// What kind of server a connection is to lead to (libpq's `target_session_attrs`). Those of other kinds are passed over.
public enum TargetSession: String, Sendable, Hashable, CaseIterable {
    /// Any that lets us in.
    case any
    /// One where transactions can write unless they say otherwise: no standby, and `default_transaction_read_only` is off.
    case readWrite = "read-write"
    /// One where they cannot.
    case readOnly = "read-only"
    /// One that is no standby.
    case primary
    /// One that is a hot standby.
    case standby
    /// A hot standby; where none of the hosts is one, any.
    case preferStandby = "prefer-standby"

    /// What a server has said of itself.
    struct Report {
        /// Whether it is a hot standby; nil when that is not known.
        var isStandby: Bool?
        /// Whether its transactions only read unless they say otherwise; nil when that is not known.
        var isReadOnlyByDefault: Bool?

        var isReadOnly: Bool? {
            if isStandby == true || isReadOnlyByDefault == true { return true }
            return isStandby == nil || isReadOnlyByDefault == nil ? nil : false
        }
    }

    /// Why a server will not do; nil where it does, or nothing is known that speaks against it.
    func objection(to report: Report) -> String? {
        switch self {
        case .any: nil
        case .readWrite: report.isReadOnly == true ? "its session is read-only" : nil
        case .readOnly: report.isReadOnly == false ? "its session is not read-only" : nil
        case .primary: report.isStandby == true ? "it is in hot standby mode" : nil
        case .standby, .preferStandby: report.isStandby == false ? "it is not in hot standby mode" : nil
        }
    }

    /// Whether what was reported is enough to tell.
    func isAnswered(by report: Report) -> Bool {
        switch self {
        case .any: true
        case .readWrite, .readOnly: report.isReadOnly != nil
        case .primary, .standby, .preferStandby: report.isStandby != nil
        }
    }
}

/// In which order servers are tried (libpq's `load_balance_hosts`).
public enum LoadBalancing: String, Sendable, Hashable, CaseIterable {
    /// In the order in which they are given, and their addresses as the system resolves them.
    case disable
    /// In random order for each connection, and the addresses of each name, too.
    case random
}
