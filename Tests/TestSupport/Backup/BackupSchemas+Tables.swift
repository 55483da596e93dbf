/// Schemas for backups, with few rows.
extension BackupSchemas {
    /// Partitions, inheritance, aggregates, ranges, operators (case O5).
    package static let tablesOfTables = #"""
        create table p (id int, k text, v int default 3 check (v > 0), primary key (id, k)) partition by range (id);
        create table p1 partition of p for values from (0) to (10);
        create table p2 partition of p for values from (10) to (20) partition by list (k);
        create table p2a partition of p2 for values in ('a', 'b'); create table p2d partition of p2 default;
        create table ph (v int, id int, k text); alter table ph drop v;
        alter table ph add v int default 7 check (v>0) not null; alter table ph alter id set not null;
        alter table ph alter k set not null; alter table ph add constraint p_v_check check (v > 0);
        alter table p attach partition ph for values from (20) to (30);
        create table hashed (a int) partition by hash (a);
        create table h0 partition of hashed for values with (modulus 2, remainder 0);
        create table h1 partition of hashed for values with (modulus 2, remainder 1);
        create index on p (v); create unique index on p (id, k, v); create index only_p on only p (k);
        insert into p select i, case i % 3 when 0 then 'a' when 1 then 'b' else 'z' end, i+1 from generate_series(0,
            29) i; insert into hashed select generate_series(1,10);
        create table child_fk (id int, k text, foreign key (id, k) references p);
        insert into child_fk values (1, 'b');
        alter table p add column gen int generated always as (id * 2) stored;
        create function tf() returns trigger language plpgsql as 'begin return new; end';
        create trigger tg before insert on p for each row execute function tf(); alter table p1 disable trigger tg;
        create table mother (a int default 1 not null, b text, constraint pos check (a > 0)); create table father (c int);
        create table child (d int) inherits (mother, father); alter table child alter a set default 5;
        alter table only child alter b set not null; alter table child alter d set storage plain;
        create table child2 (a int default 8, constraint pos check (a > 0)) inherits (mother);
        alter table mother alter b set default 'x'; alter table child alter b drop default;
        create table grandchild (a int default 77) inherits (child, child2);
        insert into mother values (1); insert into child values (2, 'b', 3, 4); insert into child2 values (9);
        insert into grandchild values (3, 'x', 1, 2);
        create aggregate total (int) (sfunc = int4pl, stype = int, initcond = '0', combinefunc = int4pl, parallel = safe);
        create aggregate cnt (*) (sfunc = int8inc, stype = int8, initcond = '0', msfunc = int8inc, minvfunc = int8dec,
            mstype = int8, minitcond = '0');
        create aggregate pd (float8 order by anyelement) (sfunc = ordered_set_transition, stype = internal,
            finalfunc = percentile_disc_final, finalfunc_extra);
        create type span as range (subtype = float8, subtype_diff = float8mi, multirange_type_name = spans);
        create type words as range (subtype = text, collation = "C");
        create table spans_t (s span, m spans, w words); insert into spans_t values ('[1,2)', '{[1,2),[3,4)}', '[a,b]');
        create function eq(int, text) returns bool language sql immutable as 'select $1::text = $2';
        create operator === (leftarg = int, rightarg = text, function = eq, negator = !==);
        create function ne(int, text) returns bool language sql immutable as 'select $1::text <> $2';
        create operator !== (leftarg = int, rightarg = text, function = ne, negator = ===);
        create view with_ops as select 1 === '1' as x, total(a) from mother;
        comment on aggregate cnt(*) is 'c'; comment on aggregate pd(float8 order by anyelement) is 'pd';
        comment on operator ===(int,text) is 'op'; comment on table p1 is 'part'; comment on type span is 'r';
        revoke execute on function total(int) from public;
        grant usage on type span to public; revoke usage on type words from public;
        grant select on p to public; grant update on p2a to public;
        alter table p2a enable row level security; create policy pp on p2a using (true);
        alter table p enable row level security;
        comment on constraint pos on mother is 'pos'; comment on index only_p is 'i';
        create table c1 (q int default 1, z text); create table c2 (q int default 1, z text);
        create table c12 () inherits (c1, c2); alter table only c2 alter q set default 2;
        alter table only c12 alter q drop default; alter table only c1 alter z set storage external;
        alter table only c12 alter z set storage main; alter table only c1 alter z set statistics 5;
        """#

    /// What needs each other, in cycles and the long way round.
    package static let cycles = #"""
        create table t (id int primary key, x int);
        create view v as select id, x from t; create function fv() returns setof v language sql as 'select * from v';
        create or replace view v as select f.id, f.x from fv() f where false union all select id, x from t;
        create function def(t) returns int language sql as 'select 1'; alter table t add column d int default def(null::t);
        create domain dom as int; create function chk(dom) returns bool language sql as 'select true';
        alter domain dom add constraint c check (chk(value));
        create function pk_sum() returns bigint language sql begin atomic select sum(x) from (select id,
            x from t group by id) q; end;
        create view grouped as select id, x from t group by id; create view top as select * from grouped;
        create materialized view mg as select * from top;
        create function uses_grouped(grouped) returns int language sql as 'select 1';
        create table of_view (g grouped, a grouped[]);
        create type ct as (a int, b text); create table typed of ct (primary key (a), b with options default 'x' not null);
        create table self (s int default 1, check (s > 0)); insert into self values (1);
        create type outer_t as (x ct, y dom[]); create table nested (o outer_t, os outer_t[]);
        insert into nested values ('("(1,a)",)', array['("(1,a)",)'::outer_t]);
        create view with_check as select * from t where x > 0 with local check option;
        alter view with_check alter x set default 5;
        create recursive view rv(n) as values (1) union all select n+1 from rv where n < 5;
        create rule ins as on insert to v do instead insert into t values (new.id, new.x);
        create sequence sq owned by t.x; alter table t alter x set default nextval('sq');
        insert into t (id) values (1), (2);
        create table at1 (a int); create table at2 (b at1); create table at3 () inherits (at2);
        create function sqlagg(int) returns int language sql return $1 + (select count(*)::int from t);
        create table dft (a int default sqlagg(1));
        create function rec(n int) returns int language sql as 'select case when n > 0 then rec(n-1) else 0 end';
        create temp table tmp_t (a int);
        """#
}
