import PGWire
import PGWireTesting
import Testing

/// What is nested deeper than any value is an error, and not the end of the stack.
@Suite struct NestingTests {
    private struct Tree: PostgresComposite, Equatable {
        var id: Int
        var children: [Tree]
        var fields: PostgresRecord<Int, [Tree]> { PostgresRecord(id, children) }
        init(fields record: PostgresRecord<Int, [Tree]>) { (id, children) = record.fields }
    }

    /// A tree in binary format with one child each.
    private static func tree(depth: Int) -> [UInt8] {
        func bytes(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) } }
        var tree: [UInt8] = []
        for level in 0..<depth {
            let array =
                level == 0
                ? bytes(0) + bytes(0) + bytes(16400)
                : bytes(1) + bytes(0) + bytes(16400) + bytes(1) + bytes(1) + bytes(tree.count) + tree
            tree = bytes(2) + bytes(23) + bytes(4) + bytes(level) + bytes(16401) + bytes(array.count) + array
        }
        return tree
    }

    @Test func aTypeThatContainsItself() throws {
        #expect(Tree.postgresResultFormat == .binary)
        let bytes = Self.tree(depth: 3)
        let tree = try Tree(postgres: bytes.rawSpan, type: OID(16400), format: .binary)
        #expect(tree.id == 2 && tree.children.first?.children.first?.id == 0)
    }

    @Test(arguments: [20_000]) func composites(depth: Int) {
        // So deep that the bytes are many more than the last level's, and few enough to be made quickly.
        var bytes = Self.tree(depth: 20)
        func be(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) } }
        var head: [UInt8] = []
        var size = bytes.count
        var heads: [[UInt8]] = []
        for level in 0..<depth {
            let array = be(1) + be(0) + be(16400) + be(1) + be(1) + be(size)
            head = be(2) + be(23) + be(4) + be(level) + be(16401) + be(array.count + size) + array
            heads.append(head)
            size += head.count
        }
        bytes = heads.reversed().flatMap { $0 } + bytes
        let error = #expect(throws: ValueDecodingError.self) {
            try Tree(postgres: bytes.rawSpan, type: OID(16400), format: .binary)
        }
        #expect("\(String(describing: error))".utf8.count < 2000)
    }
}
