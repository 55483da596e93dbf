import LocalPostgres
import PGWireTesting

extension ScriptedServer.Step {
    /// Speaks TLS from here on, beginning with the client's ClientHello.
    static func tls(_ certificate: Certificate, _ behaviour: ScriptedServer.TLSBehaviour = .init()) -> Self {
        .tls(certificatePEM: certificate.certificatePEM, privateKeyPEM: certificate.privateKeyPEM, behaviour)
    }
}
