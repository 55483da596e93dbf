package import PGSchemaMigrations
import PGSchemaReports

extension Console {
    /// Prints what a migrator reports.
    @Sendable package static func report(_ report: Migrator.Report) {
        switch report {
        case .step(let step): print("Running \(step.label)")
        case .statement: break
        case .waiting(let text): problem("\(text)")
        case .warning(let text): problem("warning: \(text)")
        }
    }
}
