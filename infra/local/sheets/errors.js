// The error bodies of Google's APIs: {"error": {code, message, status, details?}}.

const STATUS = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  429: 'RESOURCE_EXHAUSTED',
};

/** A refusal of the API. */
export class ApiError extends Error {
  /**
   * @param {keyof typeof STATUS} code
   * @param {string} message
   * @param {{ details?: object[], headers?: Record<string, string> }} [more]
   */
  constructor(code, message, { details, headers = {} } = {}) {
    super(message);
    this.code = code;
    this.headers = headers;
    this.body = { error: { code, message, status: STATUS[code], details } };
  }
}

/** @param {string} message */
export function invalidArgument(message) {
  return new ApiError(400, message);
}

/** @param {string} parameter camelCase, as in the query */
export function unknownParameter(parameter) {
  const message =
    `Invalid JSON payload received. Unknown name "${parameter}": Cannot bind query parameter. ` +
    `Field '${parameter}' could not be found in request message.`;
  return badRequest(message, [{ description: message }]);
}

/** @param {string} field snake_case @param {string} type @param {string} value */
export function invalidEnum(field, type, value) {
  const qualified = `type.googleapis.com/google.apps.sheets.v4.${type}`;
  const description = `Invalid value at '${field}' (${qualified}), "${value}"`;
  return badRequest(description, [{ field, description }]);
}

/** @param {string} path of the field mask */
export function invalidFields(path) {
  const description = `Error expanding 'fields' parameter. Cannot find matching fields for path '${path}'.`;
  return badRequest('Request contains an invalid argument.', [{ field: path, description }]);
}

export function notFound() {
  return new ApiError(404, 'Requested entity was not found.');
}

export function notShared() {
  return new ApiError(403, 'The caller does not have permission');
}

export function noCredentials() {
  return new ApiError(
    403,
    "Method doesn't allow unregistered callers (callers without established identity). Please use " +
      'API Key or other form of API consumer identity to call this API.',
  );
}

/** @param {'ACCESS_TOKEN_EXPIRED' | 'ACCESS_TOKEN_TYPE_UNSUPPORTED'} reason */
export function badToken(reason) {
  return new ApiError(
    401,
    'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie ' +
      'or other valid authentication credential. See ' +
      'https://developers.google.com/identity/sign-in/web/devconsole-project.',
    {
      details: [errorInfo(reason, 'googleapis.com', { service: 'sheets.googleapis.com' })],
      headers: {
        'www-authenticate': 'Bearer realm="https://accounts.google.com/", error="invalid_token"',
      },
    },
  );
}

export function insufficientScope() {
  return new ApiError(403, 'Request had insufficient authentication scopes.', {
    details: [
      errorInfo('ACCESS_TOKEN_SCOPE_INSUFFICIENT', 'googleapis.com', {
        service: 'sheets.googleapis.com',
      }),
    ],
  });
}

/** @param {number} perMinute */
export function quotaExceeded(perMinute) {
  return new ApiError(
    429,
    "Quota exceeded for quota metric 'Read requests' and limit 'Read requests per minute per " +
      "user' of service 'sheets.googleapis.com' for consumer 'project_number:100000000001'.",
    {
      details: [
        errorInfo('RATE_LIMIT_EXCEEDED', 'googleapis.com', {
          consumer: 'projects/100000000001',
          quota_limit: 'ReadRequestsPerMinutePerUser',
          quota_limit_value: String(perMinute),
          quota_location: 'global',
          quota_metric: 'sheets.googleapis.com/read_requests',
          service: 'sheets.googleapis.com',
        }),
      ],
    },
  );
}

/** @param {string} message @param {object[]} fieldViolations */
function badRequest(message, fieldViolations) {
  const type = 'type.googleapis.com/google.rpc.BadRequest';
  return new ApiError(400, message, { details: [{ '@type': type, fieldViolations }] });
}

/** @param {string} reason @param {string} domain @param {Record<string, string>} metadata */
function errorInfo(reason, domain, metadata) {
  return { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason, domain, metadata };
}
