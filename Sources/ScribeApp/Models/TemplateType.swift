import PGWire

/// What an e-mail's template asks for: the database's `template_type_enum`.
package enum TemplateType: String, Sendable, CaseIterable, Encodable, PostgresEnum {
    case research
    case book
    case general
}
