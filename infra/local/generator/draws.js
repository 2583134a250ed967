// What the columns of a property listing hold: how often each is filled, and a true value for it.
// A column of another mapping is drawn by its type.

import * as words from './vocabulary.js';
import { serialOf } from './calendar.js';

/** @import { DecimalValue, MappingColumn, PhoneValue, TrueValue } from './types.js' */
/** @import { Random } from './random.js' */

/**
 * What the columns of one listing have to agree on.
 * @typedef {object} Listing
 * @property {number} index 0-based row below the header
 * @property {string} kind house, condo, land, apartment_building, commercial, industrial
 * @property {boolean} isRent
 * @property {string} prefecture
 * @property {string} city
 * @property {string} town
 * @property {number} contractOn serial
 */

/**
 * @typedef {(random: Random, listing: Listing, column: MappingColumn) => TrueValue} Draw
 * @typedef {{fill: number, draw?: Draw, kinds?: readonly string[], deal?: 'rent' | 'sale'}} Drawer
 */

const FIRST_DAY = serialOf(2019, 1, 1);
const LAST_DAY = serialOf(2026, 11, 1);
const BUILT = ['house', 'condo', 'apartment_building', 'commercial', 'industrial'];
const DETACHED = ['house', 'apartment_building', 'commercial', 'industrial'];
const PLOT = ['house', 'land', 'apartment_building', 'industrial'];
const KINDS = [
  ...Array(40).fill('house'),
  ...Array(27).fill('condo'),
  ...Array(20).fill('land'),
  ...Array(6).fill('apartment_building'),
  ...Array(5).fill('commercial'),
  ...Array(2).fill('industrial'),
];

/**
 * @param {Random} random
 * @param {number} index
 * @returns {Listing}
 */
export function drawListing(random, index) {
  const kind = random.pick(KINDS);
  return {
    index,
    kind,
    isRent: kind !== 'land' && random.chance(0.25),
    prefecture: random.pick(words.PREFECTURES),
    city: random.pick(words.CITIES),
    town: random.pick(words.TOWNS),
    contractOn: random.between(FIRST_DAY, LAST_DAY),
  };
}

/**
 * A true value for the column, or null where the sheet's author left it blank.
 *
 * @param {Random} random
 * @param {Listing} listing
 * @param {MappingColumn} column
 * @returns {TrueValue | null}
 */
export function drawValue(random, listing, column) {
  const drawer = DRAWERS[column.column] ?? { fill: 0.6 };
  if (drawer.kinds && !drawer.kinds.includes(listing.kind)) return null;
  if (drawer.deal && (drawer.deal === 'rent') !== listing.isRent) return null;
  if (!column.required && !random.chance(drawer.fill)) return null;
  const value = (drawer.draw ?? DRAW_BY_TYPE[column.type])(random, listing, column);
  return value === '' ? null : value;
}

/** @type {Draw} */
const person = (random) =>
  `${random.pick(words.FAMILY_NAMES)}\u3000${random.pick(words.GIVEN_NAMES)}`;

/** @type {Draw} */
const address = (random, { prefecture, city, town }) => {
  const number = `${random.between(1, 40)}-${random.between(1, 30)}`;
  return `${prefecture}${city}${town}${random.between(1, 9)}丁目${number}`;
};

/** @type {(from: number, to: number, step: number) => Draw} */
const yen = (from, to, step) => (random) => ({
  units: random.between(from / step, to / step) * step,
  decimals: 0,
});

/** @type {(from: number, to: number) => Draw} */
const whole = (from, to) => (random) => ({ units: random.between(from, to), decimals: 0 });

/** @type {(from: number, to: number, decimals: number) => Draw} */
const decimal = (from, to, decimals) => (random) => ({
  units: random.between(from * 10 ** decimals, to * 10 ** decimals),
  decimals,
});

/**
 * Square metres with two decimals; now and then three (to be rounded), or 坪.
 *
 * @type {(from: number, to: number) => Draw}
 */
const area = (from, to) => (random) => {
  const roll = random.below(100);
  if (roll < 8) {
    return { units: random.between(from * 30, to * 30), decimals: 2, tsubo: true };
  }
  const decimals = roll < 12 ? 3 : 2;
  return { units: random.between(from * 10 ** decimals, to * 10 ** decimals), decimals };
};

/** @type {(from: number, to: number) => Draw} */
const month = (from, to) => (random) => random.between(from * 12, to * 12 + 11);

/** @type {(list: readonly string[], suffix?: string) => Draw} */
const oneOf =
  (list, suffix = '') =>
  (random) =>
    `${random.pick(list)}${suffix}`;

/** @type {(path: string) => Draw} */
const link =
  (path) =>
  (random, { index }) => {
    const name = `${random.next().toString(16)}.jpg`;
    return `https://img.example.com/${10_001 + index}/${path}/${name}?w=1200`;
  };

/** @type {Draw} */
const publication = (random, _listing, column) => {
  const labels = Object.keys(column.values ?? {});
  return random.chance(0.7) ? labels[0] : random.pick(labels);
};

/** The label of the listing's kind where the mapping knows it. @type {Draw} */
const kindLabel = (random, { kind }, column) => {
  const entry = Object.entries(column.values ?? {}).find(([, stored]) => stored === kind);
  return entry ? entry[0] : random.pick(Object.keys(column.values ?? {}));
};

/** @type {Draw} */
const dealLabel = (random, { isRent }, column) => {
  const wanted = isRent ? 'rent' : 'sale';
  const entry = Object.entries(column.values ?? {}).find(([, stored]) => stored === wanted);
  return entry ? entry[0] : random.pick(Object.keys(column.values ?? {}));
};

/** @type {Draw} */
const remarks = (random) => {
  const lines = Array.from({ length: random.between(3, 8) }, () => random.pick(words.REMARKS));
  if (random.chance(0.06)) lines.push(random.pick(words.AWKWARD_TEXTS));
  return lines.join('\n');
};

/** @type {(most: number) => Draw} */
const sentences = (most) => (random) =>
  Array.from({ length: random.between(1, most) }, () => random.pick(words.REMARKS)).join('');

/** @type {Draw} */
const access = (random) => {
  const station = `${random.pick(words.LINES)}「${random.pick(words.STATIONS)}」駅`;
  return `${station} 徒歩${random.between(1, 40)}分 / バス停まで${random.between(1, 15)}分`;
};

/** @type {Draw} */
const road = (random) => {
  const width = random.between(20, 120) / 10;
  const side = `${random.pick(words.SIDES)}側 ${random.pick(words.ROADS)}`;
  return `${side} 幅員約${width}m に${random.between(2, 30)}m接道`;
};

/** @type {Draw} */
const title = (random, { city, town }) => {
  const state = random.pick(['中古', '新築', '築浅', 'リフォーム済']);
  const what = random.pick(['戸建', 'マンション', '住宅', '物件']);
  return `${city}${town} ${state}${what} ${random.pick(words.ROOMS)}`;
};

/** @type {Draw} */
const phone = (random) => {
  const groups = random.chance(0.5)
    ? [random.pick(['090', '080', '070']), `0${digits(random, 3)}`, digits(random, 4)]
    : [random.pick(['097', '092', '045']), `0${digits(random, 2)}`, digits(random, 4)];
  const marks = random.pick([
    'hyphens',
    'hyphens',
    'hyphens',
    'brackets',
    'blanks',
    'none',
    'none',
  ]);
  return /** @type {PhoneValue} */ ({ groups, marks });
};

/**
 * @param {Random} random
 * @param {number} count
 */
function digits(random, count) {
  return String(random.below(10 ** count)).padStart(count, '0');
}

/** @type {Draw} */
const email = (random) => {
  const name = random.pick(['info', 'tanto', 'mihon', 'kaku', 'sales']);
  return `${name}${random.below(1000)}@example.${random.pick(['com', 'jp', 'net'])}`;
};

/** @type {Record<MappingColumn['type'], Draw>} */
const DRAW_BY_TYPE = {
  text: (random, _listing, column) =>
    column.pattern ? '' : random.pick(words.REMARKS).slice(0, column.max_length ?? 200),
  integer: (random, _listing, { min = 0, max = 9999 }) =>
    whole(min, Math.min(max, min + 9999))(random, _listing, /** @type {MappingColumn} */ ({})),
  number: (random, _listing, { min = 0, max = 99_999, unit }) => ({
    units:
      random.between(Math.max(0, Math.ceil(min)), Math.min(max, 99_999)) *
      (unit === 'yen' ? 1000 : 1),
    decimals: 0,
  }),
  date: (random) => random.between(FIRST_DAY, LAST_DAY),
  datetime: (random) => random.between(FIRST_DAY * 1440, LAST_DAY * 1440),
  year_month: month(1965, 2026),
  boolean: (random) => random.chance(0.55),
  enum: (random, _listing, column) => random.pick(Object.keys(column.values ?? {})),
  url: link('page'),
  email,
  phone,
};

/** @type {Record<string, Drawer>} */
const DRAWERS = {
  publication_status: { fill: 1, draw: publication },
  property_type: { fill: 1, draw: kindLabel },
  deal_type: { fill: 0.97, draw: dealLabel },
  title: { fill: 0.95, draw: title },
  catch_copy: { fill: 0.55, draw: sentences(1) },
  registered_on: { fill: 0.95 },
  information_updated_on: { fill: 0.9 },
  next_update_on: { fill: 0.7 },
  publish_from: { fill: 0.5 },
  is_recommended: { fill: 0.4 },
  display_order: { fill: 0.5 },
  agent_name: { fill: 0.9, draw: person },
  agent_phone: { fill: 0.85 },
  agent_email: { fill: 0.8 },
  internal_code: {
    fill: 0.6,
    draw: (random) => `${random.pick(['HM', 'KK', 'NB'])}-${digits(random, 4)}`,
  },
  price: { fill: 0.98, draw: yen(1_500_000, 180_000_000, 100_000), deal: 'sale' },
  price_per_tsubo: { fill: 0.7, draw: yen(20_000, 1_500_000, 1000), deal: 'sale' },
  previous_price: { fill: 0.3, draw: yen(2_000_000, 190_000_000, 100_000), deal: 'sale' },
  price_changed_on: { fill: 0.3, deal: 'sale' },
  tax_type: { fill: 0.7 },
  consumption_tax: { fill: 0.3, draw: yen(1000, 9_000_000, 1) },
  rent: { fill: 0.99, draw: yen(25_000, 450_000, 500), deal: 'rent' },
  management_fee: {
    fill: 0.85,
    draw: yen(1000, 40_000, 10),
    kinds: ['condo', 'apartment_building', 'commercial'],
  },
  repair_reserve_fund: { fill: 0.85, draw: yen(1000, 40_000, 10), kinds: ['condo'] },
  deposit: { fill: 0.8, draw: yen(25_000, 900_000, 1000), deal: 'rent' },
  key_money: { fill: 0.6, draw: yen(25_000, 900_000, 1000), deal: 'rent' },
  parking_fee: { fill: 0.5, draw: yen(1000, 30_000, 100), kinds: BUILT },
  property_tax: { fill: 0.5, draw: yen(8000, 400_000, 100) },
  neighborhood_fee: { fill: 0.4, draw: yen(100, 2000, 100), kinds: BUILT },
  gross_yield: { fill: 0.9, draw: decimal(2, 20, 2), kinds: ['apartment_building', 'commercial'] },
  annual_income: {
    fill: 0.9,
    draw: yen(600_000, 30_000_000, 1000),
    kinds: ['apartment_building', 'commercial'],
  },
  land_area: { fill: 0.97, draw: area(40, 900), kinds: PLOT },
  building_area: { fill: 0.97, draw: area(30, 300), kinds: DETACHED },
  exclusive_area: { fill: 0.97, draw: area(15, 140), kinds: ['condo'] },
  balcony_area: { fill: 0.8, draw: area(2, 30), kinds: ['condo'] },
  first_floor_area: { fill: 0.8, draw: area(20, 150), kinds: DETACHED },
  second_floor_area: { fill: 0.6, draw: area(20, 150), kinds: DETACHED },
  private_road_area: { fill: 0.25, draw: area(1, 60), kinds: PLOT },
  setback_area: { fill: 0.15, draw: area(1, 20), kinds: PLOT },
  postal_code: { fill: 0.9, draw: (random) => `${digits(random, 3)}-${digits(random, 4)}` },
  prefecture: { fill: 0.98, draw: (_random, { prefecture }) => prefecture.slice(0, 4) },
  city: { fill: 0.98, draw: (_random, listing) => listing.city },
  address: { fill: 0.98, draw: address },
  building_name: {
    fill: 0.8,
    draw: oneOf(words.BUILDING_NAMES, '日和'),
    kinds: ['condo', 'apartment_building', 'commercial'],
  },
  room_number: {
    fill: 0.9,
    draw: (random) => String(random.between(1, 15) * 100 + random.between(1, 12)),
    kinds: ['condo'],
  },
  latitude: { fill: 0.8, draw: decimal(31, 43, 6) },
  longitude: { fill: 0.8, draw: decimal(130, 142, 6) },
  map_url: { fill: 0.85, draw: link('map') },
  elementary_school: { fill: 0.7, draw: oneOf(words.TOWNS, '小学校') },
  junior_high_school: { fill: 0.7, draw: oneOf(words.TOWNS, '中学校') },
  surroundings: { fill: 0.6, draw: sentences(4) },
  access: { fill: 0.9, draw: access },
  line_1: { fill: 0.85, draw: oneOf(words.LINES) },
  station_1: { fill: 0.85, draw: oneOf(words.STATIONS, '駅') },
  walk_minutes_1: { fill: 0.85, draw: whole(1, 45) },
  line_2: { fill: 0.35, draw: oneOf(words.LINES) },
  station_2: { fill: 0.35, draw: oneOf(words.STATIONS, '駅') },
  walk_minutes_2: { fill: 0.35, draw: whole(1, 60) },
  bus_stop: { fill: 0.4, draw: oneOf(words.TOWNS, '前') },
  bus_minutes: { fill: 0.3, draw: whole(1, 40) },
  built_in: { fill: 0.95, kinds: BUILT },
  layout: {
    fill: 0.95,
    draw: (random) => `${random.between(1, 6)}${random.pick(words.ROOMS)}`,
    kinds: BUILT,
  },
  structure: { fill: 0.95, kinds: BUILT },
  floors_above: { fill: 0.9, draw: whole(1, 15), kinds: BUILT },
  floors_below: { fill: 0.2, draw: whole(0, 2), kinds: BUILT },
  floor_number: { fill: 0.9, draw: whole(1, 15), kinds: ['condo'] },
  total_units: { fill: 0.8, draw: whole(2, 300), kinds: ['condo', 'apartment_building'] },
  direction: { fill: 0.7, kinds: BUILT },
  parking: { fill: 0.85 },
  parking_spaces: { fill: 0.5, draw: whole(0, 8) },
  builder: { fill: 0.5, draw: oneOf(words.COMPANIES), kinds: BUILT },
  management_company: { fill: 0.85, draw: oneOf(words.COMPANIES), kinds: ['condo'] },
  management_style: { fill: 0.85, kinds: ['condo'] },
  renovated_in: { fill: 0.3, kinds: BUILT },
  renovation_history: { fill: 0.3, draw: sentences(3), kinds: BUILT },
  use_district: { fill: 0.9 },
  city_planning: { fill: 0.9 },
  building_coverage: {
    fill: 0.9,
    draw: (random) => ({ units: random.pick([40, 50, 60, 70, 80]), decimals: 0 }),
  },
  floor_area_ratio: {
    fill: 0.9,
    draw: (random) => ({ units: random.pick([80, 100, 150, 200, 300, 400]), decimals: 0 }),
  },
  land_category: { fill: 0.7, draw: oneOf(words.LAND_CATEGORIES) },
  land_right: { fill: 0.85 },
  road_access: { fill: 0.8, draw: road },
  road_width: { fill: 0.7, draw: decimal(2, 16, 1) },
  is_rebuildable: { fill: 0.5 },
  legal_restrictions: { fill: 0.3, draw: sentences(1) },
  current_state: { fill: 0.9 },
  handover: { fill: 0.8, draw: oneOf(words.HANDOVERS) },
  handover_on: { fill: 0.3 },
  transaction_mode: { fill: 0.95 },
  contract_on: { fill: 0.7, draw: (_random, { contractOn }) => contractOn },
  contract_expires_on: {
    fill: 0.7,
    draw: (random, { contractOn }) => contractOn + random.between(30, 92),
  },
  reins_number: { fill: 0.5, draw: (random) => `10${random.between(1, 9)}${digits(random, 9)}` },
  seller_name: { fill: 0.8, draw: person },
  seller_address: { fill: 0.6, draw: address },
  seller_phone: { fill: 0.7 },
  seller_email: { fill: 0.3 },
  photo_url_1: { fill: 0.95, draw: link('photo') },
  photo_url_2: { fill: 0.8, draw: link('photo') },
  photo_url_3: { fill: 0.6, draw: link('photo') },
  floor_plan_url: { fill: 0.6, draw: link('plan') },
  has_electricity: { fill: 0.85 },
  has_city_gas: { fill: 0.75 },
  has_public_water: { fill: 0.85 },
  has_sewer: { fill: 0.8 },
  has_air_conditioner: { fill: 0.6, kinds: BUILT },
  has_floor_heating: { fill: 0.4, kinds: BUILT },
  has_reheating_bath: { fill: 0.5, kinds: BUILT },
  has_bathroom_dryer: { fill: 0.4, kinds: BUILT },
  has_system_kitchen: { fill: 0.5, kinds: BUILT },
  has_dishwasher: { fill: 0.3, kinds: BUILT },
  has_auto_lock: { fill: 0.6, kinds: ['condo'] },
  has_elevator: { fill: 0.6, kinds: ['condo', 'commercial'] },
  has_delivery_box: { fill: 0.5, kinds: ['condo'] },
  has_solar_power: { fill: 0.3, kinds: ['house'] },
  pets_allowed: { fill: 0.5, kinds: BUILT },
  remarks: { fill: 0.85, draw: remarks },
};
