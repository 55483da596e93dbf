import PGSchemaCatalog
import PGSchemaSQL

/// spec/schema.md as tables: what the catalog holds at each revision.
package enum SchemaFacts {
    package static let revisions = [
        "4c1052b2c70b", "5afd87136a29", "9f243b0c00f9", "3494a07fed0c", "fa538ab74d2b", "ea71a873bb8e", "86348643ad0b",
        "362b63af6741", "a0cdf47631c6", "bbddd04b993d",
    ]

    /// The catalog after `height` revisions, in the form of ``Catalog``.
    ///
    /// `cameDown` says that revision 8 was taken back on the way here (4.2), and `hadEnum` that revision 2 was there before
    /// (4.1: the type stays).
    package static func catalog(height: Int, cameDown: Bool, hadEnum: Bool) -> [String] {
        var lines = [
            "column alembic_version.1 version_num character varying(32) not null",
            "constraint alembic_version.alembic_version_pkc PRIMARY KEY (version_num)",
            "index CREATE UNIQUE INDEX alembic_version_pkc ON public.alembic_version USING btree (version_num)",
        ]
        var places: [String: Int] = [:]
        for column in columns where column.heights.contains(height) {
            places[column.table, default: 0] += 1
            let value = column.defaults.first { $0.heights.contains(height) }.map { " default " + $0.value } ?? ""
            let null = column.isNullable ? "" : " not null"
            let place = places[column.table, default: 0]
            lines.append("column \(column.table).\(place) \(column.name) \(column.type)\(null)\(value)")
        }
        for (heights, table, name, definition) in constraints where heights.contains(height) {
            lines.append("constraint \(table).\(name) \(definition)")
        }
        for (heights, table, name, columns, isUnique) in indexes where heights.contains(height) {
            let isUnique = name == "ix_users_email" && cameDown && height >= 2 ? false : isUnique
            lines.append(
                "index CREATE \(isUnique ? "UNIQUE " : "")INDEX \(name) ON public.\(table) USING btree (\(columns))")
        }
        if height >= 2 || hadEnum { lines.append("enum template_type_enum research book general") }
        if height > 0 { lines.append("version \(revisions[height - 1])") }
        return lines.sorted()
    }

    private struct Column {
        let table: String, name: String, type: String
        var isNullable = false
        var heights = 1...10
        var defaults: [(heights: ClosedRange<Int>, value: String)] = []

        init(
            _ table: String, _ name: String, _ type: String, null: Bool = false, _ heights: ClosedRange<Int> = 1...10,
            default value: String? = nil, at defaultHeights: ClosedRange<Int> = 1...10
        ) {
            (self.table, self.name, self.type, isNullable, self.heights) = (table, name, type, null, heights)
            if let value { defaults = [(defaultHeights, value)] }
        }
    }

    private static let tstz = "timestamp with time zone"

    /// In physical order within each table.
    private static let columns = [
        Column("users", "id", "uuid"), Column("users", "email", "character varying(255)"),
        Column("users", "display_name", "character varying(255)", null: true),
        Column("users", "generation_count", "integer"), Column("users", "created_at", tstz, default: "now()"),
        Column("users", "template_count", "integer", 3...10, default: "0", at: 3...3),
        Column("users", "onboarded", "boolean", 6...10, default: "false"),
        Column("users", "email_template", "text", null: true, 7...10),

        Column("emails", "id", "uuid"), Column("emails", "user_id", "uuid"),
        Column("emails", "recipient_name", "character varying(255)"),
        Column("emails", "recipient_interest", "character varying(500)"), Column("emails", "email_message", "text"),
        Column("emails", "created_at", tstz, default: "now()"),
        Column("emails", "template_type", "template_type_enum", 2...10),
        Column("emails", "metadata", "jsonb", 2...10, default: "'{}'::jsonb"),
        Column("emails", "is_confident", "boolean", 4...10, default: "false", at: 4...4),
        Column("emails", "displayed", "boolean", 5...10, default: "true"),

        Column("templates", "id", "uuid", 3...10), Column("templates", "user_id", "uuid", 3...10),
        Column("templates", "pdf_url", "character varying(500)", 3...10),
        Column("templates", "template_text", "text", 3...10), Column("templates", "user_instructions", "text", 3...10),
        Column("templates", "created_at", tstz, 3...10, default: "now()"),

        Column("queue_items", "id", "uuid", 10...10), Column("queue_items", "user_id", "uuid", 10...10),
        Column("queue_items", "recipient_name", "character varying(255)", 10...10),
        Column("queue_items", "recipient_interest", "text", 10...10),
        Column("queue_items", "email_template", "text", 10...10),
        Column("queue_items", "status", "character varying(20)", 10...10),
        Column("queue_items", "celery_task_id", "character varying(255)", null: true, 10...10),
        Column("queue_items", "email_id", "uuid", null: true, 10...10),
        Column("queue_items", "error_message", "text", null: true, 10...10),
        Column("queue_items", "current_step", "character varying(50)", null: true, 10...10),
        Column("queue_items", "created_at", tstz, 10...10, default: "now()"),
        Column("queue_items", "started_at", tstz, null: true, 10...10),
        Column("queue_items", "completed_at", tstz, null: true, 10...10),
    ]

    private static let toUser = "FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE"

    private static let constraints: [(ClosedRange<Int>, String, String, String)] = [
        (1...10, "users", "users_pkey", "PRIMARY KEY (id)"), (1...10, "emails", "emails_pkey", "PRIMARY KEY (id)"),
        (1...10, "emails", "emails_user_id_fkey", toUser),
        (3...10, "templates", "templates_pkey", "PRIMARY KEY (id)"),
        (3...10, "templates", "templates_user_id_fkey", toUser),
        (9...10, "users", "users_email_key", "UNIQUE (email)"),
        (10...10, "queue_items", "queue_items_pkey", "PRIMARY KEY (id)"),
        (10...10, "queue_items", "queue_items_user_id_fkey", toUser),
        (
            10...10, "queue_items", "queue_items_email_id_fkey",
            "FOREIGN KEY (email_id) REFERENCES emails(id) ON DELETE SET NULL"
        ),
    ]

    private static let indexes: [(ClosedRange<Int>, String, String, String, Bool)] = [
        (1...10, "users", "users_pkey", "id", true), (1...10, "users", "ix_users_created_at", "created_at", false),
        (1...7, "users", "ix_users_email", "email", true), (9...10, "users", "users_email_key", "email", true),
        (1...10, "emails", "emails_pkey", "id", true), (1...10, "emails", "ix_emails_created_at", "created_at", false),
        (1...10, "emails", "ix_emails_user_created", "user_id, created_at", false),
        (1...10, "emails", "ix_emails_user_id", "user_id", false),
        (2...10, "emails", "ix_emails_template_type", "template_type", false),
        (5...10, "emails", "ix_emails_displayed", "displayed", false),
        (5...10, "emails", "ix_emails_user_displayed", "user_id, displayed", false),
        (3...10, "templates", "templates_pkey", "id", true),
        (3...10, "templates", "ix_templates_created_at", "created_at", false),
        (3...10, "templates", "ix_templates_user_created", "user_id, created_at", false),
        (3...10, "templates", "ix_templates_user_id", "user_id", false),
        (10...10, "queue_items", "queue_items_pkey", "id", true),
        (10...10, "queue_items", "ix_queue_items_created_at", "created_at", false),
        (10...10, "queue_items", "ix_queue_items_status", "status", false),
        (10...10, "queue_items", "ix_queue_items_user_id", "user_id", false),
        (10...10, "queue_items", "ix_queue_items_user_status", "user_id, status", false),
    ]
}
