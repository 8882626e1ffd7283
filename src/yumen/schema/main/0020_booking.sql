-- The booking of a batch in one call: look under the meter's lock, decide, write ledger, counted persons, queue and meter.
--
-- `keys`, `subjects`, `lots` name each person's transfer; a lot is what many share, by its place in the other lists.
-- verdict: 0 passes, 1 waits, 2 never; +10 was booked before under this key; -1 nobody of that handler; -2 judge again.
-- `counters` are those that any passing lot asks for, `ceilings` how far the mechanisms of the lots reach in each.
-- Answers nothing, and writes nothing, while a meter row is missing or its ceiling lower: open or raise it, call again.
--
-- Whoever came first takes what room there is. Mostly that needs no order: with room for all nobody is held, with none
-- everybody is. A batch in which it does matter, because a line lies within it, is booked one by one.
--
-- The plans are made once a session, often while the tables are small: it must not remember to read them whole.
create function border.book(
    handler integer, keys uuid[], subjects bigint[], lots integer[],
    lot_contracts bigint[], lot_rules bigint[], lot_days date[], lot_ways smallint[], lot_verdicts smallint[],
    lot_codes text[], lot_counters smallint[], lot_general bigint[], lot_sensitive bigint[], lot_zone bigint[],
    wanted smallint[], ceilings bigint[], moved_to timestamptz
) returns table (place integer, person bigint, verdict integer, code text, counted smallint)
language plpgsql
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
as $$
#variable_conflict use_column
declare
    at timestamptz := coalesce(moved_to, now());
    today date := at at time zone 'Asia/Shanghai';
    this_year smallint := extract(year from today);
    version bigint;
    ready boolean;
    general bigint;
    sensitive bigint;
    zone bigint;
begin
    select r.version into version from border.ruling r where r.handler_id = handler for share;
    select count(*) = cardinality(wanted) and bool_and(locked.ceiling >= ceilings[array_position(wanted, locked.counter)]),
           coalesce(max(locked.level) filter (where locked.counter = 1), 0),
           coalesce(max(locked.level) filter (where locked.counter = 2), 0),
           coalesce(max(locked.level) filter (where locked.counter = 4), 0)
      into ready, general, sensitive, zone
      from (select m.counter, m.used + m.adjusted as level, m.ceiling from border.meter m
             where m.handler_id = handler and m.year = this_year and m.counter = any(wanted)
             order by m.counter for update) locked;
    if not ready then
        return;
    end if;
    return query
    with known as (
        select a.place::integer, a.key, p.person_id, lot_contracts[a.lot] as contract_id,
               lot_counters[a.lot] as counters, lot_ways[a.lot] as way, lot_codes[a.lot] as code, t.code as first_code,
               lot_general[a.lot] as general_max, lot_sensitive[a.lot] as sensitive_max, lot_zone[a.lot] as zone_max,
               lot_counters[a.lot] & ~coalesce(had.counters, 0::smallint) as new,
               case when p.person_id is null then -1
                    when t.key is not null then 10 + t.verdict
                    when lot_rules[a.lot] <> coalesce(version, 0) or lot_days[a.lot] <> today then -2
                    when lot_verdicts[a.lot] = 0 and p.erased then 3
                    else lot_verdicts[a.lot]
               end as fate
          from unnest(keys, subjects, lots) with ordinality as a (key, subject_id, lot, place)
          left join border.person p on p.subject_id = a.subject_id and p.handler_id = handler
          left join border.transfer t on t.key = a.key
          left join lateral (
            select bit_or(m.counter) as counters from border.metered m
             where m.handler_id = handler and m.year = this_year and m.counter = any(wanted)
               and m.subject_id = p.person_id) had on true
    ), held as materialized (
        select k.*,
               case when k.fate <> 0 then 0
                    when k.counters & 1 <> 0 and general + (k.new & 1) > k.general_max then 1
                    when k.counters & 2 <> 0 and sensitive + (k.new >> 1 & 1) > k.sensitive_max then 2
                    when k.counters & 4 <> 0 and zone + (k.new >> 2 & 1) > k.zone_max then 4
                    else 0
               end as line
          from known k
    ), most as materialized (
        select general + count(*) filter (where h.new & 1 <> 0) as general,
               sensitive + count(*) filter (where h.new & 2 <> 0) as sensitive,
               zone + count(*) filter (where h.new & 4 <> 0) as zone
          from held h where h.fate = 0 and h.line = 0
    ), booked as materialized (
        select h.*,
               case when h.fate = 0 and h.line = 0
                    then h.new & ~coalesce(bit_or(h.new) over (partition by h.person_id, h.fate, h.line order by h.place
                                           rows between unbounded preceding and 1 preceding), 0::smallint)
                    else 0::smallint
               end as counted,
               case when h.line <> 0 then 1 when h.fate = 3 then 2 else h.fate end as verdict,
               case when h.line = 1 then 'export.general_full'
                    when h.line = 2 then 'export.sensitive_full'
                    when h.line = 4 then 'export.zone_full'
                    when h.fate = 3 then 'export.erased'
                    when h.fate >= 10 then h.first_code
                    else h.code
               end as answer
          from held h
         where not exists (
            select from held o, most
             where o.fate = 0
               and (o.counters & 1 <> 0 and o.line <> 1 and most.general > o.general_max
                 or o.counters & 2 <> 0 and o.line not in (1, 2) and most.sensitive > o.sensitive_max
                 or o.counters & 4 <> 0 and o.line = 0 and most.zone > o.zone_max))
    ), ledger as (
        insert into border.transfer (key, subject_id, contract_id, booked_at, state_at, handler_id, year, counters,
                                     counted, way, verdict, state, code)
        select b.key, b.person_id, b.contract_id, at, at, handler, this_year, b.counters, b.counted, b.way, b.verdict,
               case when b.verdict <> 0 then 0 when b.way = 1 then 1 else 7 end, b.answer
          from booked b where b.fate between 0 and 3
    ), metered as (
        insert into border.metered (subject_id, handler_id, year, counter)
        select b.person_id, handler, this_year, bit
          from booked b cross join unnest(wanted) bit where b.counted & bit <> 0
        returning border.metered.counter
    ), outbound as (
        insert into border.outbound (contract_id, subject_id, key)
        select b.contract_id, b.person_id, b.key from booked b where b.verdict = 0 and b.way = 1
    ), grown as (
        update border.meter m set used = m.used + new.persons
          from (select counter, count(*) as persons from metered group by counter) new
         where m.handler_id = handler and m.year = this_year and m.counter = new.counter
    )
    select b.place, b.person_id, b.verdict, b.answer, b.counted from booked b;
    if not found then
        for n in 1 .. cardinality(keys) loop
            return query
            select n, one.person, one.verdict, one.code, one.counted
              from border.book(handler, keys[n:n], subjects[n:n], lots[n:n], lot_contracts, lot_rules, lot_days,
                               lot_ways, lot_verdicts, lot_codes, lot_counters, lot_general, lot_sensitive, lot_zone,
                               wanted, ceilings, moved_to) one;
        end loop;
    end if;
end
$$;
revoke all on function border.book(
    integer, uuid[], bigint[], integer[], bigint[], bigint[], date[], smallint[], smallint[], text[], smallint[],
    bigint[], bigint[], bigint[], smallint[], bigint[], timestamptz) from public;
grant execute on function border.book(
    integer, uuid[], bigint[], integer[], bigint[], bigint[], date[], smallint[], smallint[], text[], smallint[],
    bigint[], bigint[], bigint[], smallint[], bigint[], timestamptz) to yumen_app;
