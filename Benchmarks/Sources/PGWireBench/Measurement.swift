/// Times a piece of work: from `init` to `result`.
struct Measurement {
    private let start = ContinuousClock.now
    private let processorTime = Process.processorTime

    /// What it took, for that many units of work.
    func result(units: Int) -> Result {
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        return Result(
            value: Double(units) / seconds,
            processorMicroseconds: (Process.processorTime - processorTime) / .microseconds(1) / Double(units),
            peakKiB: Process.peakMemory)
    }
}

/// The line that every program prints: `<units per second> <client's CPU us per unit> <peak memory KiB>`, and
/// what else there is as `<name>=<number>`.
struct Result: CustomStringConvertible {
    /// Units per second; where README.md says so something else, such as KiB per connection.
    var value: Double
    var processorMicroseconds: Double = 0
    var peakKiB: Int
    var more: [(name: String, value: Double)] = []

    var description: String {
        let rest = more.map { " \($0.name)=\(Self.rounded($0.value))" }.joined()
        return "\(Self.rounded(value)) \(Self.rounded(processorMicroseconds)) \(peakKiB)\(rest)"
    }

    private static func rounded(_ number: Double) -> Double { (number * 1000).rounded() / 1000 }
}
