-- What a person asked at a recipient abroad is open until staff have answered it; it has a clock.

alter table rights.request drop constraint request_kind_check;
alter table rights.request add constraint request_kind_check check (
    kind in ('access', 'copy', 'portability', 'correct', 'delete', 'restrict', 'withdraw', 'explain')
);
alter table rights.request alter column settled_at drop not null;
alter table rights.request
    add column heard text unique check (heard ~ '^hrd_[0-9a-hjkmnp-tv-z]{26}$'),
    add column source text check (length(source) between 1 and 64),
    add column due_at timestamptz,
    add column answer text check (answer in ('carried_out', 'refused', 'not_ours')),
    add column settled_by text check (length(settled_by) <= 64),
    add constraint request_heard_has_clock check ((heard is null) = (due_at is null)),
    add constraint request_settled_has_answer check (
        case when heard is null then settled_at is not null else (settled_at is null) = (answer is null) end
    );
create index request_open on rights.request (handler_id, id) where settled_at is null;

grant update (settled_at, settled_by, answer, erased, kept) on rights.request to yumen_app;
