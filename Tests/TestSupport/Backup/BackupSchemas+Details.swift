/// Schemas for backups, with few rows.
extension BackupSchemas {
    /// Publications, event triggers, large objects, rules and triggers of all sorts.
    package static let publications = #"""
        do $$ begin create role backup_reader; exception when duplicate_object or unique_violation then null; end $$;
        create table t (id int primary key, a text, b text); create table p (id int primary key) partition by list (id);
        create table p1 partition of p for values in (1);
        create publication everything for all tables;
        create publication "some" for table t (id, a) where (id > 5), p with (publish = 'insert, delete',
            publish_via_partition_root);
        create publication inschema for tables in schema public; comment on publication "some" is 'x';
        create function et() returns event_trigger language plpgsql as 'begin raise warning ''fired''; end';
        create event trigger et on ddl_command_end when tag in ('CREATE TABLE', 'DROP TABLE') execute function et();
        create event trigger et2 on sql_drop execute function et(); alter event trigger et2 disable;
        comment on event trigger et is 'c';
        select lo_from_bytea(4711, repeat('ab', 100000)::bytea); select lo_create(4712);
        comment on large object 4711 is 'lo''s'; grant select on large object 4712 to backup_reader;
        create function dep(int) returns int language sql as 'select 1'; create extension pg_trgm;
        alter function dep(int) depends on extension pg_trgm;
        create rule two as on insert to t where new.id = 7 do also (insert into p values (1); delete from p where id = 2);
        create statistics st (ndistinct, mcv) on a, b, (lower(a)) from t; alter statistics st set statistics 7;
        comment on statistics st is 'st';
        create function trg() returns trigger language plpgsql as 'begin return null; end';
        create constraint trigger ct after insert on t deferrable initially deferred for each row when (new.id > 3)
            execute function trg(); comment on trigger ct on t is 'ct'; alter table t enable always trigger ct;
        create trigger tr after update on t referencing old table as o new table as n for each statement execute function
            trg();
        alter trigger tr on t depends on extension pg_trgm;
        create view iv as select 1 as x; create function ivf() returns trigger language plpgsql as 'begin return new;
        end'; create trigger iv instead of insert on iv for each row execute function ivf();
        alter table t replica identity using index t_pkey; alter table t set (autovacuum_enabled = off);
        create index concurrently_made on t using brin (id) with (pages_per_range = 4);
        create unique index nn on t (a) include (b) nulls not distinct;
        """#

    /// Types of one's own, partitions that differ from their parents, functions, indexes, policies, values.
    package static let details = #"""
        create type myint; create function myint_in(cstring) returns myint as 'int4in' language internal immutable strict;
        create function myint_out(myint) returns cstring as 'int4out' language internal immutable strict;
        create type myint (input = myint_in, output = myint_out, like = int4, category = 'N');
        create function myint_eq(myint, myint) returns bool as 'int4eq' language internal immutable strict;
        create operator = (leftarg = myint, rightarg = myint, function = myint_eq, commutator = =);
        create table mi (a myint, b myint[]); insert into mi values ('5', '{1,2}'); comment on type myint is 'mine';
        create cast (int as myint) without function as implicit;
        create type undefined;
        create type en as enum ('a', 'b', 'c');
        create function bucket(t text) returns int language plpgsql immutable as $$ begin return length(t) % (select 2 +
            count(*)::int * 0 from lookup); end $$;
        create table lookup (a int); insert into lookup values (1);
        create table by_expr (t text, n int) partition by list (bucket(t));
        create table by_expr0 partition of by_expr for values in (0);
        create table by_expr1 partition of by_expr for values in (1); insert into by_expr values ('a', 1), ('bb', 2);
        create table by_enum (e en not null, id int, primary key (e, id)) partition by list (e);
        create table by_enum_a partition of by_enum for values in ('a');
        create table by_enum_d (id int not null, extra text, e en not null default 'c'); alter table by_enum_d drop extra;
        alter table by_enum attach partition by_enum_d default; insert into by_enum values ('a', 1), ('b', 2);
        alter table by_enum_a alter id set default 42; alter table by_enum_a add constraint own_check check (id < 1000);
        create index own_index on by_enum_a (id);
        create table ranges (a int, b date, c text collate "C") partition by range (a, b, c collate "C");
        create table ranges1 partition of ranges for values from (minvalue, minvalue, minvalue) to (10, '2020-01-01',
            'x') with (fillfactor = 50);
        create table ranges2 partition of ranges for values from (10, '2020-01-01', 'x') to (maxvalue, maxvalue,
            maxvalue); insert into ranges values (1, '2020-01-01', 'a'), (10, '2020-01-02', 'y');
        create table fk_parts (e en, id int, n int generated always as identity, foreign key (e,
            id) references by_enum on delete cascade) partition by hash (id);
        create table fk_parts0 partition of fk_parts for values with (modulus 1, remainder 0);
        insert into fk_parts (e, id) values ('a', 1);
        create table part_fk (e en, id int, foreign key (e, id) references by_enum_a);
        create table self_fk (id int primary key, up int references self_fk deferrable initially deferred);
        insert into self_fk values (1, 2), (2, 1);
        create function trg() returns trigger language plpgsql as 'begin return new; end';
        create trigger row_trg after insert or update on by_enum for each row execute function trg();
        create trigger own_trg before insert on by_enum_a for each row execute function trg();
        alter table by_enum_d disable trigger row_trg;
        create table gen (a int, b int generated always as (a + 1) stored);
        create unlogged table un (id serial primary key) with (fillfactor = 40);
        create unlogged table un_p (a int generated by default as identity (start 5 cache 7));
        create function win(int) returns int as 'window_row_number' language internal window;
        create function conf() returns setof int language sql cost 5 rows 7 set work_mem = '1MB' set search_path = public,
            pg_temp as 'select 1';
        create function sec() returns int language sql security definer leakproof parallel safe strict stable as 'select 1';
        create procedure pr(in a int, out b int, inout c text default 'x') language plpgsql as 'begin b := 1; commit;
        end'; create function vari(variadic int[]) returns table (x int, y text) language sql as $$ select 1, 'a' $$;
        create function defs(a int default 1, b en default 'a', c text[] default array['x;',
            $q$y'$q$]) returns en language sql as 'select b';
        create function poly(anyelement, anyarray) returns anyelement language sql as 'select $1';
        create function "Weird ""name"""("A b" int) returns int language sql as 'select 1';
        create function atom(e en) returns bool language sql begin atomic; select e = 'a';
        select exists (select from by_enum b where b.e = $1); end;
        create table idx (a text, b int, c int[], d jsonb, e tsvector);
        create index on idx (lower(a) text_pattern_ops desc nulls last, b) include (c) where b > 5 and a is not null;
        create index on idx using gin (d jsonb_path_ops) with (fastupdate = off);
        create index on idx using gist (e tsvector_ops (siglen = 100));
        create index on idx using brin (b) with (autosummarize = on); create index on idx (a collate "POSIX");
        create index hash_i on idx using hash (b); create index on idx ((b + 1), (d ->> 'x'));
        create view vb with (security_barrier, security_invoker = false) as select a, b,
            row_number() over (partition by b order by a) as n,
            array(select x from unnest(c) x) from idx where a like 'x%'; 
        create view joined as select i.b, i.c, l.a as la, q,
            r from idx i full join lookup l on l.a = i.b natural join (values (1, 'x')) v (q, r);
        create view setop as (select 1 as one union all select 2) except select 3 order by 1 limit 5;
        create table pol (a int, who name default current_user); alter table pol enable row level security;
        create policy p1 on pol for select using (a in (select l.a from lookup l) and who = current_user);
        create policy p2 on pol as restrictive for all to public using (atom('a')) with check (a > 0);
        create rule r1 as on update to lookup do also notify changed;
        create rule r2 as on insert to joined do instead nothing; alter table lookup disable rule r1;
        create sequence tiny as smallint maxvalue 10 cycle; select nextval('tiny');
        create sequence big increment -5 minvalue -1000 maxvalue -1 start -10;
        create sequence exotic minvalue -9223372036854775808 maxvalue 9223372036854775807;
        create table arrays (a int[][] default '{{1,2},{3,4}}', b text default E'a\nb\\', c interval(3), d numeric(5,2),
            e timestamp(0) with time zone default now(), f bit varying(5), g char(3), h varchar, i "char", j name, k oid,
            l regclass default 'lookup'::regclass, m regproc default 'trg'::regproc, n xml, o money, p point, q int4range,
            r int4multirange, s bpchar);
        insert into arrays default values; insert into arrays (l, m) values ('idx', 'sec');
        create table many_nulls (a int, constraint nn check (a is not null) no inherit, unique nulls not distinct (a));
        alter table many_nulls add constraint never check (a > 0) not valid;
        create table ext_col (a text); alter table ext_col alter a set (n_distinct = -0.5, n_distinct_inherited = 3);
        alter table ext_col alter a set statistics 0; create table "select" ("from" int, "A.b" text, "é" int);
        comment on column "select"."A.b" is E'x\\y''z';
        """#

    /// What PostgreSQL 18 has: named NOT NULL, virtual columns, constraints that are not enforced, periods.
    package static let newerDetails = #"""
        create extension btree_gist;
        create table parent (a int not null, b int constraint b_nn not null, c int constraint c_ni not null no inherit,
            g int generated always as (a * 2) virtual); create table kid (c int not null) inherits (parent);
        create table kid2 (constraint own_nn not null a) inherits (parent); create table kid3 () inherits (parent);
        alter table only kid3 add constraint kc not null c;
        alter table parent add z int; alter table parent add constraint soft not null z not valid;

        create table temporal (id int, during daterange, primary key (id, during without overlaps));
        create table refs (id int, during daterange, foreign key (id, period during) references temporal (id,
            period during));
        create table pk (a int, b int, primary key (a)) partition by range (a);
        create table pk1 partition of pk for values from (0) to (10); alter table pk alter b set not null;
        create table pk2 (b int not null, a int not null); alter table pk attach partition pk2 for values from (10) to (20);
        create table ident (id int generated always as identity, a int) partition by list (a);
        create table ident1 partition of ident for values in (1); insert into ident (a) values (1), (1);
        insert into parent (a, b, c, z) values (1, 2, 3, 4); insert into temporal values (1, '[2020-01-01,2021-01-01)');
        insert into refs values (1, '[2020-02-01,2020-03-01)');
        create table like_parent (like parent including all);
        create domain nn18 as int constraint dn not null check (value > 0);
        create table chk (a int check (a > 0) not enforced);
        """#
}
