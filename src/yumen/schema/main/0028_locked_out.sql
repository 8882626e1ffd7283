-- A recipient that refuses our credentials: since when, and when we knocked last (the longer it lasts, the rarer).
alter table gateway.connection add column locked_out_at timestamptz, add column knocked_at timestamptz;
