// Bugs of the way from a row of the sheet to a row of the table.

const rows = 'core/src/transform/row_converter.cpp';
const reads = 'core/src/transform/reads.cpp';
const convert = 'core/src/cells/convert.cpp';

/** @type {import('../../../infra/tools/plant-mutants.mjs').Mutant[]} */
export default [
  {
    name: 'error_cell_clears',
    breaks: 'A cell that shows an error wipes the stored value.',
    file: convert,
    kind: 'statement',
    original: 'return {CellAction::keep_error_cell, CellCode::none};',
    bug: 'return {CellAction::clear, CellCode::none};',
  },
  {
    name: 'error_cell_written',
    breaks: '"#REF!" and "Loading..." are stored like any text.',
    file: convert,
    kind: 'expression',
    original: 'content.kind == CellKind::string && is_error_text(content.text)',
    bug: 'false',
  },
  {
    name: 'kept_cell_written_as_null',
    breaks: 'A column about which nothing is to be said is sent as null.',
    file: rows,
    kind: 'statement',
    original: 'if (result.action == CellAction::keep) return false;',
    bug: 'if (result.action == CellAction::keep) { out += "null"; return true; }',
  },
  {
    name: 'blank_cell_always_clears',
    breaks: 'A blank cell clears columns that are to be kept.',
    file: rows,
    kind: 'expression',
    within: 'if (column.blank == BlankPolicy::clear) piece.blank',
    original: 'column.blank == BlankPolicy::clear',
    bug: 'column.blank == BlankPolicy::clear || column.blank == BlankPolicy::keep',
  },
  {
    name: 'blank_cell_never_clears',
    breaks: 'A cell that was emptied leaves its old value in the table.',
    file: rows,
    kind: 'statement',
    original: 'append_bytes(out, piece.blank);',
    bug: '(void)piece;',
  },
  {
    name: 'invalid_row_written',
    breaks: 'A row that one invalid cell should hold is written without that cell.',
    file: rows,
    kind: 'expression',
    original: 'lost || (!error_cell && row_is_lost(mapping_, column))',
    bug: 'lost',
  },
  {
    name: 'duplicate_key_last_wins',
    breaks: 'Of rows with the same key one is written.',
    file: rows,
    kind: 'expression',
    original: 'keys_.count(hash) > 1',
    bug: 'false',
  },
  {
    name: 'duplicate_key_counts_once',
    breaks: 'Rows with the same key count as one row.',
    file: rows,
    kind: 'expression',
    original: 'static_cast<std::uint32_t>(rows.size())',
    bug: '1u',
  },
  {
    name: 'row_without_key_dropped',
    breaks: 'A row with content and no key is taken for a blank row.',
    file: rows,
    kind: 'statement',
    original: 'hold_keyless(row, cells, "missing_key", batch);',
    bug: 'skip_blank(row, batch);',
  },
  {
    name: 'unreadable_key_dropped',
    breaks: 'A row whose key shows an error is left out in silence.',
    file: rows,
    kind: 'expression',
    within: 'if (selection_ == nullptr) hold_keyless(row, cells, key_cell',
    original: 'selection_ == nullptr',
    bug: 'false',
  },
  {
    name: 'selection_writes_everything',
    breaks: 'A selective run writes rows nobody asked for.',
    file: rows,
    kind: 'expression',
    original: 'selection_ != nullptr && selection_->count(hash) == 0',
    bug: 'false',
  },
  {
    name: 'covered_row_written_again',
    breaks: 'A row that the run has dealt with is written again wherever it turns up.',
    file: rows,
    kind: 'expression',
    within: 'keys_.covered(hash) || (selection_',
    original: 'keys_.covered(hash)',
    bug: 'false',
  },
  {
    name: 'blank_rows_read_again_count_again',
    breaks: 'Blank rows that are read a second time count a second time.',
    file: rows,
    kind: 'expression',
    original: 'within_list && !again_',
    bug: 'within_list',
  },
  {
    name: 'foreign_key_written',
    breaks: 'Keys outside the key pattern are written.',
    file: rows,
    kind: 'expression',
    original: 'mapping_.key_pattern && !mapping_.key_pattern->matches(key_)',
    bug: 'false',
  },
  {
    name: 'sensitive_value_shown',
    breaks: 'Held entries show what sensitive cells hold.',
    file: rows,
    kind: 'expression',
    original: 'column.sensitive && !cell.text.empty()',
    bug: 'false',
  },
  {
    name: 'html_believed_to_be_an_empty_sheet',
    breaks: "A proxy's page under 200 counts as a sheet without a header.",
    file: reads,
    kind: 'statement',
    within: `cells_.clear();
  if (reader_.fault()) return Faults{*reader_.fault()};`,
    original: 'if (reader_.fault()) return Faults{*reader_.fault()};',
    bug: '(void)cells_;',
  },
  {
    name: 'truncated_page_believed',
    breaks: 'Rows that a broken answer lacks count as rows that are not there.',
    file: reads,
    kind: 'statement',
    original:
      'if (reader_.fault()) return *reader_.fault(); if (short_of_ranges || too_many_ranges) return range_mismatch();',
    bug: '(void)short_of_ranges; (void)too_many_ranges;',
  },
  {
    name: 'truncated_snapshot_believed',
    breaks: 'Keys that a broken answer lacks count as keys that are not there.',
    file: reads,
    kind: 'statement',
    within: `key.empty())
        keys_->add(key_hash(key), row);
      else
        keys_->add_keyless(readable ? 0 : hash64(cells_.front().text, 1), row);
    }
  if (reader_.fault()) return Faults{*reader_.fault()};`,
    original: 'if (reader_.fault()) return Faults{*reader_.fault()};',
    bug: '(void)key;',
  },
];
