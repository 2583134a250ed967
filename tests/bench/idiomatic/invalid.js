// Why a cell is invalid: one constant per code.

export class Invalid {
  /** @param {string} code */
  constructor(code) {
    this.code = code;
  }
  static errorCell = new Invalid('error_cell');
  static blankNotAllowed = new Invalid('blank_not_allowed');
  static notText = new Invalid('not_text');
  static notANumber = new Invalid('not_a_number');
  static notAnInteger = new Invalid('not_an_integer');
  static outOfRange = new Invalid('out_of_range');
  static ambiguousRange = new Invalid('ambiguous_range');
  static unexpectedUnit = new Invalid('unexpected_unit');
  static notADate = new Invalid('not_a_date');
  static ambiguousDate = new Invalid('ambiguous_date');
  static impossibleDate = new Invalid('impossible_date');
  static notABoolean = new Invalid('not_a_boolean');
  static notInValues = new Invalid('not_in_values');
  static notAUrl = new Invalid('not_a_url');
  static notAnEmail = new Invalid('not_an_email');
  static notAPhone = new Invalid('not_a_phone');
  static tooLong = new Invalid('too_long');
  static patternMismatch = new Invalid('pattern_mismatch');
}
