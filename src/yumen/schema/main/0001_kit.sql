-- Mechanics shared by all modules: the job queue, the movable clock, remembered answers, alarms.

create schema jobs;
set local search_path = jobs;
-- include: procrastinate.sql
-- Behind a transaction pooler no connection keeps a search_path of its own: the functions bring theirs.
do $$
declare
    routine regprocedure;
begin
    for routine in select oid::regprocedure from pg_proc where pronamespace = 'jobs'::regnamespace loop
        execute format('alter function %s set search_path = jobs, pg_temp', routine);
        execute format('revoke execute on function %s from public', routine);
    end loop;
end;
$$;
set local search_path = '';

-- NOTIFY takes a lock that all commits of the cluster share, so acts that defer a job lose group commit (16 writers,
-- 2 cores, durable: 200-350 acts a second with it, 1,900-2,200 without). Workers look twice a second instead.
drop trigger procrastinate_jobs_notify_queue_job_inserted_v1 on jobs.procrastinate_jobs;
drop trigger procrastinate_jobs_notify_queue_job_aborted_v1 on jobs.procrastinate_jobs;

-- Dead letters are few and read in order; the queue is long.
create index procrastinate_jobs_dead on jobs.procrastinate_jobs (id) where status = 'failed';

grant usage on schema jobs to yumen_app;
grant select, insert, update, delete on all tables in schema jobs to yumen_app;
grant usage on all sequences in schema jobs to yumen_app;
grant execute on all functions in schema jobs to yumen_app;

grant usage on schema ops to yumen_app, yumen_sequencer, yumen_staff;

-- Why a job failed the last time: a code, never a message.
create table ops.job_failure (
    job_id bigint primary key references jobs.procrastinate_jobs (id) on delete cascade,
    code text not null check (length(code) <= 100),
    attempts integer not null,
    failed_at timestamptz not null,
    discarded_at timestamptz,
    discarded_reason text check (length(discarded_reason) <= 200)
);
grant select, insert, update, delete on ops.job_failure to yumen_app;

-- How far the business clock is moved; zero in production. Only the owner moves it.
create table ops.clock (
    one boolean primary key default true check (one),
    ahead interval not null default interval '0'
);
insert into ops.clock default values;
grant select on ops.clock to yumen_app, yumen_sequencer, yumen_staff;

-- What a writing route answered, so that a repeated request gets the same answer: ids, never personal values.
-- The key is hashed, since callers choose it.
create table ops.idempotency (
    handler_id bigint not null,
    actor text not null,
    key_hash bytea not null check (octet_length(key_hash) = 32),
    route text not null,
    request_hash bytea not null check (octet_length(request_hash) = 32),
    outcome jsonb,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    primary key (handler_id, actor, key_hash)
);
create index idempotency_expires on ops.idempotency (expires_at);
grant select, insert, update, delete on ops.idempotency to yumen_app;

-- What somebody should look at: one open row for each kind and place.
create table ops.alarm (
    id bigint generated always as identity primary key,
    code text not null check (length(code) <= 100),
    place text not null check (length(place) <= 200),
    times integer not null default 1,
    raised_at timestamptz not null,
    last_at timestamptz not null,
    cleared_at timestamptz
);
create unique index alarm_open on ops.alarm (code, place) where cleared_at is null;
grant select, insert, update on ops.alarm to yumen_app, yumen_sequencer;
grant select on ops.alarm to yumen_staff;
