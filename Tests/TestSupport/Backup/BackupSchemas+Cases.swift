/// Schemas for backups, with few rows.
extension BackupSchemas {
    /// Code of the schema that reads its tables while constraints are made and rows come in (case O1).
    package static let codeThatReadsTables = #"""
        create table z_dict(val text unique);
        create function in_dict(p text) returns boolean language sql stable as
            $$ select exists (select 1 from z_dict where val = p) $$;
        create table a_data(val text check (in_dict(val)));
        insert into z_dict values ('x'); insert into a_data values ('x');
        create domain d as text check (in_dict(value)); create table a_domain (v d); insert into a_domain values ('x');
        create function plen(p text) returns int language plpgsql immutable as
            $$ begin return length(p) + (select count(*)::int*0 from z_dict); end $$;
        create table a_gen (v text, l int generated always as (plen(v)) stored, x int default plen('a'));
        create index on a_gen (plen(v)); insert into a_gen values ('abc');
        create table a_exc (v text, exclude using btree (plen(v) with =)); insert into a_exc values ('q');
        create materialized view mv as select in_dict('x') as x with no data;
        """#

    /// Extensions: in the schema, in schemas of their own, and named by nothing but the text of a function (case O2).
    package static let extensions = #"""
        create extension btree_gist; create table e(id int, during tstzrange, exclude using gist (id with =, during with &&));
        insert into e values (1, '[2020-01-01,2020-02-01)');
        create schema ext; create extension citext schema ext; create table c (x ext.citext); insert into c values ('A');
        create schema ext2; create extension pg_trgm schema ext2;
        create function sim(a text, b text) returns real language plpgsql as $$ begin return ext2.similarity(a, b); end $$;
        """#

    /// Default privileges, privileges that owners lack, the privileges of and the comment on the schema (case O3).
    package static let privileges = #"""
        do $$ begin create role backup_reader; exception when duplicate_object or unique_violation then null; end $$;
        do $$ begin create role backup_writer; exception when duplicate_object or unique_violation then null; end $$;
        alter default privileges grant select on tables to backup_reader;
        alter default privileges in schema public grant insert on tables to backup_writer with grant option;
        alter default privileges for role backup_reader revoke execute on functions from public;
        alter default privileges for role backup_writer in schema public grant usage on sequences to backup_reader, public;
        create table t (a int); create table own (a int); revoke insert, update on own from postgres;
        grant select on own to backup_reader;
        grant create on schema public to backup_reader; comment on schema public is 'mine';
        revoke usage on schema public from public;
        """#

    /// Two schemas that need each other (case O4).
    package static let twoSchemas = #"""
        create schema extra; create table extra.x(id int primary key); insert into extra.x values (1);
        create view public.vx as select * from extra.x;
        create function extra.f() returns int language sql as 'select 1';
        create table public.t (a int default extra.f(), b int references extra.x);
        create type extra.e as enum ('a'); create table public.u (e extra.e); create index on public.t (abs(a));
        create sequence extra.s; create table public.w (a int default nextval('extra.s'));
        """#
}
