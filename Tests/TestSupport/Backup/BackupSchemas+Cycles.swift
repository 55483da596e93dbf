/// Schemas for backups, with few rows.
extension BackupSchemas {
    /// What needs a key, and what needs that; types of types; operators in checks and indexes.
    package static let latecomers = #"""
        create table t (id int primary key, x int, y text);
        create function late_sum() returns bigint language sql begin atomic select sum(x) from (select id,
            x from t group by id) q; end;
        create function late_imm(int) returns int language sql immutable begin atomic select $1 + 0 * count(*)::int from
            (select id, x from t group by id) q; end;
        create table d (a int default late_sum(), b bigint, check (late_sum() >= 0 or true));
        insert into d default values; create index on d (late_imm(a));
        alter table d add exclude using btree (late_imm(a) with =);
        create view late_v as select id, x from t group by id;
        create materialized view late_m as select count(*) as n, max(x) from late_v; create unique index on late_m (n);
        refresh materialized view late_m; create materialized view late_m2 as select * from late_m;
        create view over as select * from late_m2 where n = late_sum();
        create function iv() returns trigger language plpgsql as 'begin return new; end';
        create trigger iv instead of insert on late_v for each row execute function iv();
        grant select (id) on late_v to public; comment on column late_v.id is 'c';
        alter table d enable row level security; create policy p on d using (late_sum() > 0);
        create function ins() returns void language sql begin atomic insert into t values (1,
            2) on conflict on constraint t_pkey do nothing; end;
        create view v1 as select 1 as a; create function f1() returns setof v1 language sql begin atomic select a from v1;
        end; create view v2 as select * from f1();
        create function f2() returns setof v2 language sql as 'select * from v2';
        create or replace view v1 as select a from f2(); 
        create domain dd as int; create table td (x dd);
        create function cnt(int) returns bool language sql begin atomic select count(*) >= 0 from td; end;
        alter domain dd add constraint many check (cnt(value::int)); insert into td values (1);
        create function defarg(a int default late_sum()) returns int language sql as 'select a';
        create view uses_default as select defarg();
        alter table t add z int; create type comp as (a t, b late_v);
        create table with_comp (c comp, cs comp[], l late_v);
        create function comp_f(comp) returns t language sql as 'select ($1).a';
        alter table t alter z set default (comp_f(null)).x; create table rowtypes (r t, rs t[]);
        create domain comp_dom as comp check ((value).a is null or ((value).a).x > 0);
        create table cd (x comp_dom, y comp_dom[]);
        create function rdiff(numeric, numeric) returns float8 language sql immutable as 'select ($1 - $2)::float8';
        create type rng as range (subtype = numeric, subtype_diff = rdiff);
        create table r (a rng default '[1,2]', b rng[], m nummultirange, exclude using gist (a with &&));
        insert into r values ('[1,5)'); create domain rd as rng check (not isempty(value)); create type rofr as (x rd);
        create function rf(rd) returns rng language sql as 'select $1';
        create type e1 as enum ('0', 'a', 'b'); create domain e1d as e1 default 'b'; create table e (x e1d, y e1 default 'a' check (y >= '0'));
        create index on e (y) where y <> 'b';
        create view quoted as select 1 as "Select", 2 as "a b", 3 as "é""x";
        create view "V ""w""" as select * from quoted;
        create function "F f"(quoted) returns setof "V ""w""" language sql as 'select * from "V ""w"""';
        create function sq() returns int language sql as $$ select 1 $$ ;
        create operator @#@ (rightarg = text, function = upper); create view opv as select @#@ 'x'::text as u;
        create table opc (a text check (@#@ a = a), b text generated always as (@#@ a) stored);
        insert into opc values ('X'); create index on opc ((@#@ a));
        create sequence owned_by_view_col;
        create table ob (a int default nextval('owned_by_view_col'),
            b int default currval('owned_by_view_col'::regclass)); alter sequence owned_by_view_col owned by ob.a;
        create table ob2 (a int default nextval('owned_by_view_col'));
        """#
}
