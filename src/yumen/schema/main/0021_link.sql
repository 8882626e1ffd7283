-- Every person on the way costs an entry in each index of what is known of them, twice: one that the primary key serves
-- as well is not worth it.
drop index gateway.presence_here;

-- Recalls are taken in the order of their ids, page by page.
drop index gateway.recall_due;
create index recall_turn on gateway.recall (handler_id, contract, id) where state = 'open';
