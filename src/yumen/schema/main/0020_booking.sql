-- Nothing to change yet.

select 1;
