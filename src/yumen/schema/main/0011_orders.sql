-- What was ordered, paid, delivered, given back; and what WeChat Pay's bills say of it. Money is whole fen (CNY 0.01).
-- Who gets the parcel and where is sealed; two blind indexes let staff find an order by phone number or name.

create schema orders;
grant usage on schema orders to yumen_app;

-- The address book: part of the membership, and gone with it. What goes into an order is a copy under another key.
create table orders.address (
    id text primary key check (id ~ '^adr_[0-9a-hjkmnp-tv-z]{26}$'),
    handler_id bigint not null references identity.handler (id),
    subject_id bigint not null references identity.subject (id),
    recipient_sealed bytea not null,
    phone_sealed bytea not null,
    address_sealed bytea not null,
    preferred boolean not null,
    changed_at timestamptz not null
);
create index address_subject on orders.address (subject_id);

create table orders.cart_line (
    subject_id bigint not null references identity.subject (id),
    sku text not null check (length(sku) between 1 and 64),
    quantity integer not null check (quantity between 1 and 99),
    added_at timestamptz not null,
    primary key (subject_id, sku)
);

-- One order. The moments say how far it came; `state` is one of the table in `states.py`.
-- `paid_fen` is 0 or the total; `refund_asked_fen` counts refunds that are not failed, `refunded_fen` those done.
create table orders.purchase (
    id text primary key check (id ~ '^ord_[0-9a-hjkmnp-tv-z]{26}$'),
    handler_id bigint not null references identity.handler (id),
    subject_id bigint not null references identity.subject (id),
    app_id bigint not null references identity.app (id),
    state text not null check (state in (
        'awaiting_payment', 'paid', 'shipped', 'received', 'completed',
        'cancelled', 'refunding', 'refunded', 'partially_refunded'
    )),
    reservation text not null,
    coupons text[] not null check (cardinality(coupons) <= 5),
    points integer not null default 0 check (points >= 0),
    goods_fen bigint not null check (goods_fen >= 0),
    shipping_fen bigint not null check (shipping_fen >= 0),
    total_fen bigint not null check (total_fen between 0 and 100000000000),
    paid_fen bigint not null default 0 check (paid_fen in (0, total_fen)),
    refund_asked_fen bigint not null default 0 check (refund_asked_fen between 0 and paid_fen),
    refunded_fen bigint not null default 0 check (refunded_fen between 0 and refund_asked_fen),
    recipient_sealed bytea not null,
    recipient_index bytea not null check (octet_length(recipient_index) = 16),
    phone_sealed bytea not null,
    phone_index bytea not null check (octet_length(phone_index) = 16),
    address_sealed bytea not null,
    placed_at timestamptz not null,
    pay_by_at timestamptz not null,
    paid_at timestamptz,
    shipped_at timestamptz,
    received_at timestamptz,
    completed_at timestamptz,
    closed_at timestamptz,
    check (goods_fen + shipping_fen = total_fen)
) with (fillfactor = 85);
create index purchase_subject on orders.purchase (subject_id, id desc);
create index purchase_handler on orders.purchase (handler_id, id desc);
create index purchase_phone on orders.purchase (handler_id, phone_index);
create index purchase_recipient on orders.purchase (handler_id, recipient_index);
create index purchase_unpaid on orders.purchase (pay_by_at) where state = 'awaiting_payment';
create index purchase_unshipped on orders.purchase (paid_at)
    where shipped_at is null and state in ('paid', 'partially_refunded');
create index purchase_under_way on orders.purchase (shipped_at)
    where completed_at is null and shipped_at is not null and state in ('shipped', 'received', 'partially_refunded');

-- `steps` explains the price: [["list", 20000], ["campaign", -2000] …], summing up to `due_fen`.
create table orders.line (
    purchase_id text not null references orders.purchase (id),
    number integer not null check (number between 1 and 100),
    sku text not null,
    title_en text not null,
    title_zh text not null,
    category text not null,
    quantity integer not null check (quantity between 1 and 99),
    due_fen bigint not null check (due_fen >= 0),
    steps jsonb not null,
    refunded_quantity integer not null default 0 check (refunded_quantity between 0 and quantity),
    primary key (purchase_id, number)
);

-- Every move, in order, never changed.
create table orders.event (
    id bigint generated always as identity primary key,
    purchase_id text not null references orders.purchase (id),
    act text not null,
    source text not null,
    target text not null,
    actor text not null,
    at timestamptz not null
);
create index event_purchase on orders.event (purchase_id, id);

-- An attempt to have an order paid; its id is the out_trade_no. What was asked of WeChat Pay never changes.
create table orders.payment (
    id text primary key check (id ~ '^pay_[0-9a-hjkmnp-tv-z]{26}$'),
    purchase_id text not null references orders.purchase (id),
    handler_id bigint not null references identity.handler (id),
    appid text not null,
    mchid text not null,
    amount_fen bigint not null check (amount_fen > 0),
    description text not null,
    expires_at timestamptz not null,
    state text not null check (state in ('intended', 'ready', 'paid', 'surplus', 'closed')),
    prepay_id text,
    prepay_at timestamptz,
    transaction_id text,
    paid_at timestamptz,
    asked integer not null default 0,
    ask_at timestamptz,
    created_at timestamptz not null,
    check ((state in ('paid', 'surplus')) = (transaction_id is not null)),
    check ((state in ('paid', 'surplus')) = (paid_at is not null))
) with (fillfactor = 85);
create index payment_purchase on orders.payment (purchase_id);
create index payment_to_ask on orders.payment (ask_at) where ask_at is not null;
create index payment_day on orders.payment (mchid, paid_at) where paid_at is not null;
create unique index payment_transaction on orders.payment (mchid, transaction_id) where transaction_id is not null;

-- A refund; its id is the out_refund_no. `lines` are pairs of line number and pieces.
create table orders.refund (
    id text primary key check (id ~ '^ref_[0-9a-hjkmnp-tv-z]{26}$'),
    purchase_id text not null references orders.purchase (id),
    payment_id text not null references orders.payment (id),
    handler_id bigint not null references identity.handler (id),
    mchid text not null,
    amount_fen bigint not null check (amount_fen > 0),
    total_fen bigint not null check (total_fen >= amount_fen),
    cause text not null,
    lines jsonb not null,
    restock boolean not null,
    surplus boolean not null,
    follows text references orders.refund (id),
    followed boolean not null default false,
    state text not null check (state in ('asked', 'sent', 'processing', 'abnormal', 'done', 'failed')),
    refund_id text,
    sent integer not null default 0,
    ask_at timestamptz,
    accepted_at timestamptz,
    settled_at timestamptz,
    billed_on date,
    asked_at timestamptz not null
) with (fillfactor = 85);
create index refund_purchase on orders.refund (purchase_id);
create index refund_to_ask on orders.refund (ask_at) where ask_at is not null;
create index refund_day on orders.refund (mchid, accepted_at) where accepted_at is not null;
create unique index refund_follows on orders.refund (follows) where follows is not null;

-- What came to the payment hook and was not believed, or did not fit: counted, for staff to see.
create table orders.refused_notice (
    mchid text not null,
    day date not null,
    why text not null,
    times bigint not null,
    last_at timestamptz not null,
    primary key (mchid, day, why)
);

create table orders.parcel (
    id text primary key check (id ~ '^pcl_[0-9a-hjkmnp-tv-z]{26}$'),
    purchase_id text not null references orders.purchase (id),
    handler_id bigint not null references identity.handler (id),
    carrier text not null,
    tracking_no text not null check (length(tracking_no) between 1 and 128),
    shipped_at timestamptz not null,
    upload text not null check (upload in ('waiting', 'done', 'refused', 'needless')),
    upload_errcode integer,
    uploaded_at timestamptz,
    reminded_at timestamptz
);
create index parcel_purchase on orders.parcel (purchase_id);
create index parcel_waiting on orders.parcel (shipped_at) where upload in ('waiting', 'refused');

-- 售后: money back, or goods back and then money back.
create table orders.claim (
    id text primary key check (id ~ '^clm_[0-9a-hjkmnp-tv-z]{26}$'),
    purchase_id text not null references orders.purchase (id),
    handler_id bigint not null references identity.handler (id),
    subject_id bigint not null references identity.subject (id),
    kind text not null check (kind in ('refund_only', 'return_and_refund')),
    reason text not null,
    lines jsonb not null,
    amount_fen bigint not null check (amount_fen > 0),
    story_sealed bytea,
    state text not null check (state in (
        'opened', 'approved', 'returned', 'refunding', 'settled', 'rejected', 'withdrawn', 'lapsed'
    )),
    carrier text,
    tracking_no text,
    refund_id text references orders.refund (id),
    due_at timestamptz,
    opened_at timestamptz not null,
    changed_at timestamptz not null
);
create index claim_purchase on orders.claim (purchase_id);
create index claim_due on orders.claim (due_at) where due_at is not null;
create unique index claim_open on orders.claim (purchase_id)
    where state in ('opened', 'approved', 'returned', 'refunding');

create table orders.evidence (
    claim_id text not null references orders.claim (id),
    number integer not null check (number between 1 and 6),
    picture_sealed bytea not null,
    primary key (claim_id, number)
);
alter table orders.evidence alter column picture_sealed set storage external;

-- 发票: what the shopper wants written on the invoice; issuing it is the tax platform's.
create table orders.invoice (
    purchase_id text primary key references orders.purchase (id),
    handler_id bigint not null references identity.handler (id),
    subject_id bigint not null references identity.subject (id),
    kind text not null check (kind in ('person', 'company')),
    title_sealed bytea not null,
    tax_number_sealed bytea,
    email_sealed bytea,
    state text not null check (state in ('asked', 'issued', 'cancelled')),
    asked_at timestamptz not null,
    issued_at timestamptz,
    check (kind = 'person' or tax_number_sealed is not null)
);
create index invoice_asked on orders.invoice (handler_id, asked_at) where state = 'asked';

-- One day's trade bill of one merchant, compared.
create table orders.bill (
    handler_id bigint not null references identity.handler (id),
    mchid text not null,
    day date not null,
    hash text,
    rows integer not null,
    differences integer not null,
    compared_at timestamptz not null,
    primary key (mchid, day)
);

-- The rows of the one bill that is being compared; emptied in the same transaction, so nothing of it stays.
create unlogged table orders.staged_bill (
    what text not null,
    number text not null,
    transaction_id text not null,
    appid text not null,
    state text not null,
    currency text not null,
    amount_fen bigint not null,
    settled_fen bigint not null,
    fee_milli_fen bigint not null
);

-- What differs between the bill and the ledger, until a person has settled it.
create table orders.difference (
    id text primary key check (id ~ '^cas_[0-9a-hjkmnp-tv-z]{26}$'),
    handler_id bigint not null references identity.handler (id),
    mchid text not null,
    day date not null,
    what text not null check (what in ('payment', 'refund')),
    reason text not null check (reason in ('we_lack', 'they_lack', 'amount', 'state', 'fee', 'twice', 'number')),
    number text not null check (length(number) between 1 and 64),
    ours_fen bigint,
    theirs_fen bigint,
    ours_state text,
    theirs_state text,
    found_at timestamptz not null,
    settled_at timestamptz,
    settled_by text,
    settlement text,
    unique (mchid, day, what, reason, number)
);
create index difference_day on orders.difference (mchid, day);
create index difference_open on orders.difference (handler_id, id) where settled_at is null;

grant select, insert, update, delete on
    orders.address, orders.cart_line, orders.evidence, orders.claim, orders.invoice to yumen_app;
grant select, insert, update on
    orders.purchase, orders.line, orders.payment, orders.refund, orders.refused_notice, orders.parcel,
    orders.bill, orders.difference to yumen_app;
grant select, insert on orders.event to yumen_app;
grant select, insert, truncate on orders.staged_bill to yumen_app;
