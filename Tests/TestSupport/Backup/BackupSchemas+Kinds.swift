/// Schemas for backups, with few rows.
extension BackupSchemas {
    /// Collations, text search, casts, conversions, operator classes and families.
    package static let languagesAndOperators = #"""
        do $$ begin create role backup_reader; exception when duplicate_object or unique_violation then null; end $$;
        create collation plain from "C";
        do $$ begin
            create collation ci (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
        exception when feature_not_supported then
            create collation ci from "POSIX";
        end $$;
         create collation mixed (lc_collate = 'C', lc_ctype = 'POSIX');
        create table names (n text collate ci, p text collate plain unique); insert into names values ('a', 'b');
        create domain dm as text collate ci not null default 'x' check (value <> 'zz');
        create text search dictionary dict (template = simple, stopwords = english);
        create text search dictionary syn (template = snowball, language = 'german');
        create text search configuration conf (copy = german);
        alter text search configuration conf alter mapping for asciiword with dict, syn, simple;
        alter text search configuration conf drop mapping for email;
        create text search configuration empty (parser = default);
        create text search parser prs (start = prsd_start, gettoken = prsd_nexttoken, end = prsd_end,
            lextypes = prsd_lextype, headline = prsd_headline);
        create text search template tmpl (lexize = dsimple_lexize, init = dsimple_init);
        create text search dictionary dt (template = tmpl); create text search configuration own (parser = prs);
        alter text search configuration own add mapping for word with dt;
        create table docs (body text, v tsvector generated always as (to_tsvector('public.conf', body)) stored);
        insert into docs values ('der Hund'); create index on docs using gin (v);
        create index on docs using gin (to_tsvector('public.own', body));
        comment on text search configuration conf is 'c'; comment on text search dictionary dict is 'd';
        comment on text search parser prs is 'p'; comment on text search template tmpl is 't';
        comment on collation ci is 'ci';
        create type e as enum ('x', 'y');
        create function to_e(int) returns e language sql immutable as $$ select case $1 when 0 then 'x'::public.e else 'y' end $$;
        create cast (int as e) with function to_e(int) as assignment; create cast (e as bigint) with inout;
        comment on cast (int as e) is 'cast';
        create table row_t (a int); create function row_f(row_t) returns text language sql as 'select $1.a::text';
        create cast (row_t as text) with function row_f(row_t) as implicit;
        create conversion conv for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8; comment on conversion conv is 'cv';
        create type complex as (r float8, i float8);
        create function clt(complex, complex) returns bool language sql immutable as 'select $1.r < $2.r';
        create function cle(complex, complex) returns bool language sql immutable as 'select $1.r <= $2.r';
        create function ceq(complex, complex) returns bool language sql immutable as 'select $1.r = $2.r';
        create function cge(complex, complex) returns bool language sql immutable as 'select $1.r >= $2.r';
        create function cgt(complex, complex) returns bool language sql immutable as 'select $1.r > $2.r';
        create function ccmp(complex, complex) returns int language sql immutable as 'select btfloat8cmp($1.r, $2.r)';
        create operator <# (leftarg = complex, rightarg = complex, function = clt, commutator = >#, negator = >=#,
            restrict = scalarltsel, join = scalarltjoinsel);
        create operator <=# (leftarg = complex, rightarg = complex, function = cle, commutator = >=#, negator = >#,
            restrict = scalarlesel, join = scalarlejoinsel);
        create operator =# (leftarg = complex, rightarg = complex, function = ceq, commutator = =#, restrict = eqsel,
            join = eqjoinsel, merges, hashes);
        create operator >=# (leftarg = complex, rightarg = complex, function = cge, commutator = <=#, negator = <#,
            restrict = scalargesel, join = scalargejoinsel);
        create operator ># (leftarg = complex, rightarg = complex, function = cgt, commutator = <#, negator = <=#);
        create operator !# (rightarg = int, function = int4um);
        create operator class complex_ops for type complex using btree as operator 1 <#, operator 2 <=#, operator 3 =#,
            operator 4 >=#, operator 5 >#, function 1 ccmp(complex, complex);
        create operator family fam using hash;
        create operator class int_hash for type int4 using hash family fam as operator 1 =, function 1 hashint4(int4);
        alter operator family fam using hash add operator 1 = (int4, int8), function 1 (int8) hashint8(int8);
        comment on operator class complex_ops using btree is 'oc'; comment on operator family fam using hash is 'of';
        comment on operator !# (none, int) is 'u';
        create table cx (c complex); create index on cx (c complex_ops);
        create index on docs using hash (length(body) int_hash); insert into cx values ('(1,2)');
        create function pick(complex, complex) returns complex language sql immutable as $$ select $1 $$;
        create aggregate cmax (complex) (sfunc = pick, stype = complex, sortop = >#);
        """#

    /// Schemas of other names, an extension in one of them, and functions with a search path.
    package static let namedSchemas = #"""
        set check_function_bodies = off;
        create schema app; create schema other; comment on schema app is 'the app';
        do $$ begin create role backup_one; exception when duplicate_object or unique_violation then null; end $$;
        do $$ begin create role backup_two; exception when duplicate_object or unique_violation then null; end $$;
        create table other.t (id int primary key, v text); create table app.u (t_id int references other.t);
        create view app.v as select * from other.t;
        create function other.f() returns setof app.v language sql as 'select * from app.v';
        insert into other.t values (1, 'a'); insert into app.u values (1); create sequence app.s owned by app.u.t_id;
        create extension hstore schema other; create table app.h (h other.hstore); insert into app.h values ('a=>1');
        grant usage on schema app to backup_one; grant create on schema other to backup_two with grant option;
        grant select on all tables in schema app to backup_one;
        alter default privileges in schema app grant all on tables to backup_two;
        create function app.chk(int) returns bool language sql as 'select exists (select from t where id = $1)';
        alter function app.chk set search_path = other; alter table app.u add check (app.chk(t_id));

        create function app.chk2(int) returns bool language plpgsql as 'begin return exists (select from t where id = $1);
        end'; set search_path = app, other; alter table app.u add check (app.chk2(t_id));
        """#

    /// Objects of two roles, of every kind that has an owner.
    package static let owners = #"""
        do $$ begin create role backup_one; exception when duplicate_object or unique_violation then null; end $$;
        do $$ begin create role backup_two; exception when duplicate_object or unique_violation then null; end $$;
        alter schema public owner to backup_two;
        create table t (id serial primary key, x int generated always as identity, e text); create sequence s;
        create view v as select 1; create materialized view m as select 1; create type e as enum ('x');
        create domain d as int; create type c as (x int); create type r as range (subtype = int4);
        create function f() returns int language sql as 'select 1'; create procedure p() language sql as 'select 1';
        create aggregate a (*) (sfunc = int8inc, stype = int8, initcond = '0'); create collation l from "C";
        create aggregate o (float8 order by anyelement)
            (sfunc = ordered_set_transition, stype = internal, finalfunc = percentile_disc_final, finalfunc_extra);
        create function n(int, text) returns bool language sql as 'select true';
        create operator === (leftarg = int, rightarg = text, function = n); create operator family of using hash;
        create operator class oc for type int4 using hash family of as operator 1 =, function 1 hashint4(int4);
        create conversion cv for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8; create text search configuration ts (copy = simple);
        create text search dictionary td (template = simple); create statistics st on id, e from t;
        create table parts (a int) partition by list (a); create table part partition of parts for values in (1);
        alter table t owner to backup_one; alter sequence s owner to backup_one; alter view v owner to backup_one;
        alter materialized view m owner to backup_one; alter type e owner to backup_one; alter domain d owner to backup_one;
        alter type c owner to backup_one; alter type r owner to backup_one; alter function f() owner to backup_one;
        alter procedure p() owner to backup_one; alter aggregate a(*) owner to backup_one; alter collation l owner to backup_one;
        alter aggregate o(float8 order by anyelement) owner to backup_one; alter operator ===(int, text) owner to backup_one;
        alter operator family of using hash owner to backup_one; alter operator class oc using hash owner to backup_one;
        alter conversion cv owner to backup_one; alter text search configuration ts owner to backup_one;
        alter text search dictionary td owner to backup_one; alter statistics st owner to backup_one;
        alter table part owner to backup_one; grant select on t to backup_two; revoke delete on t from backup_one;
        """#
}
