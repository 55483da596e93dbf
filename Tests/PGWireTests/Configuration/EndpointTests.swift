import PGWire
import Testing

@Suite struct EndpointTests {
    @Test(arguments: ["127.0.0.1", "127.255.0.9", "localhost", "::1", "/tmp", "@abstract"])
    func isThisMachine(host: String) {
        #expect(Endpoint(host: host).isLocal)
    }

    @Test(
        arguments: [
            "", "127", "127.0.0", "127.0.0.", "127.0.0.1.", ".127.0.0.1", "127..0.1", "127.0.0.256",
            "127.0.0.1.example", "127.0.0.1.1",
            "127.0.0.-1", "127.0.0.+1", "127.0.0.1000000000000000000000", "192.0.2.1", "0127.0.0.1", "::2",
            "localhost.example",
            "127.0.0.１",
        ])
    func isPerhapsAnotherMachine(host: String) {
        #expect(!Endpoint(host: host).isLocal)
    }

    @Test func theAddressCountsBeforeTheName() {
        #expect(Endpoint(host: "db.example", address: "127.0.0.1").isLocal)
        #expect(!Endpoint(host: "localhost", address: "192.0.2.1").isLocal)
        #expect(!Endpoint(host: "/tmp", address: "192.0.2.1").isLocal)
    }
}
