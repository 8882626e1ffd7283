-- placeholder; replaced by its owner
select 1;
