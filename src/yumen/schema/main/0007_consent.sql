-- What people were shown and what they answered. Answers are codes only, never changed; each names its notice and leaf.

create schema consent;
grant usage on schema consent to yumen_app;

-- A notice as it was shown, byte for byte (`body`, canonical JSON) with its SM3. A change is a new version; a material
-- one (another purpose, method, kind of data, recipient or period) asks everybody again.
create table consent.notice (
    id bigint generated always as identity primary key,
    handler_id bigint not null,
    purpose text not null check (length(purpose) <= 32),
    version integer not null check (version > 0),
    notice_hash bytea not null check (octet_length(notice_hash) = 32),
    matter_hash bytea not null check (octet_length(matter_hash) = 32),
    material boolean not null,
    body bytea not null check (octet_length(body) <= 65536),
    registered_at timestamptz not null,
    unique (handler_id, purpose, version)
);
create index notice_material on consent.notice (handler_id, purpose, version) where material;

-- One answer; the newest of a person and purpose (`seq`) is what holds. `cause` says whether the person or a merge
-- spoke. `leaf_xid`, `leaf_id` are the leaf's key in `trail.entry`.
create table consent.answer (
    seq bigint generated always as identity,
    id text primary key check (id ~ '^cns_[0-9a-hjkmnp-tv-z]{26}$'),
    subject_id bigint not null references identity.subject (id),
    handler_id bigint not null,
    purpose text not null check (length(purpose) <= 32),
    state text not null check (state in ('given', 'refused', 'withdrawn')),
    cause text not null check (cause in ('person', 'merge')),
    notice_id bigint not null references consent.notice (id),
    language text not null check (language in ('en', 'zh')),
    answered_at timestamptz not null,
    leaf_xid bigint not null,
    leaf_id bigint not null
);
create index answer_newest on consent.answer (subject_id, purpose, seq desc);
create index answer_of_person on consent.answer (subject_id, id);

create view consent.current as
select distinct on (subject_id, purpose)
       subject_id, purpose, id, seq, state, cause, notice_id, language, answered_at
  from consent.answer
 order by subject_id, purpose, seq desc;

-- The only way an answer ever goes: the whole chain of a purpose whose consent ended before that moment.
create function consent.erase_ended(person bigint, before timestamptz) returns bigint
language sql security definer set search_path = pg_catalog, pg_temp as $$
    with gone as (
        delete from consent.answer a
         using consent.current c
         where a.subject_id = person and c.subject_id = person and c.purpose = a.purpose
           and c.state <> 'given' and c.answered_at < before
        returning a.seq
    )
    select count(*) from gone
$$;
revoke all on function consent.erase_ended(bigint, timestamptz) from public;

grant select, insert on consent.notice, consent.answer to yumen_app;
grant select on consent.current to yumen_app;
grant execute on function consent.erase_ended(bigint, timestamptz) to yumen_app;
