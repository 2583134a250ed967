// Full and half width, as hands and input methods leave them behind.

const HALF_KATAKANA = new Map(
  Object.entries({
    ア: 'ｱ',
    イ: 'ｲ',
    ウ: 'ｳ',
    エ: 'ｴ',
    オ: 'ｵ',
    カ: 'ｶ',
    キ: 'ｷ',
    ク: 'ｸ',
    ケ: 'ｹ',
    コ: 'ｺ',
    サ: 'ｻ',
    シ: 'ｼ',
    ス: 'ｽ',
    セ: 'ｾ',
    ソ: 'ｿ',
    タ: 'ﾀ',
    チ: 'ﾁ',
    ツ: 'ﾂ',
    テ: 'ﾃ',
    ト: 'ﾄ',
    ナ: 'ﾅ',
    ニ: 'ﾆ',
    ヌ: 'ﾇ',
    ネ: 'ﾈ',
    ノ: 'ﾉ',
    ハ: 'ﾊ',
    ヒ: 'ﾋ',
    フ: 'ﾌ',
    ヘ: 'ﾍ',
    ホ: 'ﾎ',
    マ: 'ﾏ',
    ミ: 'ﾐ',
    ム: 'ﾑ',
    メ: 'ﾒ',
    モ: 'ﾓ',
    ヤ: 'ﾔ',
    ユ: 'ﾕ',
    ヨ: 'ﾖ',
    ラ: 'ﾗ',
    リ: 'ﾘ',
    ル: 'ﾙ',
    レ: 'ﾚ',
    ロ: 'ﾛ',
    ワ: 'ﾜ',
    ヲ: 'ｦ',
    ン: 'ﾝ',
    ァ: 'ｧ',
    ィ: 'ｨ',
    ゥ: 'ｩ',
    ェ: 'ｪ',
    ォ: 'ｫ',
    ャ: 'ｬ',
    ュ: 'ｭ',
    ョ: 'ｮ',
    ッ: 'ｯ',
    ー: 'ｰ',
  }),
);

/**
 * ASCII to full width; the space becomes an ideographic one.
 *
 * @param {string} text
 */
export function toFullWidth(text) {
  let result = '';
  for (const unit of text) {
    const code = unit.charCodeAt(0);
    if (code === 0x20) result += '\u3000';
    else if (code > 0x20 && code < 0x7f) result += String.fromCharCode(code + 0xfee0);
    else result += unit;
  }
  return result;
}

/**
 * Katakana to half width; a voiced sign becomes a character of its own (バ → ﾊﾞ).
 *
 * @param {string} text
 */
export function toHalfKatakana(text) {
  let result = '';
  for (const unit of text) {
    const isKatakana = unit >= 'ァ' && unit <= 'ヶ';
    for (const part of isKatakana ? unit.normalize('NFD') : unit) {
      const combining = { '\u3099': 'ﾞ', '\u309a': 'ﾟ' }[part];
      result += combining ?? HALF_KATAKANA.get(part) ?? part;
    }
  }
  return result;
}
