-- What a paid order of the peer reads and writes: the same rows as ours, in the shape most backends give them.

create table article (
    sku text primary key,
    title_en text not null,
    title_zh text not null,
    category text not null,
    list_fen bigint not null
);

create table stock (
    sku text primary key references article (sku),
    on_hand bigint not null check (on_hand >= reserved),
    reserved bigint not null default 0 check (reserved >= 0)
) with (fillfactor = 50);

create table purchase (
    id text primary key,
    subject_id bigint not null references subject (id),
    state text not null,
    total_fen bigint not null,
    paid_fen bigint not null default 0,
    recipient_sealed bytea not null,
    recipient_index bytea not null,
    phone_sealed bytea not null,
    phone_index bytea not null,
    address_sealed bytea not null,
    placed_at timestamptz not null,
    pay_by_at timestamptz not null,
    paid_at timestamptz
);
create index purchase_subject on purchase (subject_id, id);
create index purchase_phone on purchase (phone_index);
create index purchase_recipient on purchase (recipient_index);
create index purchase_unpaid on purchase (pay_by_at) where state = 'awaiting_payment';

create table line (
    purchase_id text not null references purchase (id),
    number integer not null,
    sku text not null,
    title text not null,
    category text not null,
    quantity integer not null,
    due_fen bigint not null,
    primary key (purchase_id, number)
);

create table reservation (
    purchase_id text primary key references purchase (id),
    state text not null,
    expires_at timestamptz not null
);
create index reservation_held on reservation (expires_at) where state = 'held';

create table event (
    id bigint generated always as identity primary key,
    purchase_id text not null references purchase (id),
    act text not null,
    at timestamptz not null
);
create index event_purchase on event (purchase_id, id);

create table payment (
    id text primary key,
    purchase_id text not null references purchase (id),
    amount_fen bigint not null,
    state text not null,
    prepay_id text,
    transaction_id text unique,
    created_at timestamptz not null,
    paid_at timestamptz
);
create index payment_purchase on payment (purchase_id);

create table member (
    subject_id bigint primary key references subject (id),
    tier text not null default '',
    points bigint not null default 0
) with (fillfactor = 80);

create table lot (
    id bigint generated always as identity primary key,
    subject_id bigint not null references subject (id),
    expires_at timestamptz not null,
    left_points bigint not null check (left_points >= 0),
    unique (subject_id, expires_at)
) with (fillfactor = 80);

create table posting (
    id text primary key,
    subject_id bigint not null references subject (id),
    reference text not null unique,
    points bigint not null,
    explanation jsonb not null,
    posted_at timestamptz not null
);

create table entry (
    posting_id text not null references posting (id),
    number integer not null,
    account text not null,
    subject_id bigint not null,
    lot_id bigint references lot (id),
    points bigint not null,
    primary key (posting_id, number)
);
create index entry_subject on entry (subject_id, posting_id);
