import LocalPostgres
import PGWire

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// A PostgreSQL 18 that asks the role `bearer` for OAuth tokens. There is no validator to be had ready made, so one is
/// compiled: the token `good-` and the role's name is right.
enum OAuthServer {
    static let shared = Task { try await start() }
    static let issuer = "https://issuer.example/realm"

    private static let source = """
        #include "postgres.h"
        #include "fmgr.h"
        #include "libpq/oauth.h"

        PG_MODULE_MAGIC;

        static bool
        validate(const ValidatorModuleState *state, const char *token, const char *role, ValidatorModuleResult *result)
        {
            result->authorized = strncmp(token, "good-", 5) == 0;
            result->authn_id = pstrdup(result->authorized ? token + 5 : role);
            return true;
        }

        static const OAuthValidatorCallbacks callbacks = {PG_OAUTH_VALIDATOR_MAGIC, .validate_cb = validate};

        const OAuthValidatorCallbacks *
        _PG_oauth_validator_module_init(void)
        {
            return &callbacks;
        }
        """

    private static func start() async throws -> LocalPostgres {
        let installation = try PostgresInstallation.find(major: 18)
        let validator = try compile(for: installation)
        var options = LocalPostgres.Options()
        options.installation = installation
        options.settings["oauth_validator_libraries"] = validator
        let line = "oauth issuer=\"\(issuer)\" scope=\"openid database\""
        options.hbaLines = ["host all bearer 127.0.0.1/32 \(line)", "host all other 127.0.0.1/32 \(line)"]
        let server = try await LocalPostgres.start(options)
        try await Connection.withConnection(Connection.Configuration(server.connectionURI)) { db in
            _ = try await db.execute(script: "CREATE ROLE bearer LOGIN; CREATE ROLE other LOGIN")
        }
        return server
    }

    /// It stays as long as the process, as servers read it.
    private static let workplace = TemporaryDirectory()

    private static func removeWorkplace() {
        for name in ["validator.c", "validator.so"] { unlink(workplace.file(name)) }
        rmdir(workplace.path)
    }

    /// The path of the compiled validator, which the server's user must be able to read.
    private static func compile(for installation: PostgresInstallation) throws -> String {
        atexit { OAuthServer.removeWorkplace() }
        changeMode(workplace.path, to: 0o755)
        try overwrite(workplace.file("validator.c"), with: source)
        let headers = try ChildProcess.output(of: ["\(installation.binDirectory)/pg_config", "--includedir-server"])
        let include = headers.text.split(separator: "\n").first.map(String.init) ?? ""
        let library = workplace.file("validator.so")
        let compiled = try ChildProcess.output(
            of: [
                "/usr/bin/env", "clang", "-shared", "-fPIC", "-I\(include)", "-o", library,
                workplace.file("validator.c"),
            ])
        guard compiled.status == 0 else { throw CannotCompile(log: compiled.text) }
        return library
    }

    private struct CannotCompile: Error {
        let log: String
    }
}
