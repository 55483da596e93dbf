-- Makes scalars-15.tsv and scalars-18.tsv: what real servers send for values of the types that server.tsv does not have, as
-- text and as binary (in hexadecimal).
--   psql -X -q -At -F "$(printf '\t')" -d a_new_database -f scalars.sql > scalars-18.tsv
-- The extension ltree must be there. xid8, pg_snapshot and the rest of the server's own numbers are written as literals, so that
-- every server sends the same. The 18 that scalars-18.tsv is of was built without XML. vectors.sql is for servers with the extension pgvector.
SET timezone = 'UTC';
CREATE EXTENSION IF NOT EXISTS ltree;
SELECT 'inet', v::inet, encode(inet_send(v), 'hex') FROM unnest('{10.0.0.1,10.0.0.1/8,0.0.0.0/0,255.255.255.255/31,::,::1,
    ::/0,2001:db8::1,2001:db8:0:1:1:1:1:1,2001:0:0:1:0:0:0:1,1:0:0:2:0:0:3:4,::ffff:1.2.3.4,::ffff:1.2.3.4/96,::1.2.3.4,::1:2,
    fe80::1ff:fe23:4567:890a/64,ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff,1:2:3:4:5:6:7:0,0:0:0:4:5:6:7:8,1::8,0:1::/32,
    ::ffff:0:0,::fffe:1.2.3.4,1:2:3:4:5:6::}'::inet[]) v;
SELECT 'cidr', v, encode(cidr_send(v), 'hex')
  FROM unnest('{10.0.0.0/8,192.168.1.0/24,0.0.0.0/0,10.0.0.1/32,::/0,2001:db8::/32,::ffff:1.2.3.0/120,2001:db8::1/128}'::cidr[]) v;
SELECT 'macaddr', v, encode(macaddr_send(v), 'hex')
  FROM unnest('{08:00:2b:01:02:03,00:00:00:00:00:00,ff:ff:ff:ff:ff:ff}'::macaddr[]) v;
SELECT 'macaddr8', v, encode(macaddr8_send(v), 'hex')
  FROM unnest('{08:00:2b:01:02:03:04:05,00:00:00:00:00:00:00:00,ff:ff:ff:ff:ff:ff:ff:ff,08:00:2b:01:02:03}'::macaddr8[]) v;
SELECT 'bit', v, encode(bit_send(v), 'hex') FROM (VALUES (B'101'), (B'1'), (B'00000000'), (B'111111110')) x(v);
SELECT 'varbit', v, encode(varbit_send(v), 'hex')
  FROM unnest(ARRAY['', '1', '0', '0110', '11111111', '000000001', repeat('10', 40)]::varbit[]) v;
SELECT 'point', v, encode(point_send(v), 'hex')
  FROM unnest(ARRAY['(0,0)', '(1.5,-2)', '(-0,1e300)', '(1e15,0.0001)', '(999999999999999,0.00001)', '(NaN,Infinity)',
    '(-Infinity,5e-324)', '(1e23,9007199254740993)', '(18014398509481988,0.1)']::point[]) v;
SELECT 'line', v, encode(line_send(v), 'hex') FROM unnest(ARRAY['{1,-1,0}', '{0,1e20,-0.5}', '{1e-7,2,3}']::line[]) v;
SELECT 'lseg', v, encode(lseg_send(v), 'hex') FROM unnest(ARRAY['[(0,0),(1,1)]', '[(-1.5,2),(NaN,-0)]']::lseg[]) v;
SELECT 'box', v, encode(box_send(v), 'hex')
  FROM unnest(ARRAY['(0,0),(1,1)', '(1,0),(0,1)', '(-1,5),(-1,5)', '(NaN,1),(2,NaN)', '(0,-0),(-0,0)', '(-Infinity,3),(4,1e20)']::box[]) v;
SELECT 'path', v, encode(path_send(v), 'hex')
  FROM unnest(ARRAY['[(0,0)]', '((0,0))', '[(0,0),(1,1),(2,0)]', '((0,0),(1.5,1e-5),(2,0))']::path[]) v;
SELECT 'polygon', v, encode(poly_send(v), 'hex') FROM unnest(ARRAY['((0,0))', '((0,0),(1,1),(1,0))']::polygon[]) v;
SELECT 'circle', v, encode(circle_send(v), 'hex') FROM unnest(ARRAY['<(0,0),1>', '<(-1.5,1e20),0>', '<(0,0),Infinity>']::circle[]) v;
SELECT 'tsvector', v, encode(tsvectorsend(v), 'hex')
  FROM unnest(ARRAY['', 'a', 'a:1', 'b:3 a:1,2A c:4B,9C,16383', $$'it''s':1 'back\\slash' 'two words':5$$, 'ü:7 日本:8A',
    'a:20000', 'a:1A,1', 'ab abc b']::tsvector[]) v;
SELECT 'tsquery', v, encode(tsquerysend(v), 'hex') FROM unnest(ARRAY['', 'fat & rat', 'fat:AB & !(ra:* | cat) <2> x', $$'it''s'$$]::tsquery[]) v;
SELECT 'jsonpath', v, encode(jsonpath_send(v), 'hex')
  FROM unnest(ARRAY['$', 'strict $.a[*] ? (@ > 1)', '$."a b".c', '$.**{2 to last}']::jsonpath[]) v;
SELECT 'xml', v, encode(xml_send(v), 'hex')
  FROM (VALUES (xmlparse(content '<a/>')), (xmlparse(content '')), (xmlparse(content 'é <b>x</b>'))) x(v);
SELECT 'ltree', v, encode(ltree_send(v), 'hex') FROM unnest(ARRAY['', 'a', 'Top.Science.Astronomy']::ltree[]) v;
SELECT 'lquery', v, encode(lquery_send(v), 'hex') FROM unnest(ARRAY['*', 'a.*{1,2}.b|c@*']::lquery[]) v;
SELECT 'ltxtquery', v, encode(ltxtq_send(v), 'hex') FROM unnest(ARRAY['a', 'Europe & Russia*@ & !Transportation']::ltxtquery[]) v;
SELECT 'char', v, encode(charsend(v), 'hex') FROM unnest(ARRAY['', 'r', '\', ' ']::"char"[]) v;
SELECT 'pg_lsn', v, encode(pg_lsn_send(v), 'hex') FROM unnest('{0/0,16/B374D848,FFFFFFFF/FFFFFFFF,0/1}'::pg_lsn[]) v;
SELECT 'xid', v, encode(xidsend(v), 'hex') FROM unnest('{0,3,4294967295}'::xid[]) v;
SELECT 'cid', v, encode(cidsend(v), 'hex') FROM unnest('{0,4294967295}'::cid[]) v;
SELECT 'xid8', v, encode(xid8send(v), 'hex') FROM unnest('{0,3,18446744073709551615}'::xid8[]) v;
SELECT 'tid', v, encode(tidsend(v), 'hex') FROM unnest(ARRAY['(0,1)', '(4294967295,65535)']::tid[]) v;
SELECT 'pg_snapshot', v, encode(pg_snapshot_send(v), 'hex') FROM unnest(ARRAY['10:10:', '10:20:10,14,15']::pg_snapshot[]) v;
SELECT 'txid_snapshot', v, encode(txid_snapshot_send(v), 'hex') FROM unnest(ARRAY['10:10:', '10:20:10,14,15']::txid_snapshot[]) v;
SELECT 'timetz', v, encode(timetz_send(v), 'hex')
  FROM unnest('{12:00:00+05,09:30:00.25+05:30,00:00-03:30:10,24:00+00,23:59:59.999999-15:59:59,01:02:03+15:59}'::timetz[]) v;
SELECT 'void', pg_sleep(0), encode(void_send(pg_sleep(0)), 'hex');
SELECT 'money', (v::numeric * 100)::bigint, encode(cash_send(v), 'hex')
  FROM unnest(ARRAY['0', '12.50', '-0.01', '92233720368547758.07']::money[]) v;
SELECT 'regclass', v, encode(regclasssend(v), 'hex') FROM unnest('{pg_class,0}'::regclass[]) v;
SET IntervalStyle = postgres_verbose;
SELECT 'interval', v, encode(interval_send(v), 'hex')
  FROM unnest('{0,1 day,-1 day,1 year 2 mons -3 days 04:05:06.7,-1 year -2 mons 3 days -04:05:06,-00:00:01,-0.000001 sec,
                100:00:00,2562047788:00:54.775807,-1 mon -1 day -00:00:00.5,178956970 years}'::interval[]) v;
SELECT 'interval', v, encode(interval_send(v), 'hex')
  FROM (VALUES ('-9223372036854775808 us'::interval), ('-2147483648 days'), ('-2147483648 months')) x(v);
SET IntervalStyle = sql_standard;
SELECT 'interval', v, encode(interval_send(v), 'hex')
  FROM (VALUES ('P0D'::interval), ('P1D'), ('P-1D'), ('P1Y2M-3DT4H5M6.7S'), ('P-1Y-2M3DT-4H-5M-6S'), ('PT-1S'), ('PT-0.000001S'),
    ('PT100H'), ('P1Y2M'), ('P-1Y-2M'), ('P1DT2H3M4.5S'), ('P-1DT-2H-3M-4.5S'), ('P1DT-3H'), ('P-1Y-1D'), ('P1Y1D')) x(v);
SELECT 'interval', v, encode(interval_send(v), 'hex') FROM (VALUES ('PT-9223372036854.775808S'::interval)) x(v);
SET IntervalStyle = iso_8601;
SELECT 'interval', v, encode(interval_send(v), 'hex')
  FROM (VALUES ('P0D'::interval), ('P1D'), ('P-1D'), ('P1Y2M-3DT4H5M6.7S'), ('P-1Y-2M3DT-4H-5M-6S'), ('PT-1S'), ('PT-0.000001S'),
    ('PT100H'), ('P1Y2M'), ('P-1Y1DT-3H')) x(v);
