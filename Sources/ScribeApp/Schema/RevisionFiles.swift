package import PGSchemaMigrations

extension RevisionGraph {
    /// The revisions of scribe's schema. Their files are part of the binary (`embedInCode` in Package.swift).
    ///
    /// - Throws: ``MigrationError`` when a file is malformed or the files are not one line.
    package static func scribe() throws(MigrationError) -> RevisionGraph {
        try RevisionGraph(
            files: files.map { (name: $0.name, text: String(decoding: $0.bytes, as: UTF8.self)) }, versionTable: .scribe
        )
    }

    /// Names and contents. A new file is entered here; a test compares this list with the directory.
    package static var files: [(name: String, bytes: [UInt8])] {
        [
            ("0001_users_and_emails.sql", PackageResources._001_users_and_emails_sql),
            ("0002_email_template_type.sql", PackageResources._002_email_template_type_sql),
            ("0003_templates.sql", PackageResources._003_templates_sql),
            ("0004_email_is_confident.sql", PackageResources._004_email_is_confident_sql),
            ("0005_email_displayed.sql", PackageResources._005_email_displayed_sql),
            ("0006_user_onboarded.sql", PackageResources._006_user_onboarded_sql),
            ("0007_user_email_template.sql", PackageResources._007_user_email_template_sql),
            ("0008_drop_user_email_index.sql", PackageResources._008_drop_user_email_index_sql),
            ("0009_user_email_unique.sql", PackageResources._009_user_email_unique_sql),
            ("0010_queue_items.sql", PackageResources._010_queue_items_sql),
        ]
    }
}

extension VersionTable {
    /// Alembic's, as the Python backend migrates the same database. The key is "scribedb" in ASCII: every scribe-app there
    /// ever was has it.
    package static let scribe = VersionTable(
        "alembic_version", recordLabel: "scribe-app", lockKey: 0x7363_7269_6265_6462)
}
