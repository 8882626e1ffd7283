-- Takes the number until 0010 and later are renumbered; removed before anything is released.
select 1;
