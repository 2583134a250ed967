// Which SQL a new database gets, and how it is applied.
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import postgres from 'postgres';

const ROLES = fileURLToPath(new URL('roles.sql', import.meta.url));
const MIGRATIONS = new URL('../../supabase/migrations/', import.meta.url);

/** @returns {string[]} the project's migration files, in the order they are applied */
export function supabaseMigrations() {
  const names = readdirSync(MIGRATIONS).filter((name) => name.endsWith('.sql'));
  return names.sort().map((name) => fileURLToPath(new URL(name, MIGRATIONS)));
}

/**
 * Makes of a fresh cluster what a hosted database is before the first migration.
 *
 * @param {string} adminUrl
 */
export async function createRoles(adminUrl) {
  const admin = postgres(adminUrl, { max: 1, onnotice: () => {} });
  try {
    await applyMigrations(admin, [ROLES]);
  } finally {
    await admin.end();
  }
}

/**
 * Applies files (paths that end in .sql) and SQL texts in order, each as one transaction. The
 * error of a failing one names the file and the line.
 *
 * @param {import('postgres').Sql} sql
 * @param {string[]} migrations
 */
export async function applyMigrations(sql, migrations) {
  for (const migration of migrations) {
    const isFile = /^[^\n]+\.sql$/.test(migration);
    const text = isFile ? readFileSync(migration, 'utf8') : migration;
    try {
      await sql.unsafe(text).simple();
    } catch (error) {
      throw new Error(describe(error, text, isFile ? migration : 'SQL'), { cause: error });
    }
  }
}

/** @param {unknown} error @param {string} text @param {string} name */
function describe(error, text, name) {
  const { message, code, position } = /** @type {import('postgres').PostgresError} */ (error);
  const line = position ? text.slice(0, Number(position)).split('\n').length : null;
  return `${name}${line ? `:${line}` : ''}: ${message}${code ? ` (${code})` : ''}`;
}
