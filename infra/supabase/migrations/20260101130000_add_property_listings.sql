-- The example target of the source `property-listings` (infra/mappings/property-listings.json):
-- what the agency's web applications read. Columns named in the mapping belong to the sheet; those
-- under "web application" belong to the applications and are never sent by the synchronisation.

create table public.property_listings (
  id bigint generated always as identity primary key,
  -- 管理
  property_number text not null,
  publication_status text not null,
  property_type text not null,
  deal_type text,
  title text,
  catch_copy text,
  registered_on date,
  information_updated_on date,
  next_update_on date,
  publish_from timestamptz,
  is_recommended boolean not null default false,
  display_order integer,
  agent_name text,
  agent_phone text,
  agent_email text,
  internal_code text,
  -- 価格
  price bigint,
  price_per_tsubo bigint,
  previous_price bigint,
  price_changed_on date,
  tax_type text,
  consumption_tax bigint,
  rent bigint,
  management_fee bigint,
  repair_reserve_fund bigint,
  deposit bigint,
  key_money bigint,
  parking_fee bigint,
  property_tax bigint,
  neighborhood_fee bigint,
  gross_yield numeric(5, 2),
  annual_income bigint,
  -- 面積
  land_area numeric(12, 2),
  building_area numeric(12, 2),
  exclusive_area numeric(12, 2),
  balcony_area numeric(12, 2),
  first_floor_area numeric(12, 2),
  second_floor_area numeric(12, 2),
  private_road_area numeric(12, 2),
  setback_area numeric(12, 2),
  -- 所在地
  postal_code text,
  prefecture text,
  city text,
  address text,
  building_name text,
  room_number text,
  latitude numeric(9, 6),
  longitude numeric(9, 6),
  map_url text,
  elementary_school text,
  junior_high_school text,
  surroundings text,
  -- 交通
  access text,
  line_1 text,
  station_1 text,
  walk_minutes_1 smallint,
  line_2 text,
  station_2 text,
  walk_minutes_2 smallint,
  bus_stop text,
  bus_minutes smallint,
  -- 建物
  built_in text,
  layout text,
  structure text,
  floors_above smallint,
  floors_below smallint,
  floor_number smallint,
  total_units integer,
  direction text,
  parking text,
  parking_spaces integer,
  builder text,
  management_company text,
  management_style text,
  renovated_in text,
  renovation_history text,
  -- 土地・法令
  use_district text,
  city_planning text,
  building_coverage numeric(4, 1),
  floor_area_ratio numeric(5, 1),
  land_category text,
  land_right text,
  road_access text,
  road_width numeric(5, 2),
  is_rebuildable boolean,
  legal_restrictions text,
  -- 取引
  current_state text,
  handover text,
  handover_on date,
  transaction_mode text,
  contract_on date,
  contract_expires_on date,
  reins_number text,
  -- 売主
  seller_name text,
  seller_address text,
  seller_phone text,
  seller_email text,
  -- 画像
  photo_url_1 text,
  photo_url_2 text,
  photo_url_3 text,
  floor_plan_url text,
  -- 設備
  has_electricity boolean,
  has_city_gas boolean,
  has_public_water boolean,
  has_sewer boolean,
  has_air_conditioner boolean,
  has_floor_heating boolean,
  has_reheating_bath boolean,
  has_bathroom_dryer boolean,
  has_system_kitchen boolean,
  has_dishwasher boolean,
  has_auto_lock boolean,
  has_elevator boolean,
  has_delivery_box boolean,
  has_solar_power boolean,
  pets_allowed boolean,
  -- 備考
  remarks text,
  -- web application
  memo text,
  view_count bigint not null default 0,
  favorite_count bigint not null default 0,
  internal_tags text[] not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint property_listings_number_unique unique (property_number),
  constraint property_listings_number_form check (property_number ~ '^AA[0-9]+(-[0-9]+)?$'),
  constraint property_listings_publication_known
    check (publication_status in ('public', 'draft', 'private', 'sold')),
  constraint property_listings_deal_known check (deal_type in ('sale', 'rent')),
  constraint property_listings_price_not_negative check (price >= 0),
  constraint property_listings_built_in_form check (built_in ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
  constraint property_listings_renovated_in_form
    check (renovated_in ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
  -- A brokerage contract cannot end before it began, and by law an exclusive one lasts three months
  -- at most; the agency allows for renewals typed into the same line, so only the order is checked.
  constraint property_listings_contract_order check (contract_expires_on >= contract_on),
  constraint property_listings_memo_length check (char_length(memo) <= 10000)
);

comment on table public.property_listings is
  'Property listings, kept equal to the agency''s sheet by the source property-listings.';

-- The list pages: published listings by kind and price.
create index property_listings_published_idx
  on public.property_listings (property_type, price) where publication_status = 'public';

alter table public.property_listings enable row level security;

create policy "published listings are readable by everyone"
  on public.property_listings for select to anon, authenticated
  using (publication_status = 'public');

-- Hosted projects grant everything to these roles by default: take it back, then give what is
-- meant. The seller's data and the staff's notes are nobody's to read but the service's, so select
-- is given column by column; a column added later stays hidden until it is granted.
revoke all on public.property_listings from public, anon, authenticated;

do $$
declare
  v_columns text;
begin
  select string_agg(quote_ident(attname), ', ' order by attnum) into v_columns
    from pg_catalog.pg_attribute
   where attrelid = 'public.property_listings'::regclass and attnum > 0 and not attisdropped
     and attname not in ('seller_name', 'seller_address', 'seller_phone', 'seller_email',
                         'memo', 'internal_code', 'internal_tags');
  execute format('grant select (%s) on public.property_listings to anon, authenticated', v_columns);
end $$;

grant select, insert, update, delete on public.property_listings to service_role;
revoke all on sequence public.property_listings_id_seq from public, anon, authenticated;
grant usage on sequence public.property_listings_id_seq to service_role;

select public.sync_register_source(
  p_source => 'property-listings',
  p_table => 'public.property_listings',
  p_key_column => 'property_number',
  p_updated_at_column => 'updated_at');
