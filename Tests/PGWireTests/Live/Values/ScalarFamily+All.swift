import Foundation
import PGWire

typealias Random = TypesTests.SeededGenerator

extension ScalarFamily {
    /// Of every server.
    static let all: [ScalarFamily] =
        network + geometry + numbers + [
            ScalarFamily("\"bit\"", BitString.self) { random in
                // In quotes, as `bit` is `bit(1)`.
                BitString((0..<Int.random(in: 1...70, using: &random)).map { _ in Bool.random(using: &random) })
            },
            ScalarFamily("varbit", BitString.self) { random in
                BitString((0..<Int.random(in: 0...70, using: &random)).map { _ in Bool.random(using: &random) })
            },
            ScalarFamily("tsvector", TSVector.self) { random in
                TSVector(
                    (0..<Int.random(in: 0...6, using: &random)).map { _ in
                        let places = (0..<Int.random(in: 0...3, using: &random)).map { _ in
                            TSVector.Position(
                                .random(in: 1...20_000, using: &random),
                                TSVector.Weight(rawValue: .random(in: 0...3, using: &random)) ?? .d)
                        }
                        return TSVector.Lexeme(random.text(1...8), at: places)
                    })
            },
            ScalarFamily("tsquery", TSQuery.self, equal: "a::text = b::text") { random in
                let words = (0..<Int.random(in: 1...4, using: &random)).map { _ in "'\(random.word())'" }
                return TSQuery(
                    words.joined(separator: [" & ", " | ", " <-> ", " <3> "].randomElement(using: &random) ?? ""))
            },
            ScalarFamily("jsonpath", JSONPath.self, equal: "a::text = b::text") { random in
                JSONPath(
                    "$" + (0..<Int.random(in: 0...4, using: &random)).map { _ in ".\"\(random.word())\"" }.joined())
            },
            ScalarFamily("lquery", LQuery.self, equal: "a::text = b::text") { random in
                let levels = (0..<Int.random(in: 1...4, using: &random)).map { _ in
                    ["\(random.word())", "*", "*{1,3}", "\(random.word())@*", "!\(random.word())|\(random.word())"]
                        .randomElement(using: &random) ?? "*"
                }
                return LQuery(levels.joined(separator: "."))
            },
            ScalarFamily("ltxtquery", LTxtQuery.self, equal: "a::text = b::text") { random in
                // The server puts parentheses around more of them.
                let words = (0..<Int.random(in: 1...2, using: &random)).map { _ in
                    random.word() + "@*%".prefix(.random(in: 0...2, using: &random))
                }
                return LTxtQuery(words.joined(separator: [" & ", " | ", " & !"].randomElement(using: &random) ?? ""))
            },
            ScalarFamily("ltree", LTree.self) { random in
                LTree((0..<Int.random(in: 1...5, using: &random)).map { _ in random.word() }.joined(separator: "."))
            },
            // By this name without the fixtures' values: servers do not read what they write for the least one.
            ScalarFamily("pg_catalog.interval", Interval.self, equal: "interval_send(a) = interval_send(b)") { random in
                Interval(
                    months: random.small(), days: random.small(),
                    microseconds: Int64.random(
                        in: -9_000_000_000_000_000_000...9_000_000_000_000_000_000, using: &random)
                        >> Int64.random(in: 0...62, using: &random))
            },
            ScalarFamily("timetz", TimeOfDayTZ.self, equal: "timetz_send(a) = timetz_send(b)") { random in
                TimeOfDay(microseconds: .random(in: 0...86_400_000_000, using: &random)).flatMap {
                    TimeOfDayTZ($0, secondsFromUTC: .random(in: -57_599...57_599, using: &random))
                }
            },
        ]

    /// Where the server was built with it.
    static let xml = [
        ScalarFamily("xml", XMLText.self, equal: "a::text = b::text") { random in
            let name = random.word()
            return XMLText("<\(name) a=\"\(random.word())\">\(random.word())&lt;é<b/></\(name)>")
        }
    ]

    private static let network: [ScalarFamily] = [
        ScalarFamily("inet", Inet.self) { random in
            guard let address = random.address() else { return nil }
            return Inet(address, prefixLength: .random(in: 0...address.bitWidth, using: &random))
        },
        ScalarFamily("cidr", CIDR.self) { random in
            guard let address = random.address() else { return nil }
            let length = Int.random(in: 0...address.bitWidth, using: &random)
            let network = address.bytes.enumerated().map { index, byte in
                byte & ~(index * 8 + 8 <= length ? 0 : index * 8 >= length ? 0xFF : 0xFF >> UInt8(length - index * 8))
            }
            return IPAddress(bytes: network).flatMap { CIDR($0, prefixLength: length) }
        },
        ScalarFamily("macaddr", MACAddress.self) { MACAddress(rawValue: $0.next() >> 16) },
        ScalarFamily("macaddr8", MACAddress8.self) { MACAddress8(rawValue: $0.next()) },
    ]

    private static let geometry: [ScalarFamily] = [
        ScalarFamily("point", Geometric.Point.self, equal: "point_send(a) = point_send(b)") { $0.point() },
        ScalarFamily("line", Geometric.Line.self, equal: "line_send(a) = line_send(b)") {
            // Not with both factors near zero, which the server refuses.
            Geometric.Line(a: $0.point().x, b: Double.random(in: 1...9, using: &$0), c: $0.point().x)
        },
        ScalarFamily("lseg", Geometric.LineSegment.self, equal: "lseg_send(a) = lseg_send(b)") {
            Geometric.LineSegment(start: $0.point(), end: $0.point())
        },
        ScalarFamily("box", Geometric.Box.self, equal: "box_send(a) = box_send(b)") {
            Geometric.Box($0.point(), $0.point())
        },
        ScalarFamily("path", Geometric.Path.self, equal: "path_send(a) = path_send(b)") { random in
            Geometric.Path(random.points(), isClosed: .random(using: &random))
        },
        ScalarFamily("polygon", Geometric.Polygon.self, equal: "poly_send(a) = poly_send(b)") {
            Geometric.Polygon($0.points())
        },
        ScalarFamily("circle", Geometric.Circle.self, equal: "circle_send(a) = circle_send(b)") {
            Geometric.Circle(center: $0.point(), radius: $0.point().x.magnitude)
        },
    ]

    private static let numbers: [ScalarFamily] = [
        ScalarFamily("pg_lsn", LogSequenceNumber.self) { random in
            LogSequenceNumber(rawValue: random.next() >> UInt64.random(in: 0...63, using: &random))
        },
        ScalarFamily("xid", TransactionID.self) { TransactionID(rawValue: UInt32(truncatingIfNeeded: $0.next())) },
        ScalarFamily("cid", CommandID.self) { CommandID(rawValue: UInt32(truncatingIfNeeded: $0.next())) },
        ScalarFamily("xid8", FullTransactionID.self) { FullTransactionID(rawValue: $0.next()) },
        ScalarFamily("tid", TupleID.self) {
            TupleID(block: UInt32(truncatingIfNeeded: $0.next()), offset: UInt16(truncatingIfNeeded: $0.next()))
        },
        ScalarFamily("pg_snapshot", TransactionSnapshot.self, equal: "a::text = b::text") { random in
            let numbers = (0..<Int.random(in: 2...6, using: &random)).map { _ in
                UInt64.random(in: 1...999, using: &random)
            }
            let ids = Set(numbers).sorted().map(FullTransactionID.init(rawValue:))
            guard let first = ids.first, let last = ids.last else { return nil }
            return TransactionSnapshot(minimum: first, maximum: last, active: Array(ids.dropLast()))
        },
        ScalarFamily("\"char\"", CharByte.self) { CharByte(rawValue: .random(in: 0...127, using: &$0)) },
    ]

    /// Of a server with the extension pgvector.
    static let vectors: [ScalarFamily] = [
        ScalarFamily("vector", Vector.self) { random in
            Vector(
                (0..<Int.random(in: 1...8, using: &random)).map { _ in random.finite(Float(bitPattern: random.bits())) }
            )
        },
        ScalarFamily("halfvec", HalfVector.self) { random in
            HalfVector(
                (0..<Int.random(in: 1...8, using: &random)).map { _ in
                    let half = random.finite(Float(bitPattern: random.bits())).remainder(dividingBy: 65_520)
                    return [half, half / 65_536, half / 0x1p36].randomElement(using: &random) ?? half
                })
        },
        ScalarFamily("sparsevec", SparseVector.self) { random in
            SparseVector(
                (0..<Int.random(in: 1...8, using: &random)).map { _ in
                    Bool.random(using: &random) ? 0 : random.finite(Float(bitPattern: random.bits()))
                })
        },
    ]
}

extension TypesTests.SeededGenerator {
    mutating func bits() -> UInt32 { UInt32(truncatingIfNeeded: next()) }

    mutating func finite(_ value: Float) -> Float { value.isFinite ? value : 1 }

    /// Of any size.
    mutating func small() -> Int32 { Int32(truncatingIfNeeded: next()) >> Int32.random(in: 0...31, using: &self) }

    /// Bits, whole numbers and short fractions alike: each is printed by other rules.
    mutating func double() -> Double {
        switch Int.random(in: 0..<8, using: &self) {
        case 0: Double(Int64(bitPattern: next()) >> Int64.random(in: 0...63, using: &self))
        case 1: Double(Int.random(in: -999_999...999_999, using: &self)) / 1000
        case 2: (Double("\(Int.random(in: 1...99, using: &self))e\(Int.random(in: -30...30, using: &self))") ?? 0)
        case 3: Double(sign: .minus, exponent: Int.random(in: -1074...1023, using: &self), significand: 1)
        case 4: [Double.nan, .infinity, -.infinity, 0, -0.0].randomElement(using: &self) ?? 0
        default: Double(bitPattern: next())
        }
    }

    mutating func point() -> Geometric.Point {
        // Other bits of NaN are not printed.
        let (x, y) = (double(), double())
        return Geometric.Point(x: x.isNaN ? .nan : x, y: y.isNaN ? .nan : y)
    }

    mutating func points() -> [Geometric.Point] { (0..<Int.random(in: 1...5, using: &self)).map { _ in point() } }

    mutating func word() -> String {
        String((0..<Int.random(in: 1...6, using: &self)).map { _ in "abcdefgh".randomElement(using: &self) ?? "a" })
    }

    mutating func text(_ lengths: ClosedRange<Int>) -> String {
        String(
            (0..<Int.random(in: lengths, using: &self)).map { _ in
                "abAB '\\:,*&日é🐘\t\"".randomElement(using: &self) ?? "a"
            })
    }

    /// With runs of zeros.
    mutating func address() -> IPAddress? {
        let isLong = Bool.random(using: &self)
        var bytes = bytes(isLong ? 16 : 4)
        if isLong {
            for index in 0..<8 where Int.random(in: 0..<3, using: &self) > 0 {
                bytes[index * 2] = 0
                if Bool.random(using: &self) { bytes[index * 2 + 1] = 0 }
            }
            if Int.random(in: 0..<6, using: &self) == 0 {
                bytes.replaceSubrange(0..<12, with: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255])
            }
        }
        return IPAddress(bytes: bytes)
    }
}
