package import PGWireTesting

/// Something that reads what others have written, and what must hold whatever that is.
package struct FuzzTarget: Sendable {
    package typealias Problem = FuzzProblem

    /// The name, as in `make fuzz TARGET=…`.
    package let name: String
    /// The longest input that makes sense, in bytes.
    package let longest: Int
    /// Inputs to begin with.
    package let seeds: @Sendable () -> [[UInt8]]
    /// Plays an input.
    ///
    /// - Throws: ``FuzzProblem`` when a promise is not kept. A trap ends the process.
    package let play: @Sendable ([UInt8]) throws(Problem) -> Void

    package init(
        _ name: String, longest: Int, seeds: @escaping @Sendable () -> [[UInt8]],
        play: @escaping @Sendable ([UInt8]) throws(Problem) -> Void
    ) {
        (self.name, self.longest, self.seeds, self.play) = (name, longest, seeds, play)
    }

    package static let all: [FuzzTarget] = [
        session, login, connection, decoder, copy, pgoutput, trace, conninfo, pgpass, service, saslprep, env, sql,
        revision, backup,
    ]

    package static func named(_ name: String) -> FuzzTarget? { all.first { $0.name == name } }

    /// The directory of what is kept.
    package static let fixtures = Fixtures.path("fuzz")

    /// The inputs that are kept in the repository: a small corpus, one input a line in hexadecimal digits, and what was found.
    package var kept: [[UInt8]] {
        Fixtures.lines("fuzz/\(name).corpus").map { Hexadecimal.bytes($0) } + findings.map(\.bytes)
    }

    /// What was found, and is mended since.
    package var findings: [(name: String, bytes: [UInt8])] {
        Fixtures.inputs("fuzz/\(name)")
    }
}

/// Where inputs are text.
extension FuzzTarget {
    /// A target that reads text: bytes that are none are no input.
    static func text(
        _ name: String, longest: Int = 2048, seeds: @escaping @Sendable () -> [String],
        play: @escaping @Sendable (String) throws(FuzzProblem) -> Void
    ) -> FuzzTarget {
        FuzzTarget(name, longest: longest, seeds: { seeds().map { Array($0.utf8) } }) { bytes throws(FuzzProblem) in
            guard let text = String(validating: bytes, as: UTF8.self) else { return }
            try play(text)
        }
    }
}
