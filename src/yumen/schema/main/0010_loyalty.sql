-- Members, their points in double entry, the dated programs by which they earn and rise, and their coupons.

create schema loyalty;
grant usage on schema loyalty to yumen_app;

-- Somebody enrolled, under the subject that enrolled. The number is what the card shows; only its seal and index are here.
create table loyalty.member (
    subject_id bigint primary key references identity.subject (id),
    handler_id bigint not null references identity.handler (id),
    number_sealed bytea not null,
    number_index bytea not null check (octet_length(number_index) = 16),
    enrolled_at timestamptz not null,
    tier text not null default '' check (length(tier) <= 32),
    tier_since_at timestamptz,
    tier_until_at timestamptz
);
create unique index member_number on loyalty.member (handler_id, number_index);
create index member_of_handler on loyalty.member (handler_id, subject_id);
create index member_tier_due on loyalty.member (handler_id, tier_until_at, subject_id) where tier_until_at is not null;
grant select, insert, update, delete on loyalty.member to yumen_app;

-- The code a phone shows at the till for a minute: one a person, used once. Only its SM3 is here.
create table loyalty.card_code (
    subject_id bigint primary key references identity.subject (id),
    handler_id bigint not null,
    code_hash bytea not null unique check (octet_length(code_hash) = 32),
    expires_at timestamptz not null
);
grant select, insert, update, delete on loyalty.card_code to yumen_app;

-- How points are earned and what lifts a member: written once, adopted by a second person, never changed.
create table loyalty.program (
    handler_id bigint not null references identity.handler (id),
    kind text not null check (kind in ('earning', 'tiers')),
    version integer not null check (version > 0),
    body jsonb not null check (pg_column_size(body) <= 65536),
    body_hash bytea not null check (octet_length(body_hash) = 32),
    starts_at timestamptz not null,
    proposed_by text not null check (length(proposed_by) <= 40),
    proposed_at timestamptz not null,
    adopted_at timestamptz,
    primary key (handler_id, kind, version)
);
grant select, insert, update (adopted_at) on loyalty.program to yumen_app;

-- One act on somebody's points. (source_kind, reference, rule) is what it stands for and is booked once.
create table loyalty.posting (
    id text primary key check (id ~ '^pst_[0-9a-hjkmnp-tv-z]{26}$'),
    handler_id bigint not null,
    subject_id bigint not null references identity.subject (id),
    act text not null check (act in ('earn', 'redeem', 'reverse', 'restore', 'adjust', 'expire')),
    source_kind text not null check (source_kind ~ '^[a-z][a-z0-9_]{0,31}$'),
    reference text not null check (reference ~ '^[A-Za-z0-9._:-]{1,64}$'),
    rule text not null check (rule ~ '^[A-Za-z0-9._:-]{0,64}$'),
    points bigint not null check (points <> 0),
    reverses text references loyalty.posting (id),
    reason text check (reason ~ '^[a-z][a-z0-9_]{0,40}$'),
    explanation jsonb,
    posted_at timestamptz not null,
    unique (handler_id, source_kind, reference, rule),
    check ((act in ('reverse', 'restore')) = (reverses is not null)),
    check (points > 0 or act = 'adjust')
);
create index posting_reverses on loyalty.posting (reverses) where reverses is not null;

-- Points of one person that end at the same moment. What is left is what the entries say; the check recounts it.
create table loyalty.lot (
    id bigint generated always as identity primary key,
    handler_id bigint not null,
    subject_id bigint not null references identity.subject (id),
    expires_at timestamptz not null,
    left_points bigint not null default 0 check (left_points >= 0),
    expired_points bigint not null default 0 check (expired_points >= 0),
    unique (subject_id, expires_at)
) with (fillfactor = 80);
create index lot_due on loyalty.lot (handler_id, expires_at, id) where left_points > 0;

-- The lines of a posting; they sum to zero. Credit is positive: `member` is what we owe people, `owed` (never above
-- zero) what they owe us. Nobody may change or delete one.
create table loyalty.entry (
    posting_id text not null references loyalty.posting (id),
    line smallint not null,
    account text not null check (account in ('member', 'owed', 'issued', 'redeemed', 'expired', 'adjusted')),
    subject_id bigint not null,
    lot_id bigint references loyalty.lot (id),
    points bigint not null check (points <> 0),
    primary key (posting_id, line),
    check ((account in ('member', 'expired')) = (lot_id is not null))
);
create index entry_of_subject on loyalty.entry (subject_id, posting_id);

-- What somebody has, cached: the row that every act on their points locks first.
create table loyalty.balance (
    subject_id bigint primary key references identity.subject (id),
    handler_id bigint not null,
    points bigint not null default 0 check (points >= 0),
    owed bigint not null default 0 check (owed >= 0)
) with (fillfactor = 80);

grant select, insert on loyalty.posting, loyalty.entry to yumen_app;
grant select, insert, update (left_points, expired_points) on loyalty.lot to yumen_app;
grant select, insert, update (points, owed) on loyalty.balance to yumen_app;

-- Whether somebody was told that points end: decided once for each person and moment.
create table loyalty.expiry_notice (
    subject_id bigint not null references identity.subject (id),
    expires_at timestamptz not null,
    decision text not null check (decision in ('told', 'no_consent')),
    decided_at timestamptz not null,
    primary key (subject_id, expires_at)
);
grant select, insert on loyalty.expiry_notice to yumen_app;

-- What a coupon of a kind is worth and whom it may go to. The terms never change; it may be closed.
create table loyalty.coupon_definition (
    id text primary key check (id ~ '^cpd_[0-9a-hjkmnp-tv-z]{26}$'),
    handler_id bigint not null references identity.handler (id),
    terms jsonb not null check (pg_column_size(terms) <= 8192),
    per_person_max integer not null check (per_person_max between 1 and 100),
    total_max bigint check (total_max > 0),
    issued bigint not null default 0 check (issued >= 0 and (total_max is null or issued <= total_max)),
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    valid_days integer not null check (valid_days between 1 and 3660),
    defined_at timestamptz not null,
    closed_at timestamptz,
    check (ends_at > starts_at)
);
create index coupon_definition_handler on loyalty.coupon_definition (handler_id, id);
grant select, insert, update (issued, closed_at) on loyalty.coupon_definition to yumen_app;

-- A coupon for each member (of a tier): issued in chunks, by subject, so that it goes on where it stopped.
create table loyalty.coupon_batch (
    id text primary key check (id ~ '^cpb_[0-9a-hjkmnp-tv-z]{26}$'),
    handler_id bigint not null,
    definition_id text not null references loyalty.coupon_definition (id),
    reference text not null check (reference ~ '^[A-Za-z0-9._:-]{1,64}$'),
    tier text check (length(tier) <= 32),
    reached_subject_id bigint not null default 0,
    issued bigint not null default 0,
    begun_at timestamptz not null,
    done_at timestamptz,
    unique (handler_id, reference)
);
grant select, insert, update (reached_subject_id, issued, done_at) on loyalty.coupon_batch to yumen_app;

-- A code that gives its bearer one coupon. Only its SM3 is here.
create table loyalty.coupon_code (
    handler_id bigint not null,
    code_hash bytea not null check (octet_length(code_hash) = 32),
    definition_id text not null references loyalty.coupon_definition (id),
    made_at timestamptz not null,
    claimed_by_id bigint references identity.subject (id),
    claimed_at timestamptz,
    primary key (handler_id, code_hash)
);
grant select, insert, update (claimed_by_id, claimed_at) on loyalty.coupon_code to yumen_app;

-- How often somebody tried a code in an hour.
create table loyalty.claim_attempt (
    subject_id bigint not null references identity.subject (id),
    hour_at timestamptz not null,
    times integer not null,
    primary key (subject_id, hour_at)
);
create index claim_attempt_hour on loyalty.claim_attempt (hour_at);
grant select, insert, update, delete on loyalty.claim_attempt to yumen_app;

-- One coupon of one person. `number` counts the person's coupons of that definition.
create table loyalty.coupon (
    id text primary key check (id ~ '^cpn_[0-9a-hjkmnp-tv-z]{26}$'),
    handler_id bigint not null,
    definition_id text not null references loyalty.coupon_definition (id),
    subject_id bigint not null references identity.subject (id),
    number integer not null check (number > 0),
    batch_id text references loyalty.coupon_batch (id),
    state text not null default 'issued' check (state in ('issued', 'reserved', 'consumed')),
    issued_at timestamptz not null,
    expires_at timestamptz not null,
    reserved_for text check (reserved_for ~ '^[A-Za-z0-9._:-]{1,64}$'),
    reserved_until_at timestamptz,
    unique (definition_id, subject_id, number),
    check ((state = 'issued') = (reserved_for is null))
) with (fillfactor = 80);
create index coupon_of_subject on loyalty.coupon (subject_id, id);
create unique index coupon_of_batch on loyalty.coupon (batch_id, subject_id) where batch_id is not null;
create index coupon_reserved_for on loyalty.coupon (handler_id, reserved_for) where reserved_for is not null;
grant select, insert, update (state, reserved_for, reserved_until_at) on loyalty.coupon to yumen_app;
