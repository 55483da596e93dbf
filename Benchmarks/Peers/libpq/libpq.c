// The C program among those that are compared, on libpq. ../../README.md says what each workload is and what is printed.
//   cc -O2 -I"$(pg_config --includedir)" libpq.c -o libpq -lpq -lpthread
#include <endian.h>
#include <libpq-fe.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

// --- Settings, measuring --------------------------------------------------------------------------------------------

static const char *setting(const char *name, const char *usual) {
    const char *value = getenv(name);
    return value && *value ? value : usual;
}

static int count(int usual) {
    int n = atoi(setting("PGB_N", "0"));
    return n > 0 ? n : usual;
}

static void fail(const char *what, PGconn *db) {
    fprintf(stderr, "libpq: %s: %s\n", what, db ? PQerrorMessage(db) : "");
    exit(1);
}

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec + now.tv_nsec / 1e9;
}

static double processor_seconds(void) {
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return used.ru_utime.tv_sec + used.ru_stime.tv_sec + (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

// KiB. Not ru_maxrss, which keeps the peak of the process that made this one, from before exec.
static long memory(const char *name) {
    char line[256];
    long kib = 0;
    FILE *file = fopen("/proc/self/status", "r");
    while (file && fgets(line, sizeof line, file))
        if (!strncmp(line, name, strlen(name))) kib = atol(line + strlen(name));
    if (file) fclose(file);
    return kib;
}

static double started, processor_started;

static void start(void) {
    processor_started = processor_seconds();
    started = seconds();
}

static void report(int units) {
    double took = seconds() - started, used = processor_seconds() - processor_started;
    printf("%.3f %.3f %ld\n", units / took, used * 1e6 / units, memory("VmHWM:"));
}

// --- Connections and results ----------------------------------------------------------------------------------------

static PGconn *open_connection(bool tls) {
    const char *names[] = {"host", "port", "user", "password", "dbname", "sslmode", NULL};
    const char *values[] = {setting("PGB_HOST", "127.0.0.1"), setting("PGB_PORT", "5432"), setting("PGB_USER", "bench"),
                            setting("PGB_PASSWORD", ""), setting("PGB_DB", "bench"), tls ? "require" : "disable", NULL};
    PGconn *db = PQconnectdbParams(names, values, 0);
    if (PQstatus(db) != CONNECTION_OK) fail("connect", db);
    return db;
}

static void done(PGconn *db, PGresult *result) {
    ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) fail("statement", db);
    PQclear(result);
}

static uint64_t int8_at(PGresult *result, int row, int column) {
    uint64_t bits;
    memcpy(&bits, PQgetvalue(result, row, column), 8);
    return be64toh(bits);
}

static int32_t int4_at(PGresult *result, int row, int column) {
    uint32_t bits;
    memcpy(&bits, PQgetvalue(result, row, column), 4);
    return (int32_t)be32toh(bits);
}

static double float8_at(PGresult *result, int row, int column) {
    uint64_t bits = int8_at(result, row, column);
    double value;
    memcpy(&value, &bits, 8);
    return value;
}

static void expect(PGconn *db, PGresult *result, int value) {
    if (PQresultStatus(result) != PGRES_TUPLES_OK || int4_at(result, 0, 0) != value) fail("wrong result", db);
    PQclear(result);
}

static void ask_for_one(PGconn *db) {
    expect(db, PQexecParams(db, "SELECT 1", 0, NULL, NULL, NULL, NULL, 1), 1);
}

// --- W1, W7, W8: connections ----------------------------------------------------------------------------------------

static void cold_connections(bool tls) {
    int n = count(200);
    start();
    for (int i = 0; i < n; i++) {
        PGconn *db = open_connection(tls);
        ask_for_one(db);
        PQfinish(db);
    }
    report(n);
}

static void idle_connections(bool tls) {
    int n = count(500), first = 50;
    PGconn **all = malloc((first + n) * sizeof *all);
    for (int i = 0; i < first + n; i++) all[i] = NULL;
    for (int i = 0; i < first; i++) all[i] = open_connection(tls);
    long before = memory("VmRSS:");
    for (int i = first; i < first + n; i++) all[i] = open_connection(tls);
    long after = memory("VmRSS:");
    printf("%.3f 0 %ld\n", (double)(after - before) / n, after);
    for (int i = 0; i < first + n; i++) PQfinish(all[i]);
    free(all);
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static void first_row(void) {
    int n = count(9);
    double *took = malloc(n * sizeof *took);
    for (int i = 0; i < n; i++) {
        double begin = seconds();
        PGconn *db = open_connection(true);
        ask_for_one(db);
        took[i] = (seconds() - begin) * 1e3;
        PQfinish(db);
    }
    qsort(took, n, sizeof *took, ascending);
    printf("%.3f 0 %ld\n", took[n / 2], memory("VmHWM:"));
    free(took);
}

// --- W2, W3, W6: the smallest query ---------------------------------------------------------------------------------

static const int four = 4, binary = 1;

static PGconn *open_prepared(bool tls) {
    PGconn *db = open_connection(tls);
    done(db, PQprepare(db, "s", "SELECT $1::int4", 1, NULL));
    return db;
}

static void query(PGconn *db, int value) {
    uint32_t bits = htobe32(value);
    const char *parameter = (const char *)&bits;
    expect(db, PQexecPrepared(db, "s", 1, &parameter, &four, &binary, 1), value);
}

static void queries(bool tls) {
    int n = count(20000);
    PGconn *db = open_prepared(tls);
    query(db, 0);
    start();
    for (int i = 0; i < n; i++) query(db, i);
    report(n);
    PQfinish(db);
}

static void pipelined(void) {
    int n = count(50000);
    PGconn *db = open_prepared(false);
    if (!PQenterPipelineMode(db)) fail("pipeline", db);
    start();
    for (int begin = 0; begin < n; begin += 100) {
        int end = begin + 100 < n ? begin + 100 : n;
        for (int i = begin; i < end; i++) {
            uint32_t bits = htobe32(i);
            const char *parameter = (const char *)&bits;
            if (!PQsendQueryPrepared(db, "s", 1, &parameter, &four, &binary, 1)) fail("send", db);
        }
        if (!PQpipelineSync(db)) fail("sync", db);
        for (int i = begin; i < end; i++) {
            expect(db, PQgetResult(db), i);
            if (PQgetResult(db)) fail("more than one result", db);
        }
        PGresult *sync = PQgetResult(db);
        if (PQresultStatus(sync) != PGRES_PIPELINE_SYNC) fail("no sync", db);
        PQclear(sync);
    }
    report(n);
    PQfinish(db);
}

struct share {
    PGconn *db;
    int count;
    pthread_t thread;
};

static void *work(void *argument) {
    struct share *share = argument;
    for (int i = 0; i < share->count; i++) query(share->db, i);
    return NULL;
}

static void concurrent(void) {
    int connections = atoi(setting("PGB_CONNS", "32")), each = count(64000) / connections;
    struct share *shares = calloc(connections, sizeof *shares);
    for (int i = 0; i < connections; i++) {
        shares[i].db = open_prepared(false);
        shares[i].count = each;
        query(shares[i].db, 0);
    }
    start();
    for (int i = 0; i < connections; i++)
        if (pthread_create(&shares[i].thread, NULL, work, &shares[i])) fail("no thread", NULL);
    for (int i = 0; i < connections; i++) pthread_join(shares[i].thread, NULL);
    report(each * connections);
    for (int i = 0; i < connections; i++) PQfinish(shares[i].db);
    free(shares);
}

// --- W4: rows -------------------------------------------------------------------------------------------------------

// A user's record: it outlives the result, so the text is a copy of its own.
struct record {
    int64_t id;
    int32_t k;
    char *name;
    double score;
    int64_t at;
    bool ok;
    uint8_t u[16];
};

static struct record record_at(PGresult *result, int row) {
    struct record r = {.id = (int64_t)int8_at(result, row, 0),
                       .k = int4_at(result, row, 1),
                       .name = malloc(PQgetlength(result, row, 2) + 1),
                       .score = float8_at(result, row, 3),
                       .at = (int64_t)int8_at(result, row, 4),
                       .ok = *PQgetvalue(result, row, 5)};
    memcpy(r.name, PQgetvalue(result, row, 2), PQgetlength(result, row, 2) + 1);
    memcpy(r.u, PQgetvalue(result, row, 6), 16);
    return r;
}

static void rows(void) {
    int n = count(1000000), got = 0;
    double sum = 0;
    char sql[200] = "SELECT id, k, name, score, at, ok, u FROM bench_decode";
    if (*setting("PGB_N", "")) sprintf(sql + strlen(sql), " LIMIT %d", n);
    PGconn *db = open_connection(false);
    PGresult *result;
    start();
    if (!PQsendQueryParams(db, sql, 0, NULL, NULL, NULL, NULL, 1) || !PQsetSingleRowMode(db)) fail("send", db);
    while ((result = PQgetResult(db))) {
        ExecStatusType status = PQresultStatus(result);
        if (status != PGRES_SINGLE_TUPLE && status != PGRES_TUPLES_OK) fail("rows", db);
        for (int row = 0; row < PQntuples(result); row++, got++) {
            struct record r = record_at(result, row);
            sum += (double)r.id + r.k + (double)strlen(r.name) + r.score + (double)r.at + r.ok + r.u[0];
            free(r.name);
        }
        PQclear(result);
    }
    if (got != n || sum <= 0) fail("wrong rows", db);
    report(n);
    PQfinish(db);
}

// --- W5: COPY -------------------------------------------------------------------------------------------------------

static char *put(char *at, const void *bytes, uint32_t length) {
    uint32_t bits = htobe32(length);
    memcpy(at, &bits, 4);
    memcpy(at + 4, bytes, length);
    return at + 4 + length;
}

static char *put_row(char *at, int g) {
    char name[32];
    int length = snprintf(name, sizeof name, "user number %d", g);
    double score = g * 0.5;
    uint64_t bits;
    memcpy(&bits, &score, 8);
    // 2026-01-01 is 820,540,800 s after 2000-01-01.
    uint64_t id = htobe64(g), score_bits = htobe64(bits), moment = htobe64((820540800LL + g) * 1000000);
    uint16_t columns = htobe16(4);
    memcpy(at, &columns, 2);
    at = put(at + 2, &id, 8);
    at = put(at, name, length);
    at = put(at, &score_bits, 8);
    return put(at, &moment, 8);
}

static void send_copy(PGconn *db, const char *bytes, char *end) {
    if (PQputCopyData(db, bytes, (int)(end - bytes)) != 1) fail("copy data", db);
}

static void copying(void) {
    static char buffer[70000];
    int n = count(1000000);
    PGconn *db = open_connection(false);
    PGresult *result;
    done(db, PQexec(db, "TRUNCATE bench_copy"));
    start();
    result = PQexec(db, "COPY bench_copy (id, name, score, at) FROM STDIN (FORMAT binary)");
    if (PQresultStatus(result) != PGRES_COPY_IN) fail("copy", db);
    PQclear(result);
    memcpy(buffer, "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19);
    char *at = buffer + 19;
    for (int g = 1; g <= n; g++) {
        at = put_row(at, g);
        if (at - buffer > 65000) {
            send_copy(db, buffer, at);
            at = buffer;
        }
    }
    memcpy(at, "\377\377", 2);
    send_copy(db, buffer, at + 2);
    if (PQputCopyEnd(db, NULL) != 1) fail("copy end", db);
    while ((result = PQgetResult(db))) done(db, result);
    report(n);
    PQfinish(db);
}

// --- W12: inserting by one prepared statement under one Sync ----------------------------------------------------------

static void inserting(void) {
    static const Oid types[] = {20, 25, 701, 1184};
    static const int formats[] = {1, 1, 1, 1};
    int n = count(10000);
    PGconn *db = open_connection(false);
    PGresult *result;
    done(db, PQexec(db, "TRUNCATE bench_copy"));
    done(db, PQprepare(db, "i", "INSERT INTO bench_copy VALUES ($1, $2, $3, $4)", 4, types));
    if (!PQenterPipelineMode(db)) fail("pipeline", db);
    start();
    for (int g = 0; g < n; g++) {
        char name[32];
        double score = g * 0.5;
        uint64_t bits;
        memcpy(&bits, &score, 8);
        uint64_t id = htobe64(g), score_bits = htobe64(bits), moment = htobe64((820540800LL + g) * 1000000);
        const int lengths[] = {8, snprintf(name, sizeof name, "user number %d", g), 8, 8};
        const char *values[] = {(const char *)&id, name, (const char *)&score_bits, (const char *)&moment};
        if (!PQsendQueryPrepared(db, "i", 4, values, lengths, formats, 1)) fail("send", db);
    }
    if (!PQpipelineSync(db)) fail("sync", db);
    for (int g = 0; g < n; g++) {
        done(db, PQgetResult(db));
        if (PQgetResult(db)) fail("more than one result", db);
    }
    result = PQgetResult(db);
    if (PQresultStatus(result) != PGRES_PIPELINE_SYNC) fail("no sync", db);
    PQclear(result);
    report(n);
    PQfinish(db);
}

// --------------------------------------------------------------------------------------------------------------------

int main(int argc, char **argv) {
    const char *workload = argc > 1 ? argv[1] : "";
    if (!strcmp(workload, "w1")) cold_connections(true);
    else if (!strcmp(workload, "w1b")) cold_connections(false);
    else if (!strcmp(workload, "w2")) queries(false);
    else if (!strcmp(workload, "w2t")) queries(true);
    else if (!strcmp(workload, "w3") || !strcmp(workload, "w3many")) pipelined();
    else if (!strcmp(workload, "w4")) rows();
    else if (!strcmp(workload, "w5")) copying();
    else if (!strcmp(workload, "w6")) concurrent();
    else if (!strcmp(workload, "w7")) idle_connections(false);
    else if (!strcmp(workload, "w7t")) idle_connections(true);
    else if (!strcmp(workload, "w8")) first_row();
    else if (!strcmp(workload, "w12many")) inserting();
    else {
        puts("n/a");
        return 2;
    }
    return 0;
}
