"""asyncpg, on uvloop."""

import asyncio
import ssl
import time

import asyncpg
import uvloop

from measuring import (CONNECTIONS, DATABASE, HOST, IDLE_BEFORE, PASSWORD, POOL, PORT, ROWS, USER, Measurement, chosen,
                       count, memory, report_idle, rows_to_copy, spread, sum_of, uses)

# sslmode=require: encrypted, and nothing is verified.
require = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
require.check_hostname = False
require.verify_mode = ssl.CERT_NONE


def connect(tls):
    return asyncpg.connect(host=HOST, port=PORT, user=USER, password=PASSWORD, database=DATABASE,
                           ssl=require if tls else False)


async def cold_connections(tls):
    n = count(200)
    measurement = Measurement()
    for _ in range(n):
        db = await connect(tls)
        assert await db.fetchval("SELECT 1") == 1
        await db.close()
    measurement.report(n)


async def prepared(tls):
    statement = await (await connect(tls)).prepare("SELECT $1::int4")
    assert await statement.fetchval(0) == 0
    return statement


async def query(statement, n):
    for i in range(n):
        assert await statement.fetchval(i) == i


async def queries(tls):
    n = count(20000)
    statement = await prepared(tls)
    measurement = Measurement()
    await query(statement, n)
    measurement.report(n)


async def concurrent():
    each = count(64000) // CONNECTIONS
    statements = [await prepared(False) for _ in range(CONNECTIONS)]
    measurement = Measurement()
    await asyncio.gather(*(query(statement, each) for statement in statements))
    measurement.report(each * CONNECTIONS)


async def keep(_):
    """Nothing is reset between two uses; asyncpg's own reset is a round trip."""


async def pooled():
    all, waits = uses(count(40_000)), []

    async def work(pool, lengths):
        for number, is_long in enumerate(lengths):
            asked = time.monotonic()
            async with pool.acquire() as db:
                waits.append(time.monotonic() - asked)
                if is_long:
                    await db.fetchval("SELECT pg_sleep(0.005)")
                else:
                    assert await db.fetchval("SELECT $1::int4", number) == number

    async with asyncpg.create_pool(host=HOST, port=PORT, user=USER, password=PASSWORD, database=DATABASE, ssl=False,
                                   min_size=POOL, max_size=POOL, reset=keep) as pool:
        measurement = Measurement()
        await asyncio.gather(*(work(pool, lengths) for lengths in all))
        measurement.report(len(waits), *spread(waits))


async def rows():
    db = await connect(False)
    measurement = Measurement()
    total = got = 0
    async with db.transaction():
        async for row in db.cursor(ROWS, prefetch=5000):  # without a cursor it holds the whole result
            total += sum_of(row)
            got += 1
    assert got == count(1_000_000) and total > 0
    measurement.report(got)


async def named():
    db = await connect(False)
    measurement = Measurement()
    total = got = 0
    async with db.transaction():
        async for row in db.cursor(ROWS, prefetch=5000):
            total += sum_of((row["id"], row["k"], row["name"], row["score"], row["at"], row["ok"], row["u"]))
            got += 1
    assert got == count(1_000_000) and total > 0
    measurement.report(got)


async def copying():
    n = count(1_000_000)
    db = await connect(False)
    await db.execute("TRUNCATE bench_copy")
    measurement = Measurement()
    await db.copy_records_to_table("bench_copy", records=rows_to_copy(n), columns=["id", "name", "score", "at"])
    measurement.report(n)


INSERT = "INSERT INTO bench_copy VALUES ($1, $2, $3, $4)"


async def inserting(insert):
    rows = list(rows_to_copy(count(10_000)))
    db = await connect(False)
    await db.execute("TRUNCATE bench_copy")
    measurement = Measurement()
    async with db.transaction():
        await insert(db, rows)
    measurement.report(len(rows))


async def insert_each(db, rows):
    for row in rows:
        await db.execute(INSERT, *row)


async def insert_many(db, rows):
    await db.executemany(INSERT, rows)


async def insert_arrays(db, rows):
    await db.execute("INSERT INTO bench_copy SELECT * FROM unnest($1::int8[], $2::text[], $3::float8[], $4::timestamptz[])",
                     *(list(column) for column in zip(*rows)))


async def insert_by_copy(db, rows):
    await db.copy_records_to_table("bench_copy", records=rows, columns=["id", "name", "score", "at"])


async def idle_connections(tls):
    n = count(500)
    connections = [await connect(tls) for _ in range(IDLE_BEFORE)]
    before = memory("VmRSS:")
    for _ in range(n):
        connections.append(await connect(tls))
    report_idle(n, before)


uvloop.run(chosen({
    "w1": lambda: cold_connections(True), "w1b": lambda: cold_connections(False),
    "w2": lambda: queries(False), "w2t": lambda: queries(True), "w4": rows, "w5": copying, "w6": concurrent,
    "w7": lambda: idle_connections(False), "w7t": lambda: idle_connections(True), "w10": named,
    "w11": pooled,
    "w12single": lambda: inserting(insert_each), "w12many": lambda: inserting(insert_many),
    "w12unnest": lambda: inserting(insert_arrays), "w12copy": lambda: inserting(insert_by_copy),
})())
