import CLibpq
import Foundation
import FuzzTargets
import PGWire
import PGWireTesting

extension FuzzTarget {
    /// Connection strings, read by libpq too: what both read must be the same, and what one refuses the other refuses. What is meant
    /// to differ is passed over; `ConnectionStringDifferences` of the tests lists it.
    static let libpq = FuzzTarget("libpq", longest: 512, seeds: { FuzzTarget.named("conninfo")?.seeds() ?? [] }) {
        input throws(FuzzProblem) in
        guard let text = String(validating: input, as: UTF8.self), !input.contains(0), !differs(text) else { return }
        let parameters = ConnectionParameters(text)
        let mine = parameters.problems.isEmpty ? values(of: parameters) : nil
        let theirs = try values(of: input)
        // An @ that libpq takes for a part of the host or of the database is most often one of a password; and what is not UTF-8
        // when it is decoded is refused here alone.
        let meant = ["the URI has an \"@\" where", "not UTF-8"]
        if mine == nil, parameters.problems.contains(where: { problem in meant.contains { problem.contains($0) } }) {
            return
        }
        guard mine == theirs else {
            throw FuzzProblem(
                "\(text.debugDescription) is read as \(shown(mine)), and by libpq as \(shown(theirs)); problems: \(parameters.problems)"
            )
        }
    }

    private struct Value: Equatable {
        var keyword: String
        var value: [UInt8]
    }

    private static func shown(_ values: [Value]?) -> String {
        values.map { "\($0.map { ($0.keyword, String(decoding: $0.value, as: UTF8.self)) })" } ?? "an error"
    }

    private static func values(of parameters: ConnectionParameters) -> [Value] {
        ConnectionKeyword.allCases.compactMap { keyword in
            parameters[keyword].map { Value(keyword: keyword.rawValue, value: Array($0.utf8)) }
        }.sorted { $0.keyword < $1.keyword }
    }

    private static func values(of text: [UInt8]) throws(FuzzProblem) -> [Value]? {
        var message: UnsafeMutablePointer<CChar>?
        let options = (text + [0]).withUnsafeBufferPointer { bytes in
            bytes.withMemoryRebound(to: CChar.self) { PQconninfoParse($0.baseAddress, &message) }
        }
        defer { PQfreemem(message) }
        guard let options else { return nil }
        defer { PQconninfoFree(options) }
        var values: [Value] = []
        var option = options
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val {
                values.append(
                    Value(
                        keyword: String(cString: keyword),
                        value: Array(UnsafeBufferPointer(start: value, count: strlen(value))).map {
                            UInt8(bitPattern: $0)
                        }))
            }
            option += 1
        }
        return values.sorted { $0.keyword < $1.keyword }
    }

    /// The version of libpq, which knows no later parameters.
    private static let version = PQlibVersion() / 10_000

    private static let later: [(version: CInt, names: [String])] = [
        (16, ["require_auth", "sslcertmode", "load_balance_hosts", "gssdelegation"]), (17, ["sslnegotiation"]),
        (18, ["protocol_version", "sslkeylogfile", "scram_", "oauth_"]), (19, ["servicefile"]),
    ]

    /// Whether both are meant to read something else.
    private static func differs(_ text: String) -> Bool {
        if later.contains(where: { version < $0.version && $0.names.contains { text.contains($0) } }) { return true }
        guard text.hasPrefix("postgres://") || text.hasPrefix("postgresql://") else { return false }
        // Until libpq 16, spaces of any kind.
        return version < 17 && text.utf8.contains { $0 == 0x20 || (9...13).contains($0) }
    }
}
