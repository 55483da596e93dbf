-- Makes server.tsv: what a real server sends for each value, as text and as binary (in hexadecimal).
--   psql -X -q -At -F "$(printf '\t')" -d a_new_database -f collect.sql > server.tsv
-- Written with PostgreSQL 15. Types of the database's own have other numbers in every database; the tests know that.
SET timezone = 'UTC';
CREATE TYPE mood AS ENUM ('sad', 'ok', 'four', 'very "happy", \really');
CREATE DOMAIN even AS int4 CHECK (VALUE % 2 = 0);
CREATE DOMAIN label AS text;
SELECT 'bool', boolout(v), encode(boolsend(v), 'hex') FROM unnest('{t,f}'::bool[]) v;
SELECT 'int2', v::text, encode(int2send(v), 'hex') FROM unnest('{0,1,-1,32767,-32768}'::int2[]) v;
SELECT 'int4', v::text, encode(int4send(v), 'hex') FROM unnest('{0,5,-5,2147483647,-2147483648}'::int4[]) v;
SELECT 'int8', v::text, encode(int8send(v), 'hex')
  FROM unnest('{0,5,-5,9223372036854775807,-9223372036854775808}'::int8[]) v;
SELECT 'oid', v::text, encode(oidsend(v), 'hex') FROM unnest('{0,26,4294967295}'::oid[]) v;
SELECT 'float4', v::text, encode(float4send(v), 'hex')
  FROM unnest('{0,-0,0.1,1.5,1e-45,3.4028235e38,-1e10,123456.78,NaN,Infinity,-Infinity}'::float4[]) v;
SELECT 'float8', v::text, encode(float8send(v), 'hex')
  FROM unnest('{0,-0,0.1,1e-7,1e15,1e16,5e-324,1.7976931348623157e308,-2.5,NaN,Infinity,-Infinity}'::float8[]) v;
SELECT 'text', v, encode(textsend(v), 'hex') FROM unnest(ARRAY['', 'abc', 'Ærøskøbing', '日本', '👩‍👧', 'a"b\c''d', ' ']) v;
SELECT 'varchar', v::text, encode(varcharsend(v), 'hex') FROM unnest(ARRAY['', 'abc']::varchar[]) v;
SELECT 'bpchar', 'ab   ', encode(bpcharsend('ab'::char(5)), 'hex');
SELECT 'name', v::text, encode(namesend(v), 'hex') FROM unnest(ARRAY['', 'pg_class']::name[]) v;
SELECT 'char', v::text, encode(charsend(v), 'hex') FROM unnest(ARRAY['', 'r']::"char"[]) v;
SELECT 'bytea', v::text, encode(byteasend(v), 'hex') FROM unnest(ARRAY['', '\x00', '\x0001fe5cff27']::bytea[]) v;
SET bytea_output = escape;
SELECT 'bytea', v::text, encode(byteasend(v), 'hex') FROM unnest(ARRAY['abc', '\x0001fe5cff27', '\x5c5c78']::bytea[]) v;
RESET bytea_output;
SELECT 'uuid', v::text, encode(uuid_send(v), 'hex')
  FROM unnest('{00000000-0000-0000-0000-000000000000,a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11,
                ffffffff-ffff-ffff-ffff-ffffffffffff}'::uuid[]) v;
SELECT 'date', v::text, encode(date_send(v), 'hex')
  FROM unnest('{2000-01-01,1999-12-31,2000-02-29,2024-02-29,2100-03-01,1970-01-01,1582-10-10,0001-01-01,
                0001-12-31 BC,0044-03-15 BC,0005-02-29 BC,4713-11-24 BC,9999-12-31,10000-01-01,5874897-12-31,
                infinity,-infinity}'::date[]) v;
SELECT 'time', v::text, encode(time_send(v), 'hex')
  FROM unnest('{00:00,09:30:00.25,23:59:59.999999,24:00,12:00:00.000001}'::time[]) v;
SELECT 'timestamp', v::text, encode(timestamp_send(v), 'hex')
  FROM unnest('{2000-01-01 00:00,1999-12-31 23:59:59.999999,2026-11-22 09:30:00.25,0044-03-15 12:00 BC,
                4713-11-24 00:00 BC,10000-01-01 00:00,294276-12-31 23:59:59.999999,infinity,-infinity}'::timestamp[]) v;
SELECT 'timestamptz', v::text, encode(timestamptz_send(v), 'hex')
  FROM unnest('{2000-01-01 00:00Z,1999-12-31 23:59:59.999999Z,2026-11-22 09:30:00.25Z,0044-03-15 12:00Z BC,
                4713-11-24 00:00Z BC,294276-12-31 23:59:59.999999Z,infinity,-infinity}'::timestamptz[]) v;
SET timezone = 'Asia/Kolkata';
SELECT 'timestamptz', v::text, encode(timestamptz_send(v), 'hex') FROM unnest('{2026-11-22 09:30Z}'::timestamptz[]) v;
SET timezone = 'America/St_Johns';
SELECT 'timestamptz', v::text, encode(timestamptz_send(v), 'hex')
  FROM unnest('{2026-11-22 09:30Z,1800-01-01 00:00Z,0001-01-01 00:00Z}'::timestamptz[]) v;
SET timezone = 'UTC';
SELECT 'interval', v::text, encode(interval_send(v), 'hex')
  FROM unnest('{0,1 day,-1 day,1 year 2 mons -3 days 04:05:06.7,-1 year -2 mons 3 days -04:05:06,-00:00:01,14 mons,
                -14 mons 5 sec,100:00:00,-0.000001 sec,178956970 years,2562047788:00:54.775807,1 mon -1 day,
                -1 mon 1 day}'::interval[]) v;
SELECT 'numeric', v::text, encode(numeric_send(v), 'hex')
  FROM unnest('{0,0.00,1,-1,1.50,19.90,10000,9999,99990000,0.0001,0.00001,-0.1,12345678901234567890.123456789,
                1e30,1e-30,123e-7,100000000,0.00010000,-99999999.9999,340282366920938463463374607431768211455,
                NaN,Infinity,-Infinity}'::numeric[]) v;
SELECT 'json', v::text, encode(json_send(v), 'hex')
  FROM unnest(ARRAY['{"b": 12345678901234567890, "a":1e-7}', 'null', '"x"', '[1, 2]']::json[]) v;
SELECT 'jsonb', v::text, encode(jsonb_send(v), 'hex')
  FROM unnest(ARRAY['{"b": 12345678901234567890, "a":1e-7}', 'null', '"x"', '[1, 2]']::jsonb[]) v;
SELECT 'mood', v::text, encode(enum_send(v), 'hex') FROM unnest(enum_range(NULL::mood)) v;
SELECT 'bool[]', v::text, encode(array_send(v), 'hex') FROM (VALUES ('{}'::bool[]), ('{t,NULL,f}')) x(v);
SELECT 'int2[]', v::text, encode(array_send(v), 'hex') FROM (VALUES ('{}'::int2[]), ('{1,-2}')) x(v);
SELECT 'int4[]', v::text, encode(array_send(v), 'hex')
  FROM (VALUES ('{}'::int4[]), ('{1,2,3}'), ('{1,NULL,3}'), ('{NULL}'), ('[0:1]={7,8}'), ('[-5:-4]={7,NULL}')) x(v);
SELECT 'int8[]', v::text, encode(array_send(v), 'hex') FROM (VALUES ('{9223372036854775807,0}'::int8[])) x(v);
SELECT 'oid[]', v::text, encode(array_send(v), 'hex') FROM (VALUES ('{4294967295}'::oid[])) x(v);
SELECT 'float4[]', v::text, encode(array_send(v), 'hex') FROM (VALUES ('{0.1,NaN}'::float4[])) x(v);
SELECT 'float8[]', v::text, encode(array_send(v), 'hex') FROM (VALUES ('{0.1,-Infinity,NULL}'::float8[])) x(v);
SELECT 'text[]', v::text, encode(array_send(v), 'hex')
  FROM (VALUES ('{}'::text[]), (ARRAY['a', '', 'NULL', NULL, 'null', 'a b', 'a,b', '{x}', 'q"q', 'b\s', ' ', 'é'])) x(v);
SELECT 'varchar[]', v::text, encode(array_send(v), 'hex') FROM (VALUES ('{a,"b c"}'::varchar[])) x(v);
SELECT 'bytea[]', v::text, encode(array_send(v), 'hex') FROM (VALUES (ARRAY['\x00ff', '', NULL]::bytea[])) x(v);
SELECT 'uuid[]', v::text, encode(array_send(v), 'hex')
  FROM (VALUES ('{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}'::uuid[])) x(v);
SELECT 'date[]', v::text, encode(array_send(v), 'hex') FROM (VALUES ('{2024-02-29,infinity,0044-03-15 BC}'::date[])) x(v);
SELECT 'time[]', v::text, encode(array_send(v), 'hex') FROM (VALUES ('{09:30,24:00}'::time[])) x(v);
SELECT 'timestamp[]', v::text, encode(array_send(v), 'hex') FROM (VALUES ('{2024-02-29 12:00,-infinity}'::timestamp[])) x(v);
SELECT 'timestamptz[]', v::text, encode(array_send(v), 'hex')
  FROM (VALUES ('{2024-02-29 12:00Z,infinity,NULL}'::timestamptz[])) x(v);
SELECT 'interval[]', v::text, encode(array_send(v), 'hex') FROM (VALUES ('{1 day 02:00,-1 mon}'::interval[])) x(v);
SELECT 'numeric[]', v::text, encode(array_send(v), 'hex') FROM (VALUES ('{1.50,NaN,-0.001,NULL}'::numeric[])) x(v);
SELECT 'json[]', v::text, encode(array_send(v), 'hex') FROM (VALUES (ARRAY['{"a":"b,c"}', '[1]']::json[])) x(v);
SELECT 'jsonb[]', v::text, encode(array_send(v), 'hex') FROM (VALUES (ARRAY['{"a":"b,c"}', NULL]::jsonb[])) x(v);
SELECT 'mood[]', v::text, encode(array_send(v), 'hex') FROM (VALUES (enum_range(NULL::mood)), ('{}'), ('{ok,NULL}')) x(v);
SELECT 'even[]', v::text, encode(array_send(v), 'hex') FROM (VALUES ('{2,NULL,4}'::even[])) x(v);
SELECT 'label[]', v::text, encode(array_send(v), 'hex') FROM (VALUES ('{a,NULL,"b c"}'::label[])) x(v);
SELECT 'int4[][]', v::text, encode(array_send(v), 'hex') FROM (VALUES ('{{1,2},{3,4}}'::int4[])) x(v);
