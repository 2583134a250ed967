// The OpenAPI document of the HTTP API: what docs/API.md says, for machines. The tests hold the
// application's answers to it.
import { PATHS } from './paths.js';
import { problem } from './problems.js';
import { SCHEMAS } from './schemas.js';

const DESCRIPTION = `Keeps a Supabase table equal to a Google Sheet.

Every path answers HEAD where it answers GET, …/scheduled aside, OPTIONS by 204 with \`Allow\` and
without a token, and any other method by 405 (MethodNotAllowed). Whatever a platform puts in front
of the paths is ignored. Every GET but the tick's and the stream's has an ETag.
\`/\`, \`/dashboard.js\` and \`/dashboard.css\` are the dashboard, for everybody. Errors are RFC 9457
problems with a stable \`code\`.`;

/** @param {string} description */
const bearer = (description) => ({ type: 'http', scheme: 'bearer', description });

/**
 * @param {object} options
 * @param {string} options.version
 * @param {{ url: string }[]} [options.servers] where the function is; by default the origin that
 *   the document came from
 * @returns {Record<string, unknown>} of plain JSON
 */
export function openapiDocument({ version, servers = [{ url: '/' }] }) {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Listing Sync',
      version,
      description: DESCRIPTION,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers,
    paths: PATHS,
    components: {
      schemas: SCHEMAS,
      responses: { MethodNotAllowed: problem(405, ['method_not_allowed']) },
      securitySchemes: {
        apiToken: bearer('SYNC_API_TOKEN: opens everything.'),
        readToken: bearer('SYNC_READ_TOKEN: opens what only reads.'),
        cronSecret: bearer('CRON_SECRET: opens the tick alone.'),
      },
    },
  };
}
