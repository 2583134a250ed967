// The words host and core exchange, as types: events in, effects out, queries. Types only; the
// contract in prose is core/include/listing_sync/engine.h.

/**
 * @typedef {object} SyncOptions
 * @property {number} batch_size
 * @property {number} retry_attempts
 * @property {number} retry_delay_ms
 * @property {number} rate_limit requests per second to the database
 * @property {number} sheets_rate_limit reads of Google Sheets a minute, of all sources together
 * @property {number} breaker_threshold
 * @property {number} breaker_timeout_ms
 * @property {number} lease_ms
 * @property {number} timeout_ms of one request
 */

/**
 * What one invocation may use up; 0 or absent means unbounded.
 * @typedef {object} Budgets
 * @property {number} [wall_ms]
 * @property {number} [requests]
 * @property {number} [rows]
 * @property {number} [memory_mb] of the whole function: bounds the size of one answer
 */

/**
 * When an alert is due; what is absent takes the core's default, 0 switches a rule off.
 * @typedef {object} AlertSettings
 * @property {boolean} deliver there is a webhook
 * @property {number} [silent_ms] without a successful full run
 * @property {number} [failures] in a row
 * @property {number} [error_percent] of the rows, held
 * @property {number} [held] entries that await review
 * @property {number} [change_percent] of the rows, updated by one run
 * @property {number} [missing_percent] of the rows of the run before, gone
 */

/**
 * @typedef {object} RunRequest
 * @property {boolean} force
 * @property {number | null} batch_size
 * @property {string[] | null} keys
 * @property {boolean} dry_run
 */

/**
 * What a list is asked for by; each job reads its own of these.
 * @typedef {object} ListRequest
 * @property {number} [limit]
 * @property {string} [before] history: the cursor of the page before
 * @property {number} [after] errors: the last id of the page before
 * @property {string} [state]
 * @property {string} [code]
 * @property {string} [column]
 * @property {string} [search]
 * @property {boolean} [with_values] errors: cells, too
 */

/** @typedef {{ action?: 'resolve' | 'ignore' | 'reopen', ids: number[] }} ReviewRequest */

/**
 * @typedef {'sync' | 'request' | 'status' | 'health' | 'overview' | 'due' | 'prune' | 'history'
 *   | 'errors' | 'review' | 'retry' | 'alerts' | 'metrics' | 'sheet' | 'watch' | 'alert_test'} Job
 */
/** @typedef {'scheduled' | 'manual'} Trigger */

/**
 * The first event of an invocation; its body is the mapping file.
 * @typedef {object} StartedEvent
 * @property {'started'} type
 * @property {number} now_ms
 * @property {Job} job
 * @property {string} seed 16 hex digits
 * @property {string} instance uuid
 * @property {Trigger} [trigger]
 * @property {string} [spreadsheet_id]
 * @property {string} [sync_id]
 * @property {SyncOptions} options
 * @property {Budgets} budgets
 * @property {RunRequest | ListRequest | ReviewRequest} [request]
 * @property {string[]} [sources] jobs due, overview and metrics: their names
 * @property {number} [interval_ms] between two full runs of a source; 0: each tick opens one
 * @property {number} [keep_days] jobs due and prune
 * @property {AlertSettings} [alerts] jobs watch, alert_test and due
 */

/**
 * An answer that was read to its end; its bytes travel beside the event.
 * @typedef {object} ResponseEvent
 * @property {'response'} type
 * @property {number} now_ms
 * @property {number} id
 * @property {number} status
 * @property {Record<string, string>} headers lower-case names
 */

/** @typedef {'timeout' | 'network' | 'too_large' | 'cut_off' | 'credentials'} NoResponseWhy */

/**
 * @typedef {object} NoResponseEvent
 * @property {'no_response'} type
 * @property {number} now_ms
 * @property {number} id
 * @property {NoResponseWhy} why
 * @property {string} message
 */

/**
 * @typedef {object} TimerEvent
 * @property {'timer'} type
 * @property {number} now_ms
 * @property {number} id
 */

/** @typedef {StartedEvent | ResponseEvent | NoResponseEvent | TimerEvent} Event */

/**
 * @typedef {object} FetchEffect
 * @property {'fetch'} type
 * @property {number} id
 * @property {string} target
 * @property {string} method
 * @property {string} path
 * @property {Record<string, string>} headers
 * @property {boolean} has_body
 * @property {number} timeout_ms
 * @property {number} max_bytes
 * @property {boolean} renew_credentials
 * @property {Uint8Array<ArrayBuffer> | null} body a copy, added by createCore()
 */

/**
 * @typedef {object} WaitEffect
 * @property {'wait'} type
 * @property {number} id
 * @property {number} ms
 */

/** @typedef {'debug' | 'info' | 'warn' | 'error'} LogLevel */

/**
 * @typedef {object} LogEffect
 * @property {'log'} type
 * @property {LogLevel} level
 * @property {string} event
 * @property {Record<string, unknown>} fields
 */

/**
 * @typedef {'completed' | 'failed' | 'yielded' | 'waiting' | 'busy' | 'idle' | 'cancelled'
 *   | 'unavailable' | 'rejected' | 'answered'} Outcome
 */

/**
 * @typedef {object} Cause
 * @property {string} code
 * @property {string} message
 */

/**
 * What job sync ends with.
 * @typedef {object} SyncDocument
 * @property {string} [sync_id]
 * @property {string} [status]
 * @property {Record<string, number>} [ledger]
 * @property {Cause | null} [cause]
 * @property {number | null} [resume_in_ms]
 * @property {boolean} [more] another run, or the rest of this one, can be taken up at once
 * @property {string} [kind] of the run: full or selective
 * @property {boolean} [dry_run]
 * @property {number} [rows] committed by this invocation
 * @property {Record<string, number>} [requests] made by this invocation, per target
 */

/**
 * What the other jobs end with: an HTTP answer, ready to be sent.
 * @typedef {object} AnswerDocument
 * @property {number} http_status
 * @property {string} content_type
 * @property {Record<string, string>} [headers]
 * @property {Record<string, unknown>} body
 */

/**
 * @typedef {object} FinishEffect
 * @property {'finish'} type
 * @property {Outcome} outcome
 * @property {SyncDocument & Partial<AnswerDocument>} document
 */

/** @typedef {FetchEffect | WaitEffect | LogEffect | FinishEffect} Effect */

/**
 * @typedef {object} Fault
 * @property {string} code
 * @property {string} where
 * @property {string} message
 */

export {};
