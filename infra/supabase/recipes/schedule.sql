-- Ticks from inside Supabase: pg_cron calls POST …/api/sync/scheduled every 5 minutes, through pg_net.
-- To be run by the database's owner (SQL editor or psql) once the two secrets are in the Vault, and
-- again at any time: it replaces its own jobs. It holds no secret itself. How to get there, to pause
-- and to read the answers: docs/deploy/schedules.md.

create extension if not exists pg_cron with schema pg_catalog;
create extension if not exists pg_net with schema extensions;

-- A job without them would fail every five minutes where nobody looks.
do $$
declare
  v_missing text;
begin
  select string_agg(needed.name, ', ' order by needed.name) into v_missing
  from unnest(array['listing_sync_url', 'listing_sync_cron_secret']) as needed (name)
  where not exists (
    select from vault.decrypted_secrets s
    where s.name = needed.name and s.decrypted_secret <> '');
  if v_missing is not null then
    raise exception 'not in the Vault: %', v_missing
      using hint = 'select vault.create_secret(''<its value>'', ''<its name>'');';
  end if;
end
$$;

-- The secret is read when the job runs: it stands neither in cron.job nor in its history, and a new
-- one in the Vault counts from the next tick on. The function answers 202 and works on by itself;
-- ten seconds are for its cold start.
select cron.schedule('listing-sync-tick', '*/5 * * * *', $job$
  select net.http_post(
    url := (
      select decrypted_secret || '/api/sync/scheduled'
      from vault.decrypted_secrets where name = 'listing_sync_url'),
    headers := jsonb_build_object(
      'content-type', 'application/json',
      'authorization', (
        select 'Bearer ' || decrypted_secret
        from vault.decrypted_secrets where name = 'listing_sync_cron_secret')),
    timeout_milliseconds := 10000)
$job$);

-- pg_cron keeps a row of each time it ran a job for ever (pg_net forgets its answers by itself after
-- six hours). Rows are numbered in order; those of jobs that could not be started have no times.
select cron.schedule('listing-sync-prune', '17 3 * * *', $job$
  delete from cron.job_run_details
  where jobid in (
      select jobid from cron.job where jobname in ('listing-sync-tick', 'listing-sync-prune'))
    and runid <= (
      select max(runid) from cron.job_run_details where end_time < now() - interval '7 days')
$job$);
