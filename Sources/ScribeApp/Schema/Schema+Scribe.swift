package import PGSchemaComparison

extension Schema {
    /// Scribe's own schema at the newest revision. It has no comments; those that Alembic makes are left alone where it has
    /// run a revision.
    package static let scribe = Schema(
        enums: [Enum("template_type_enum", "research", "book", "general")],
        tables: [users, emails, templates, queueItems])

    private static let id = Column("id", .uuid).primaryKey()
    private static let userID = Column("user_id", .uuid).references("users", "id", onDelete: .cascade)
    private static let createdAt = Column("created_at", .timestamptz).default("now()")

    private static let users = Table(
        "users",
        id,
        Column("email", .varchar(255)).unique(),
        Column("display_name", .varchar(255)).null(),
        Column("generation_count", .integer),
        createdAt,
        Column("template_count", .integer),
        Column("onboarded", .boolean).default("false"),
        Column("email_template", .text).null()
    )
    .index("ix_users_created_at", on: "created_at")

    private static let emails = Table(
        "emails",
        id,
        userID,
        Column("recipient_name", .varchar(255)),
        Column("recipient_interest", .varchar(500)),
        Column("email_message", .text),
        createdAt,
        Column("template_type", .enum("template_type_enum")),
        Column("metadata", .jsonb).default("'{}'::jsonb"),
        Column("is_confident", .boolean),
        Column("displayed", .boolean).default("true")
    )
    .index("ix_emails_created_at", on: "created_at")
    .index("ix_emails_displayed", on: "displayed")
    .index("ix_emails_template_type", on: "template_type")
    .index("ix_emails_user_created", on: "user_id", "created_at")
    .index("ix_emails_user_displayed", on: "user_id", "displayed")
    .index("ix_emails_user_id", on: "user_id")

    private static let templates = Table(
        "templates",
        id,
        userID,
        Column("pdf_url", .varchar(500)),
        Column("template_text", .text),
        Column("user_instructions", .text),
        createdAt
    )
    .index("ix_templates_created_at", on: "created_at")
    .index("ix_templates_user_created", on: "user_id", "created_at")
    .index("ix_templates_user_id", on: "user_id")

    private static let queueItems = Table(
        "queue_items",
        id,
        userID,
        Column("recipient_name", .varchar(255)),
        Column("recipient_interest", .text),
        Column("email_template", .text),
        Column("status", .varchar(20)),
        Column("celery_task_id", .varchar(255)).null(),
        Column("email_id", .uuid).null().references("emails", "id", onDelete: .setNull),
        Column("error_message", .text).null(),
        Column("current_step", .varchar(50)).null(),
        createdAt,
        Column("started_at", .timestamptz).null(),
        Column("completed_at", .timestamptz).null()
    )
    .index("ix_queue_items_created_at", on: "created_at")
    .index("ix_queue_items_status", on: "status")
    .index("ix_queue_items_user_id", on: "user_id")
    .index("ix_queue_items_user_status", on: "user_id", "status")
}
