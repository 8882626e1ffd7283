-- Somebody whom the recipient deleted by itself: nothing more is written there of them until a person says so.
alter table gateway.presence add column lost_at timestamptz;
