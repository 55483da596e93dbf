/// The channel binding flag of the client's gs2 header (RFC 5802, section 6).
package enum SCRAMChannelBinding: Sendable, Equatable {
    /// `n`: the client does not support channel binding here, or it is disabled.
    case unsupported
    /// `y`: the client supports it, but the server did not offer it. A server that did offer it detects the downgrade.
    case notOffered
    /// `p`: bound to the hash of the server's certificate (RFC 5929, section 4).
    case tlsServerEndPoint([UInt8])

    /// RFC 5802, section 7: `gs2-header`. PostgreSQL permits no authorization identity in it.
    package var gs2Header: [UInt8] {
        switch self {
        case .unsupported: Array("n,,".utf8)
        case .notOffered: Array("y,,".utf8)
        case .tlsServerEndPoint: Array("p=tls-server-end-point,,".utf8)
        }
    }

    /// RFC 5802, section 7: `cbind-input`, what the client-final-message repeats under `c=`.
    package var bindingInput: [UInt8] {
        switch self {
        case .unsupported, .notOffered: gs2Header
        case .tlsServerEndPoint(let hash): gs2Header + hash
        }
    }
}
