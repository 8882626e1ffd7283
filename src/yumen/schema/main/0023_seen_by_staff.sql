-- What staff are shown: alarms of their own handler, what was refused to whom asked; orders, claims and invoices by state.

-- 0: an alarm of the whole installation, for the staff of every handler.
alter table ops.alarm
    add column handler_id bigint not null default 0,
    add column cleared_by text check (length(cleared_by) <= 64);
drop index ops.alarm_open;
create unique index alarm_open on ops.alarm (handler_id, code, place) where cleared_at is null;

-- Requests that were answered with a problem: how often on a day, by route and code; about nobody.
create table ops.refusal (
    handler_id bigint not null,
    day date not null,
    route text not null check (length(route) <= 200),
    code text not null check (length(code) <= 100),
    times bigint not null check (times > 0),
    last_at timestamptz not null,
    primary key (handler_id, day, route, code)
);
create index refusal_day on ops.refusal (day);
grant select, insert, update, delete on ops.refusal to yumen_app;
grant select on ops.refusal to yumen_staff;

-- The states that pass, in which few of many orders are; the others are found soon along `purchase_handler`.
create index purchase_in_state on orders.purchase (handler_id, state, id desc) where state in ('paid', 'refunding');
create index refund_stuck on orders.refund (handler_id, id) where state = 'abnormal' or (state = 'failed' and not followed);
create index claim_of_handler on orders.claim (handler_id, state, id);
create index invoice_of_handler on orders.invoice (handler_id, state, purchase_id);
drop index orders.invoice_asked;
