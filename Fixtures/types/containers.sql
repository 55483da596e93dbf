-- Makes containers-15.tsv and containers-18.tsv, as scalars.sql does: arrays, ranges, multiranges, records and hstore.
SET timezone = 'UTC';
CREATE EXTENSION IF NOT EXISTS hstore;
SELECT 'int4[]', v, encode(array_send(v), 'hex') FROM (VALUES ('{}'::int4[]), ('{1}'), ('{1,NULL,-3}'), ('[2:3]={1,2}'),
    ('{{1,2},{3,4}}'), ('[-1:0][5:5]={{1},{NULL}}'), ('{{{{{{7}}}}}}')) x(v);
SELECT 'text[]', v, encode(array_send(v), 'hex') FROM (VALUES ('{}'::text[]), (ARRAY['']), (ARRAY['a', NULL, 'NULL', 'null', 'nul']),
    (ARRAY['a b', 'a,b', '{a}', 'a"b', 'a\b', ' a', 'a ']), (ARRAY[['é', '日本'], ['a;b', 'x']]), (ARRAY['''', '()', '[]', '%'])) x(v);
SELECT 'float8[]', v, encode(array_send(v), 'hex')
  FROM (VALUES ('{NaN,Infinity,-Infinity,-0,0.1,1e300,5e-324}'::float8[])) x(v);
SELECT 'numeric[]', v, encode(array_send(v), 'hex') FROM (VALUES ('{0,1.50,-12345678901234567890.12}'::numeric[])) x(v);
SELECT 'bool[]', v, encode(array_send(v), 'hex') FROM (VALUES ('{t,f,NULL}'::bool[])) x(v);
SELECT 'bytea[]', v, encode(array_send(v), 'hex') FROM (VALUES (ARRAY['\x', '\x00ff', NULL]::bytea[])) x(v);
SELECT 'uuid[]', v, encode(array_send(v), 'hex') FROM (VALUES ('{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11,NULL}'::uuid[])) x(v);
SELECT 'date[]', v, encode(array_send(v), 'hex') FROM (VALUES ('{2024-02-29,infinity,-infinity,0044-03-15 BC}'::date[])) x(v);
SELECT 'timestamptz[]', v, encode(array_send(v), 'hex')
  FROM (VALUES ('{2024-02-29 12:34:56.789+00,infinity,NULL}'::timestamptz[])) x(v);
SELECT 'inet[]', v, encode(array_send(v), 'hex') FROM (VALUES ('{10.0.0.1/8,::1,NULL}'::inet[])) x(v);
SELECT 'box[]', v, encode(array_send(v), 'hex') FROM (VALUES ('{(1,1),(0,0);(3,4),(1,2)}'::box[])) x(v);
SELECT 'int4range', v, encode(range_send(v), 'hex')
  FROM unnest(ARRAY['empty', '[1,5)', '(,5)', '[1,)', '(,)', '[-2147483648,0)']::int4range[]) v;
SELECT 'int8range', v, encode(range_send(v), 'hex') FROM unnest(ARRAY['[1,9223372036854775807)', 'empty']::int8range[]) v;
SELECT 'numrange', v, encode(range_send(v), 'hex') FROM unnest(ARRAY['[1.50,2]', '(1,2)', '(,-0.1]', '[NaN,NaN]']::numrange[]) v;
SELECT 'daterange', v, encode(range_send(v), 'hex') FROM unnest(ARRAY['[2024-01-01,2024-02-01)', '[-infinity,infinity]', '(,)']::daterange[]) v;
SELECT 'tsrange', v, encode(range_send(v), 'hex')
  FROM unnest(ARRAY['["2024-01-01 00:00:00","2024-01-01 12:00:00.5"]', '(,infinity]']::tsrange[]) v;
SELECT 'tstzrange', v, encode(range_send(v), 'hex') FROM unnest(ARRAY['["2024-01-01 00:00:00+00",)', 'empty']::tstzrange[]) v;
SELECT 'int4range[]', v, encode(array_send(v), 'hex') FROM (VALUES (ARRAY['[1,5)', 'empty', NULL]::int4range[])) x(v);
SELECT 'int4multirange', v, encode(multirange_send(v), 'hex') FROM unnest(ARRAY['{}', '{[1,2),[5,)}', '{(,)}']::int4multirange[]) v;
SELECT 'nummultirange', v, encode(multirange_send(v), 'hex') FROM unnest(ARRAY['{[1.5,2),(3,4]}', '{(,0)}']::nummultirange[]) v;
SELECT 'datemultirange', v, encode(multirange_send(v), 'hex') FROM unnest(ARRAY['{[2024-01-01,2024-02-01)}']::datemultirange[]) v;
SELECT 'tstzmultirange', v, encode(multirange_send(v), 'hex')
  FROM unnest(ARRAY['{["2024-01-01 00:00:00+00","2024-01-02 00:00:00+00")}']::tstzmultirange[]) v;
SELECT 'record', v, encode(record_send(v), 'hex') FROM (VALUES (ROW(1::int8, 'a b'::text, NULL::bool)), (ROW(-1::int8, ''::text, true)),
    (ROW(NULL::int8, 'a"b\c(d),'::text, false)), (ROW(0::int8, NULL::text, NULL::bool))) x(v);
SELECT 'hstore', v, encode(hstore_send(v), 'hex')
  FROM (VALUES (''::hstore), ('a=>1,b=>NULL'), ('"a\"b"=>"c\\d", "NULL"=>"NULL", ""=>""'), ('"é"=>"日 本", "a=>b"=>","')) x(v);
