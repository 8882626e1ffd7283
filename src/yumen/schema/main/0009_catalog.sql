-- What is sold: categories, products with their variants (SKU), pictures, prices, campaigns, and how much of it is there.
-- Nothing here is about a person.

create schema catalog;
grant usage on schema catalog to yumen_app;

-- A tree; a category keeps its parent for life, so that `ancestors` (itself last) never changes.
create table catalog.category (
    id bigint generated always as identity primary key,
    handler_id bigint not null references identity.handler (id),
    brand_id bigint not null references identity.brand (id),
    code text not null check (code ~ '^[a-z0-9][a-z0-9_-]{0,31}$'),
    parent_id bigint references catalog.category (id),
    ancestors bigint[] not null check (cardinality(ancestors) <= 6),
    name_en text not null check (length(name_en) <= 80),
    name_zh text not null check (length(name_zh) <= 80),
    place integer not null default 0,
    unique (handler_id, code)
);
create index category_brand on catalog.category (brand_id, place, id);

-- Pictures are named by their content (SHA-256), so an address never shows anything else.
create table catalog.image (
    hash bytea primary key check (octet_length(hash) = 32),
    media_type text not null check (media_type in ('image/png', 'image/jpeg', 'image/webp')),
    content bytea not null check (octet_length(content) <= 1048576),
    put_at timestamptz not null
);
alter table catalog.image alter column content set storage external;

create table catalog.product (
    id bigint generated always as identity primary key,
    ref text not null unique check (ref ~ '^prd_[0-9a-hjkmnp-tv-z]{26}$'),
    handler_id bigint not null references identity.handler (id),
    brand_id bigint not null references identity.brand (id),
    code text not null check (code ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$'),
    category_id bigint references catalog.category (id),
    status text not null check (status in ('draft', 'published', 'archived')),
    name_en text not null check (length(name_en) <= 120),
    name_zh text not null check (length(name_zh) <= 120),
    text_en text not null check (length(text_en) <= 4000),
    text_zh text not null check (length(text_zh) <= 4000),
    image_hashes bytea[] not null check (cardinality(image_hashes) <= 9),
    publish_from_at timestamptz,
    publish_until_at timestamptz check (publish_until_at > publish_from_at),
    published_at timestamptz,
    changed_at timestamptz not null,
    unique (handler_id, code)
);

create table catalog.sku (
    id bigint generated always as identity primary key,
    ref text not null unique check (ref ~ '^sku_[0-9a-hjkmnp-tv-z]{26}$'),
    handler_id bigint not null references identity.handler (id),
    product_id bigint not null references catalog.product (id),
    code text not null check (code ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$'),
    name_en text not null check (length(name_en) <= 80),
    name_zh text not null check (length(name_zh) <= 80),
    list_fen bigint not null check (list_fen between 1 and 100000000),
    weight_g integer not null default 0 check (weight_g between 0 and 1000000),
    place integer not null default 0,
    active boolean not null default true,
    unique (handler_id, code)
);
create index sku_product on catalog.sku (product_id, place, id);

create table catalog.member_price (
    sku_id bigint not null references catalog.sku (id),
    tier text not null check (tier ~ '^[a-z][a-z0-9_-]{0,31}$'),
    price_fen bigint not null check (price_fen between 1 and 100000000),
    primary key (sku_id, tier)
);

-- A dated reduction of a brand (target 0), a category with all below it, or one SKU.
create table catalog.campaign (
    id bigint generated always as identity primary key,
    handler_id bigint not null references identity.handler (id),
    brand_id bigint not null references identity.brand (id),
    code text not null check (code ~ '^[a-z0-9][a-z0-9_-]{0,31}$'),
    name_en text not null check (length(name_en) <= 80),
    name_zh text not null check (length(name_zh) <= 80),
    scope text not null check (scope in ('brand', 'category', 'sku')),
    target_id bigint not null,
    kind text not null check (kind in ('percent', 'amount')),
    off_bp integer not null default 0 check (off_bp between 0 and 9900),
    off_fen bigint not null default 0 check (off_fen between 0 and 100000000),
    from_at timestamptz not null,
    until_at timestamptz not null check (until_at >= from_at),
    unique (handler_id, code),
    check ((kind = 'percent') = (off_bp > 0)),
    check ((kind = 'amount') = (off_fen > 0))
);
create index campaign_running on catalog.campaign (brand_id, until_at);

-- Published products as pages and searches show them; derived, rewritten with the product, so that a page is one table
-- (planning six took longer than reading them). Of the active variants `skus`, `list_fen` and `member_fen` (an array of
-- tier prices) go together. The word lists lie outside the row, so that going through a page reads little.
create table catalog.listing (
    product_id bigint primary key references catalog.product (id),
    brand_id bigint not null,
    ref text not null,
    name_en text not null,
    name_zh text not null,
    image_hash bytea,
    categories bigint[] not null,
    skus bigint[] not null,
    list_fen bigint[] not null,
    member_fen jsonb not null,
    listed_at timestamptz not null,
    price_fen bigint not null,
    from_at timestamptz not null,
    until_at timestamptz not null,
    name_words tsvector not null,
    words tsvector not null
) with (toast_tuple_target = 512);
alter table catalog.listing alter column name_words set storage external;
alter table catalog.listing alter column words set storage external;
create index listing_newest on catalog.listing (brand_id, listed_at desc, product_id desc);
create index listing_price on catalog.listing (brand_id, price_fen, product_id);
create index listing_name_words on catalog.listing using gin (name_words) with (fastupdate = off);
create index listing_words on catalog.listing using gin (words) with (fastupdate = off);

-- Where a published product lies: its category and each one above it.
create table catalog.shelf (
    category_id bigint not null references catalog.category (id),
    product_id bigint not null references catalog.product (id),
    listed_at timestamptz not null,
    price_fen bigint not null,
    from_at timestamptz not null,
    until_at timestamptz not null,
    primary key (product_id, category_id)
);
create index shelf_newest on catalog.shelf (category_id, listed_at desc, product_id desc);
create index shelf_price on catalog.shelf (category_id, price_fen, product_id);

-- How much is there, and how much of it is promised. Written by the reservation lane, by settling and by adjusting only.
create table catalog.stock (
    sku_id bigint primary key references catalog.sku (id),
    handler_id bigint not null,
    on_hand bigint not null default 0 check (on_hand >= 0),
    reserved bigint not null default 0 check (reserved >= 0),
    low_level bigint not null default 0 check (low_level >= 0),
    check (reserved <= on_hand)
) with (fillfactor = 10);

-- Pieces promised to one cart. Ending it (confirmed, released, expired) touches this row only; `settled` says that the
-- stock rows have followed, `taken` that the pieces were taken off `on_hand`.
create table catalog.reservation (
    id text primary key check (id ~ '^rsv_[0-9a-hjkmnp-tv-z]{26}$'),
    handler_id bigint not null,
    state text not null check (state in ('held', 'confirmed', 'released', 'expired')),
    sku_ids bigint[] not null check (cardinality(sku_ids) between 1 and 50),
    quantities bigint[] not null check (cardinality(quantities) = cardinality(sku_ids)),
    held_at timestamptz not null,
    expires_at timestamptz not null,
    ended_at timestamptz,
    settled boolean not null default false,
    taken boolean not null default false,
    check ((state = 'held') = (ended_at is null))
) with (fillfactor = 80);
create index reservation_held on catalog.reservation (expires_at) where state = 'held';
create index reservation_unsettled on catalog.reservation (ended_at) where state <> 'held' and not settled;

-- Every change of `on_hand`, never changed or deleted; the sum of a SKU's rows is its `on_hand`.
create table catalog.movement (
    id bigint generated always as identity primary key,
    handler_id bigint not null,
    sku_id bigint not null references catalog.sku (id),
    delta bigint not null check (delta <> 0),
    reason text not null check (reason in ('received', 'counted', 'damaged', 'returned', 'sold', 'unsold', 'other')),
    reference text not null check (length(reference) between 1 and 64),
    actor text not null check (length(actor) <= 64),
    moved_at timestamptz not null,
    unique (sku_id, reason, reference)
);
create index movement_sku on catalog.movement (sku_id, id);

-- How far an import of a file has come; the same file sent again goes on from there.
create table catalog.import (
    id text primary key check (id ~ '^imp_[0-9a-hjkmnp-tv-z]{26}$'),
    handler_id bigint not null,
    file_hash bytea not null check (octet_length(file_hash) = 32),
    rows_done bigint not null default 0,
    begun_at timestamptz not null,
    ended_at timestamptz
);
create unique index import_open on catalog.import (handler_id, file_hash) where ended_at is null;

grant select, insert, update on all tables in schema catalog to yumen_app;
grant delete on catalog.member_price, catalog.listing, catalog.shelf to yumen_app;
revoke update on catalog.movement, catalog.image from yumen_app;
grant usage on sequence catalog.category_id_seq to yumen_app;
