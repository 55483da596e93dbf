import PGWire

/// What can be measured. README.md defines each one; all programs do the same.
enum Workload: String {
    case w1, w1b, w2, w2t, w3, w3many, w4, w4seq, w5, w6, w6pool, w7, w7t, w10, w10first, w10row, w11
    case w8, w8direct, w8eager
    case w12single, w12pipeline, w12many, w12unnest, w12copy
    // How cost grows with PGB_N.
    case rows, parameters, columns, connections
    case valueOut = "value-out"
    case valueIn = "value-in"

    func run() async throws -> Result {
        switch self {
        case .w1: try await ColdConnections(tls: true).measure()
        case .w1b: try await ColdConnections(tls: false).measure()
        case .w2: try await Queries(tls: false).oneByOne()
        case .w2t: try await Queries(tls: true).oneByOne()
        case .w3: try await Queries(tls: false).pipelined()
        case .w3many: try await Queries(tls: false).repeated()
        case .w4: try await Rows().borrowed()
        case .w4seq: try await Rows().iterated()
        case .w5: try await Copying().measure()
        case .w6: try await Queries(tls: false).concurrent(executors: Settings.executors)
        case .w6pool: try await Queries(tls: false).concurrent(executors: 0)
        case .w7: try await IdleConnections(tls: false).measure()
        case .w7t: try await IdleConnections(tls: true).measure()
        case .w10: try await StructRows().decodable(isFirst: false)
        case .w10first: try await StructRows().decodable(isFirst: true)
        case .w10row: try await StructRows().rowDecodable()
        case .w11: try await PoolUnderLoad().measure()
        case .w8: try await FirstRow(negotiation: .request).measure()
        case .w8direct: try await FirstRow(negotiation: .direct).measure()
        case .w8eager: try await FirstRow(negotiation: .eager).measure()
        case .w12single: try await Inserting().single()
        case .w12pipeline: try await Inserting().pipelined()
        case .w12many: try await Inserting().many()
        case .w12unnest: try await Inserting().unnested()
        case .w12copy: try await Inserting().copied()
        case .rows: try await Growth(smallest: 1000).rows()
        case .parameters: try await Growth(smallest: 1).parameters()
        case .columns: try await Growth(smallest: 1).columns()
        case .connections: try await Growth(smallest: 1).connections()
        case .valueOut: try await Growth(smallest: 1).valueOut()
        case .valueIn: try await Growth(smallest: 1).valueIn()
        }
    }
}
