#!/usr/bin/env python3
"""Records what libpq's PQtrace writes of sessions, with the bytes that went both ways.

    record.py LIBPQ PORT    # a server on 127.0.0.1, as setup.sql makes it, without TLS

Each file has the bytes ("> " sent, "< " received, hexadecimal, in their order) and the lines of the trace ("= ").
"""
import ctypes, os, select, socket, sys, tempfile, threading

pq = ctypes.CDLL(sys.argv[1])
libc = ctypes.CDLL(None)
PORT = int(sys.argv[2])
P, S, I = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
for name, result, arguments in [
    ("PQconnectStart", P, [S]), ("PQconnectPoll", I, [P]), ("PQsocket", I, [P]), ("PQtrace", None, [P, P]),
    ("PQsetTraceFlags", None, [P, I]), ("PQexec", P, [P, S]), ("PQclear", None, [P]), ("PQfinish", None, [P]),
    ("PQerrorMessage", S, [P]), ("PQexecParams", P, [P, S, I, P, P, P, P, I]), ("PQprepare", P, [P, S, S, I, P]),
    ("PQexecPrepared", P, [P, S, I, P, P, P, I]), ("PQdescribePrepared", P, [P, S]), ("PQputCopyData", I, [P, S, I]),
    ("PQclosePrepared", P, [P, S]), ("PQputCopyEnd", I, [P, S]), ("PQgetResult", P, [P]), ("PQgetCopyData", I, [P, P, I]),
    ("PQfn", P, [P, I, P, P, I, P, I]), ("PQenterPipelineMode", I, [P]), ("PQexitPipelineMode", I, [P]),
    ("PQpipelineSync", I, [P]), ("PQsendFlushRequest", I, [P]), ("PQflush", I, [P]),
    ("PQsendQueryParams", I, [P, S, I, P, P, P, P, I]), ("PQconsumeInput", I, [P]), ("PQuntrace", None, [P]),
    ("PQsetNoticeProcessor", P, [P, P, P]),
]:
    if not hasattr(pq, name): continue
    function = getattr(pq, name)
    function.restype, function.argtypes = result, arguments
libc.fopen.restype, libc.fopen.argtypes = P, [S, S]
libc.fclose.argtypes = [P]


class Proxy(threading.Thread):
    def __init__(self):
        super().__init__(daemon=True)
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]
        self.log = []
        self.start()

    def run(self):
        client, _ = self.server.accept()
        server = socket.create_connection(("127.0.0.1", PORT))
        others = {client: (server, ">"), server: (client, "<")}
        while True:
            for ready in select.select(list(others), [], [])[0]:
                other, mark = others[ready]
                data = ready.recv(65536)
                if not data:
                    client.close()
                    server.close()
                    return
                self.log.append((mark, data))
                other.sendall(data)


def array(type, values):
    return (type * len(values))(*values)


def texts(*values):
    return array(S, [None if v is None else v.encode() for v in values])


def session(name, info, flags, body):
    proxy = Proxy()
    path = tempfile.mktemp()
    file = libc.fopen(path.encode(), b"w")
    connection = pq.PQconnectStart(f"host=127.0.0.1 port={proxy.port} gssencmode=disable {info}".encode())
    pq.PQtrace(connection, file)
    pq.PQsetTraceFlags(connection, flags)
    state = 2
    while state not in (0, 3):
        descriptor = pq.PQsocket(connection)
        select.select([descriptor] if state == 1 else [], [descriptor] if state == 2 else [], [], 10)
        state = pq.PQconnectPoll(connection)
    if state == 0: sys.exit(pq.PQerrorMessage(connection).decode())
    pq.PQsetNoticeProcessor(connection, silence, None)
    body(connection)
    pq.PQfinish(connection)
    libc.fclose(file)
    proxy.join(10)
    trace = open(path, "rb").read().decode()
    os.unlink(path)
    with open(name, "w") as out:
        last = None
        for mark, data in proxy.log:
            out.write(f"{mark} {data.hex()}\n")
        for line in trace.splitlines():
            out.write(f"= {line}\n")


NOTICE = ctypes.CFUNCTYPE(None, P, S)
silence = ctypes.cast(NOTICE(lambda a, b: None), P)
keep = NOTICE(lambda a, b: None)
silence = ctypes.cast(keep, P)


def query(c, text): pq.PQclear(pq.PQexec(c, text.encode()))


def results(c):
    while True:
        result = pq.PQgetResult(c)
        if not result: return
        pq.PQclear(result)


def statements(c):
    query(c, "SELECT 1 AS one, NULL AS two, 'é' AS three")
    query(c, "")
    query(c, "SELECT 1; SELECT 2")
    query(c, "CREATE TEMP TABLE t (a int, b text, c bytea)")
    query(c, "SELECT 1/0")
    query(c, "INSERT INTO nowhere VALUES (1)")
    query(c, "DO $$ BEGIN RAISE NOTICE 'seen' USING DETAIL = 'a detail'; END $$")
    pq.PQclear(pq.PQexecParams(c, b"INSERT INTO t VALUES ($1, $2, $3)", 3, array(ctypes.c_uint, [23, 0, 17]),
        texts("7", None, "\\x00ff80"), None, None, 0))
    pq.PQclear(pq.PQexecParams(c, b"SELECT a, b, c FROM t", 0, None, None, None, None, 1))
    pq.PQclear(pq.PQprepare(c, b"s1", b"SELECT a + $1 FROM t WHERE b IS NOT DISTINCT FROM $2", 2, array(ctypes.c_uint, [23, 25])))
    pq.PQclear(pq.PQdescribePrepared(c, b"s1"))
    pq.PQclear(pq.PQexecPrepared(c, b"s1", 2, texts("2", None), None, array(I, [0, 0]), 0))
    if hasattr(pq, "PQclosePrepared"): pq.PQclear(pq.PQclosePrepared(c, b"s1"))
    query(c, "BEGIN")
    query(c, "SELECT broken")
    query(c, "ROLLBACK")
    query(c, "LISTEN jobs")
    query(c, "NOTIFY jobs, 'payload'")
    query(c, "SET application_name = 'another'")


def copies(c):
    query(c, "CREATE TEMP TABLE t (a int, b text)")
    query(c, "COPY t FROM STDIN")
    for line in [b"1\tone\n", b"2\t\\N\n"]: pq.PQputCopyData(c, line, len(line))
    pq.PQputCopyEnd(c, None)
    results(c)
    query(c, "COPY t FROM STDIN")
    pq.PQputCopyData(c, b"3\t", 2)
    pq.PQputCopyEnd(c, b"given up")
    results(c)
    query(c, "COPY t TO STDOUT (FORMAT binary)")
    row = P()
    while pq.PQgetCopyData(c, ctypes.byref(row), 0) > 0: pass
    results(c)


def calls(c):
    class Argument(ctypes.Structure): _fields_ = [("len", I), ("isint", I), ("integer", I)]
    length, value = I(0), I(0)
    # int4pl
    pq.PQclear(pq.PQfn(c, 177, ctypes.byref(value), ctypes.byref(length), 1,
        array(Argument, [Argument(4, 1, 2), Argument(4, 1, 3)]), 2))
    pq.PQenterPipelineMode(c)
    pq.PQsendQueryParams(c, b"SELECT $1::int", 1, None, texts("1"), None, None, 0)
    pq.PQsendFlushRequest(c)
    pq.PQflush(c)
    pq.PQclear(pq.PQgetResult(c))
    pq.PQgetResult(c)
    pq.PQsendQueryParams(c, b"SELECT broken", 0, None, None, None, None, 0)
    pq.PQsendQueryParams(c, b"SELECT 2", 0, None, None, None, None, 0)
    pq.PQpipelineSync(c)
    for _ in range(6): pq.PQclear(pq.PQgetResult(c))
    pq.PQexitPipelineMode(c)


def replication(c):
    query(c, "IDENTIFY_SYSTEM")
    result = pq.PQexec(c, b"IDENTIFY_SYSTEM")
    pq.PQgetvalue.restype, pq.PQgetvalue.argtypes = S, [P, I, I]
    place = pq.PQgetvalue(result, 0, 2).decode()
    query(c, f"START_REPLICATION {place} TIMELINE 1")
    row = P()
    pq.PQgetCopyData(c, ctypes.byref(row), 0)
    pq.PQputCopyData(c, b"r" + bytes(33), 34)
    pq.PQputCopyEnd(c, None)
    while pq.PQgetCopyData(c, ctypes.byref(row), 0) > 0: pass
    results(c)


here = os.path.dirname(os.path.abspath(__file__))
for name, flags in [("regress", 3), ("plain", 1)]:
    login = "user=scribe password=secret dbname=postgres application_name=trace"
    for part, info, body in [
        ("statements", f"{login} sslmode=prefer", statements), ("copies", f"{login} sslmode=disable", copies),
        ("calls", f"{login} sslmode=disable", calls),
        ("cleartext", "user=clear password=secret dbname=postgres sslmode=disable", lambda c: query(c, "SELECT 1")),
        ("replication", f"{login} replication=true sslmode=disable", replication),
    ]:
        session(os.path.join(here, f"{part}.{name}.txt"), info, flags, body)
