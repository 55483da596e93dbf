import PGSchemaCommands
import PGSchemaReports

extension Settings {
    /// This process's settings. Warnings go to standard error.
    ///
    /// - Throws: ``SettingsError``
    static func ofProcess() throws(SettingsError) -> Settings {
        let settings = try Settings(from: .ofProcess())
        for warning in settings.warnings { Console.problem("warning: \(warning)") }
        return settings
    }
}
