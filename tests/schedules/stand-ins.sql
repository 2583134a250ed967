-- Stand-ins for what the recipe uses of pg_cron (1.6), pg_net (0.20) and Supabase's Vault (0.3): their
-- tables and functions with the documented signatures, without what makes them work by themselves —
-- nothing is started at a time, nothing is sent, nothing is encrypted. Run as the superuser.

create schema cron;
create table cron.job (
  jobid bigint generated always as identity primary key,
  schedule text not null,
  command text not null,
  nodename text not null default 'localhost',
  nodeport int not null default 5432,
  database text not null default current_database(),
  username text not null default session_user,
  active boolean not null default true,
  jobname text,
  constraint jobname_username_uniq unique (jobname, username)
);
create sequence cron.runid_seq;
create table cron.job_run_details (
  jobid bigint,
  runid bigint primary key default nextval('cron.runid_seq'),
  job_pid integer,
  database text,
  username text,
  command text,
  status text,
  return_message text,
  start_time timestamptz,
  end_time timestamptz
);

-- a second call replaces schedule and command; a paused job stays paused (src/job_metadata.c)
create function cron.schedule(job_name text, schedule text, command text) returns bigint
language sql security definer as $$
  insert into cron.job (jobname, schedule, command) values ($1, $2, $3)
  on conflict on constraint jobname_username_uniq
  do update set schedule = excluded.schedule, command = excluded.command
  returning jobid
$$;
create function cron.alter_job(
  job_id bigint, schedule text default null, command text default null,
  database text default null, username text default null, active boolean default null)
returns void language sql security definer as $$
  update cron.job j set
    schedule = coalesce($2, j.schedule), command = coalesce($3, j.command),
    database = coalesce($4, j.database), username = coalesce($5, j.username),
    active = coalesce($6, j.active)
  where j.jobid = $1
$$;
create function cron.unschedule(job_name text) returns boolean
language sql security definer as $$
  delete from cron.job where jobname = $1 and username = session_user returning true
$$;
grant usage on schema cron to postgres;
grant select on cron.job to postgres;
grant all on cron.job_run_details to postgres;

create schema net;
create table net.http_request_queue (
  id bigserial, method text not null, url text not null, headers jsonb, body bytea,
  timeout_milliseconds int not null
);
create table net._http_response (
  id bigint, status_code integer, content_type text, headers jsonb, content text,
  timed_out bool, error_msg text, created timestamptz not null default now()
);
create function net.http_post(
  url text,
  body jsonb default '{}'::jsonb,
  params jsonb default '{}'::jsonb,
  headers jsonb default '{"Content-Type": "application/json"}'::jsonb,
  timeout_milliseconds int default 5000)
returns bigint language plpgsql as $$
declare
  v_id bigint;
begin
  if exists (
    select from jsonb_each_text(headers) h
    where lower(h.key) = 'content-type' and h.value <> 'application/json') then
    raise exception 'Content-Type header must be "application/json"';
  end if;
  if params <> '{}' then
    raise exception 'the stand-in knows no params';
  end if;
  insert into net.http_request_queue (method, url, headers, body, timeout_milliseconds)
  values ('POST', url, headers, convert_to(body::text, 'UTF8'), timeout_milliseconds)
  returning id into v_id;
  return v_id;
end
$$;
grant usage on schema net to public;
grant all on all sequences in schema net to public;
grant all on all tables in schema net to public;

create schema vault;
create table vault.secrets (
  id uuid primary key default gen_random_uuid(),
  name text,
  description text not null default '',
  secret text not null
);
create unique index on vault.secrets (name) where name is not null;
create view vault.decrypted_secrets as
  select id, name, description, 'encrypted' as secret, secret as decrypted_secret
  from vault.secrets;
create function vault.create_secret(
  new_secret text, new_name text default null, new_description text default '',
  new_key_id uuid default null)
returns uuid language sql as $$
  insert into vault.secrets (secret, name, description) values ($1, $2, $3) returning id
$$;
create function vault.update_secret(
  secret_id uuid, new_secret text default null, new_name text default null,
  new_description text default null, new_key_id uuid default null)
returns void language sql as $$
  update vault.secrets s set
    secret = coalesce($2, s.secret), name = coalesce($3, s.name),
    description = coalesce($4, s.description)
  where s.id = $1
$$;
grant usage on schema vault to postgres;
grant all on all tables in schema vault to postgres;

-- `create extension if not exists` finds them there
set allow_system_table_mods = on;
insert into pg_catalog.pg_extension
  (oid, extname, extowner, extnamespace, extrelocatable, extversion)
select
  pg_nextoid('pg_catalog.pg_extension', 'oid', 'pg_catalog.pg_extension_oid_index'), extension.name,
  current_user::regrole, extension.schema::regnamespace, false, 'stand-in'
from (values ('pg_cron', 'pg_catalog'), ('pg_net', 'extensions')) as extension (name, schema);
