"""The SQL of jobs, over procrastinate's tables in the schema `jobs`.

Deferring is a plain insert and not procrastinate's own function, for two reasons: it names its schema, so it works on
any pooled connection; and a job that is already waiting is skipped instead of failing the story's transaction.
"""

from __future__ import annotations

from typing import Final

DEFER: Final = """
insert into jobs.procrastinate_jobs (queue_name, task_name, args, lock, queueing_lock, scheduled_at)
values (%(queue)s, %(name)s, %(args)s, %(lock)s, %(queueing_lock)s, %(at)s)
on conflict (queueing_lock) where status = 'todo' do nothing
returning id
"""

NOTE_FAILURE: Final = """
insert into ops.job_failure (job_id, code, attempts, failed_at)
values (%(id)s, %(code)s, %(attempts)s, clock_timestamp())
on conflict (job_id) do update
   set code = excluded.code, attempts = excluded.attempts, failed_at = excluded.failed_at
"""

STALLED: Final = """
select job.id, job.task_name, job.attempts
  from jobs.procrastinate_jobs as job
  left join jobs.procrastinate_workers as worker on worker.id = job.worker_id
 where job.status = 'doing'
   and (worker.id is null or worker.last_heartbeat < now() - make_interval(secs => %(stalled_s)s))
 order by job.id
 limit 100
   for update of job skip locked
"""
REQUEUE: Final = """
update jobs.procrastinate_jobs
   set status = 'todo', attempts = attempts + 1, scheduled_at = now(), worker_id = null, abort_requested = false
 where id = %(id)s
"""
BURY: Final = """
update jobs.procrastinate_jobs
   set status = 'failed', attempts = attempts + 1, worker_id = null, abort_requested = false
 where id = %(id)s
"""

_LETTER: Final = """
select job.id, job.task_name as name, job.queue_name as queue, job.args, job.attempts,
       coalesce(failure.code, 'jobs.unknown') as code, failure.failed_at
  from jobs.procrastinate_jobs as job
  left join ops.job_failure as failure on failure.job_id = job.id
"""
DEAD: Final = f"{_LETTER} where job.status = 'failed' and job.id > %(after)s order by job.id limit %(limit)s"
LETTER: Final = f"{_LETTER} where job.status = 'failed' and job.id = %(id)s limit 1"

REPLAY: Final = """
update jobs.procrastinate_jobs set status = 'todo', attempts = 0, scheduled_at = now(), worker_id = null
 where id = %(id)s and status = 'failed'
   and not exists (select 1 from jobs.procrastinate_jobs as waiting
                    where waiting.queueing_lock = procrastinate_jobs.queueing_lock and waiting.status = 'todo')
returning id
"""
DISCARD: Final = """
update jobs.procrastinate_jobs set status = 'cancelled' where id = %(id)s and status = 'failed' returning id
"""
NOTE_DISCARD: Final = """
insert into ops.job_failure (job_id, code, attempts, failed_at, discarded_at, discarded_reason)
values (%(id)s, 'jobs.unknown', 0, clock_timestamp(), clock_timestamp(), %(reason)s)
on conflict (job_id) do update
   set discarded_at = excluded.discarded_at, discarded_reason = excluded.discarded_reason
"""
