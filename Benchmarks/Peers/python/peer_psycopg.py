"""psycopg 3 with its C speed-ups and binary results."""

import asyncio
import threading
import time
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import psycopg
import psycopg_pool
from psycopg.rows import class_row

from measuring import (CONNECTIONS, DATABASE, HOST, IDLE_BEFORE, PASSWORD, POOL, PORT, ROWS, USER, Measurement, chosen,
                       count, memory, report_idle, rows_to_copy, spread, sum_of, uses)


def connect(tls):
    return psycopg.connect(host=HOST, port=PORT, user=USER, password=PASSWORD, dbname=DATABASE, autocommit=True,
                           sslmode="require" if tls else "disable")


def cold_connections(tls):
    n = count(200)
    measurement = Measurement()
    for _ in range(n):
        db = connect(tls)
        assert db.execute("SELECT 1", binary=True).fetchone()[0] == 1  # binary: the extended protocol
        db.close()
    measurement.report(n)


# psycopg chooses int2 or int4 by the value, and would prepare a statement for each.
def parameter(i):
    return i % 30000


def send(cursor, i):
    return cursor.execute("SELECT %b::int4", (parameter(i),), prepare=True)


def query(cursor, n):
    for i in range(n):
        assert send(cursor, i).fetchone()[0] == parameter(i)


def prepared(tls):
    cursor = connect(tls).cursor(binary=True)
    query(cursor, 1)
    return cursor


def queries(tls):
    n = count(20000)
    cursor = prepared(tls)
    measurement = Measurement()
    query(cursor, n)
    measurement.report(n)


def pipelined():
    n = count(50000)
    db = prepared(False).connection
    cursors = [db.cursor(binary=True) for _ in range(100)]
    measurement = Measurement()
    with db.pipeline() as pipeline:
        for begin in range(0, n, 100):
            batch = list(enumerate(cursors[:n - begin], begin))
            for i, cursor in batch:
                send(cursor, i)
            pipeline.sync()
            for i, cursor in batch:
                assert cursor.fetchone()[0] == parameter(i)
    measurement.report(n)


def concurrent():
    each = count(64000) // CONNECTIONS
    threads = [threading.Thread(target=query, args=(prepared(False), each)) for _ in range(CONNECTIONS)]
    measurement = Measurement()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    measurement.report(each * CONNECTIONS)


async def pooled():
    all, waits = uses(count(40_000)), []

    async def work(pool, lengths):
        for number, is_long in enumerate(lengths):
            asked = time.monotonic()
            async with pool.connection() as db:
                waits.append(time.monotonic() - asked)
                cursor = db.cursor(binary=True)
                if is_long:
                    await cursor.execute("SELECT pg_sleep(0.005)", prepare=True)
                    await cursor.fetchone()
                else:
                    await cursor.execute("SELECT %b::int4", (number,), prepare=True)
                    assert (await cursor.fetchone())[0] == number

    settings = {"host": HOST, "port": PORT, "user": USER, "password": PASSWORD, "dbname": DATABASE, "sslmode": "disable",
                "autocommit": True}
    async with psycopg_pool.AsyncConnectionPool(kwargs=settings, min_size=POOL, max_size=POOL, timeout=600) as pool:
        await pool.wait()
        measurement = Measurement()
        await asyncio.gather(*(work(pool, lengths) for lengths in all))
        measurement.report(len(waits), *spread(waits))


def rows():
    cursor = connect(False).cursor(binary=True)
    size = 1000 if psycopg.pq.version() >= 170000 else 1  # several rows at a time since libpq 17
    measurement = Measurement()
    total = got = 0
    for row in cursor.stream(ROWS, binary=True, size=size):
        total += sum_of(row)
        got += 1
    assert got == count(1_000_000) and total > 0
    measurement.report(got)


@dataclass
class Item:
    id: int
    k: int
    name: str
    score: float
    at: datetime
    ok: bool
    u: UUID


def structs():
    cursor = connect(False).cursor(binary=True, row_factory=class_row(Item))
    size = 1000 if psycopg.pq.version() >= 170000 else 1
    measurement = Measurement()
    total = got = 0
    for item in cursor.stream(ROWS, binary=True, size=size):
        total += sum_of((item.id, item.k, item.name, item.score, item.at, item.ok, item.u))
        got += 1
    assert got == count(1_000_000) and total > 0
    measurement.report(got)


def copying():
    n = count(1_000_000)
    db = connect(False)
    db.execute("TRUNCATE bench_copy")
    measurement = Measurement()
    with db.cursor().copy("COPY bench_copy (id, name, score, at) FROM STDIN (FORMAT binary)") as copy:
        copy.set_types(["int8", "text", "float8", "timestamptz"])
        for row in rows_to_copy(n):
            copy.write_row(row)
    measurement.report(n)


INSERT = "INSERT INTO bench_copy VALUES (%b, %b, %b, %b)"


def inserting(insert):
    rows = list(rows_to_copy(count(10_000)))
    db = connect(False)
    db.execute("TRUNCATE bench_copy")
    measurement = Measurement()
    with db.transaction():
        insert(db.cursor(), rows)
    measurement.report(len(rows))


def insert_each(cursor, rows):
    for row in rows:
        cursor.execute(INSERT, row, prepare=True)


def insert_many(cursor, rows):
    cursor.executemany(INSERT, rows)


def insert_arrays(cursor, rows):
    cursor.execute("INSERT INTO bench_copy SELECT * FROM unnest(%b::int8[], %b::text[], %b::float8[], %b::timestamptz[])",
                   [list(column) for column in zip(*rows)])


def insert_by_copy(cursor, rows):
    with cursor.copy("COPY bench_copy (id, name, score, at) FROM STDIN (FORMAT binary)") as copy:
        copy.set_types(["int8", "text", "float8", "timestamptz"])
        for row in rows:
            copy.write_row(row)


def idle_connections(tls):
    n = count(500)
    connections = [connect(tls) for _ in range(IDLE_BEFORE)]
    before = memory("VmRSS:")
    for _ in range(n):
        connections.append(connect(tls))
    report_idle(n, before)


chosen({
    "w1": lambda: cold_connections(True), "w1b": lambda: cold_connections(False),
    "w2": lambda: queries(False), "w2t": lambda: queries(True), "w3": pipelined, "w4": rows, "w5": copying,
    "w12single": lambda: inserting(insert_each), "w12many": lambda: inserting(insert_many),
    "w12unnest": lambda: inserting(insert_arrays), "w12copy": lambda: inserting(insert_by_copy),
    "w6": concurrent, "w7": lambda: idle_connections(False), "w7t": lambda: idle_connections(True),
    "w10": structs,
    "w11": lambda: asyncio.run(pooled()),
})()
