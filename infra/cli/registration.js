// The SQL that the owner of the database runs once. Names come from people: everything is quoted.

const MOMENT = /^timestamp with(out)? time zone$/;
const UPDATED_AT = new Set(['updated_at', 'modified_at', 'last_updated_at']);

/**
 * The column that says when a row was changed last; the database sets it.
 * @param {import('./init/table.js').TableColumn[]} columns
 */
export function updatedAtColumn(columns) {
  return columns.find(
    ({ name, type, generated }) => UPDATED_AT.has(name) && MOMENT.test(type) && !generated,
  )?.name;
}

/**
 * @param {string} source
 * @param {import('./init/table.js').Table} table
 * @param {string} key
 */
export function registrationSql(source, table, key) {
  const updatedAt = updatedAtColumn(table.columns);
  const args = [source, table.name, key].map(literal);
  if (updatedAt !== undefined) args.push(`p_updated_at_column => ${literal(updatedAt)}`);
  const lines = [`select sync_register_source(${args.join(', ')});`];
  const { select, insert, update } = table.privileges;
  if (!select || !insert || !update) {
    // The name is quoted by the database itself.
    lines.push(`grant select, insert, update on ${table.name} to service_role;`);
  }
  return lines.join('\n');
}

/**
 * A text in SQL, also where standard_conforming_strings is off.
 * @param {string} text
 */
export function literal(text) {
  const quoted = `'${text.replaceAll("'", "''").replaceAll('\\', '\\\\')}'`;
  return text.includes('\\') ? `E${quoted}` : quoted;
}
