import PGWire
import PGWireTesting

/// What happens to the network between the tellers and the servers.
struct NetworkTrouble: Sendable {
    let proxies: [FaultyProxy]
    let ledger: Ledger
    let isOver: Flag

    func rage(_ generator: FuzzGenerator) async {
        var generator = generator
        while !isOver.isSet {
            try? await Task.sleep(for: .milliseconds(100 + generator.below(900)))
            guard let proxy = generator.element(of: proxies), !isOver.isSet else { continue }
            await trouble(proxy, &generator)
            proxy.faults = FaultyProxy.Faults()
        }
    }

    private func trouble(_ proxy: FaultyProxy, _ generator: inout FuzzGenerator) async {
        var faults = FaultyProxy.Faults()
        faults.cut = generator.oneIn(2) ? .close : .reset
        switch generator.below(9) {
        case 0, 1:
            ledger.note(event: "network: all cut by \(faults.cut)", proxy.openConnectionCount)
            return proxy.cut(faults.cut)
        case 2:
            ledger.note(event: "network: open connections stalled for good", proxy.openConnectionCount)
            return proxy.applyToOpenConnections(.stalled)
        case 3:
            ledger.note(event: "network: cut in an answer", proxy.openConnectionCount)
            faults.toClient.cutsAfter = generator.below(3_000)
        case 4:
            ledger.note(event: "network: cut in a request", proxy.openConnectionCount)
            faults.toServer.cutsAfter = generator.below(3_000)
        case 5:
            ledger.note(event: "network: slow")
            faults.toClient.latency = .milliseconds(generator.below(60))
            faults.toServer.latency = .milliseconds(generator.below(60))
        case 6:
            ledger.note(event: "network: in pieces")
            faults.toClient.pieceSize = 1 + generator.below(9)
            faults.toServer.pieceSize = 1 + generator.below(9)
        case 7:
            // All that goes through is encrypted, so that this is noticed.
            ledger.note(event: "network: a byte changed", proxy.openConnectionCount)
            faults.toClient.corruptsByteAt = generator.below(4_000)
            faults.toServer.corruptsByteAt = generator.below(4_000)
        default:
            ledger.note(event: "network: refused")
            proxy.refuse()
            try? await Task.sleep(for: .milliseconds(generator.below(600)))
            try? proxy.admit()
            return
        }
        proxy.faults = faults
        try? await Task.sleep(for: .milliseconds(generator.below(500)))
    }
}
