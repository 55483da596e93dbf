/// How it is told that TLS did not come about: what happened at which server, and what to do.
extension ConnectionError {
    static func lostDuringTLS(_ endpoint: Endpoint) -> ConnectionError {
        ConnectionError(
            .lost, phase: .tls, endpoint: endpoint,
            "\(endpoint) closed the connection when TLS was asked for: check that it is a PostgreSQL server and that "
                + "this machine's address is allowed")
    }

    static func lostDuringTLS(_ endpoint: Endpoint, _ reason: String) -> ConnectionError {
        ConnectionError(
            .lost, phase: .tls, endpoint: endpoint,
            "the connection to \(endpoint) broke while TLS was agreed on (\(reason))")
    }

    /// `mode` is the configuration's, as in `sslmode`.
    static func tls(_ endpoint: Endpoint, _ failure: TLSFailure, mode: String) -> ConnectionError {
        func error(_ reason: Reason, _ text: String) -> ConnectionError {
            ConnectionError(reason, phase: .tls, endpoint: endpoint, text)
        }
        switch failure {
        case .refused:
            return error(
                .tlsRefused,
                "\(endpoint) does not offer TLS, which sslmode=\(mode) requires: turn ssl on in the server, or use "
                    + "sslmode=disable on a network that you trust")
        case .directRefused:
            return error(
                .tlsRefused,
                "\(endpoint) does not take TLS that it was not asked for: servers before PostgreSQL 17 do not, nor do most "
                    + "poolers; use sslnegotiation=postgres")
        case .noApplicationProtocol:
            return error(
                .tlsFailed,
                "\(endpoint) speaks TLS, but did not say that it speaks PostgreSQL's protocol in it (ALPN), as it must with "
                    + "sslnegotiation=direct: check host and port, or use sslnegotiation=postgres")
        case .certificateNotRequested:
            return error(
                .authenticationRefused,
                "\(endpoint) did not ask for the client's certificate, which sslcertmode=require demands: check the server's "
                    + "ssl_ca_file, and that sslmode does not allow an unencrypted connection")
        case .stuffed:
            return error(
                .tamperedWith,
                "\(endpoint) sent unencrypted data after agreeing to TLS: somebody between may be tampering with the "
                    + "connection, which is therefore not used")
        case .answeredByError:
            return error(
                .lost,
                "\(endpoint) answered the request for TLS with an error, which is not shown as anybody could have sent it: "
                    + "look into the server's log; it may be full, or too old")
        case .notPostgreSQL(let bytes): return notPostgreSQL(endpoint, bytes)
        case .untrusted(let reason):
            return error(
                .certificateRejected,
                "the certificate of \(endpoint) is not trusted (\(reason)): give the authority that issued it as "
                    + "sslrootcert, or have the server's certificate renewed")
        case .wrongName(let names):
            return error(
                .certificateRejected,
                "the certificate of \(endpoint) is not for \"\(endpoint.host)\" but for \(names): connect by a name that "
                    + "it covers, or use sslmode=verify-ca if any server of that authority will do")
        case .unusableFile(let text):
            return error(.unusableFile, "TLS to \(endpoint) cannot be used: \(text)")
        case .failed(let reason):
            return error(
                .tlsFailed,
                "TLS with \(endpoint) failed (\(reason)): check that it really speaks TLS there, at least version 1.2")
        }
    }
}
