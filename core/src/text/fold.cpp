// Width folding: the <wide> and the katakana <narrow> mappings of UnicodeData.txt, so that 物件１
// and 物件1, ﾏﾝｼｮﾝ and マンション compare equal. Not NFKC: ㎡, ② and ㈱ stay what they are.
#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include "listing_sync/text.h"
#include "text/white_space.h"

namespace listing_sync {
namespace {

// U+FF61 to U+FF9D, in order.
constexpr std::u16string_view kKatakana =
    u"。「」、・ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテト"
    u"ナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン";
static_assert(kKatakana.size() == 0xFF9D - 0xFF61 + 1);

// U+FFE0 to U+FFE6, in order: cent, pound, not sign, macron, broken bar, yen, won.
constexpr std::u16string_view kSigns = u"\u00A2\u00A3\u00AC\u00AF\u00A6\u00A5\u20A9";

// Pairs: a kana, and the same with the mark composed into it (canonical compositions).
constexpr std::u16string_view kVoiced =
    u"カガキギクグケゲコゴサザシジスズセゼソゾタダチヂツヅテデトドハバヒビフブヘベホボ"
    u"ウヴワヷヰヸヱヹヲヺヽヾ"
    u"かがきぎくぐけげこごさざしじすずせぜそぞただちぢつづてでとどはばひびふぶへべほぼ"
    u"うゔゝゞ";
constexpr std::u16string_view kSemiVoiced = u"ハパヒピフプヘペホポはぱひぴふぷへぺほぽ";

void append_utf8(std::string& out, char16_t point) {
  const auto put = [&out](unsigned byte) { out += static_cast<char>(byte); };
  if (point >= 0x800) {
    put(0xE0U | (point >> 12U));
    put(0x80U | ((point >> 6U) & 0x3FU));
  } else if (point >= 0x80) {
    put(0xC0U | (point >> 6U));
  } else {
    return put(point);
  }
  put(0x80U | (point & 0x3FU));
}

/// The last code point of `out` where it takes three bytes (as every kana does), else 0.
char16_t last_kana(const std::string& out) {
  if (out.size() < 3) return 0;
  const auto byte = [&out](std::size_t from_end) {
    return static_cast<unsigned char>(out[out.size() - from_end]);
  };
  if (byte(3) != 0xE3) return 0;
  return static_cast<char16_t>(0x3000U | ((byte(2) & 0x3FU) << 6U) | (byte(1) & 0x3FU));
}

/// Composes a half-width (semi-)voiced mark with the kana before it, or appends the mark alone.
void append_mark(std::string& out, bool semi_voiced) {
  const std::u16string_view pairs = semi_voiced ? kSemiVoiced : kVoiced;
  const char16_t base = last_kana(out);
  for (std::size_t i = 0; base != 0 && i < pairs.size(); i += 2) {
    if (pairs[i] != base) continue;
    out.resize(out.size() - 3);
    return append_utf8(out, pairs[i + 1]);
  }
  append_utf8(out, semi_voiced ? u'\u309A' : u'\u3099');
}

/// Appends what U+FF00…U+FFFF `point` folds to; false (nothing appended) where it does not fold.
bool append_folded(std::string& out, char16_t point) {
  if (point >= 0xFF01 && point <= 0xFF5E) {
    out += static_cast<char>(point - 0xFF01 + '!');
  } else if (point == 0xFF5F || point == 0xFF60) {
    append_utf8(out, static_cast<char16_t>(point - 0xFF5F + 0x2985));  // white parentheses
  } else if (point >= 0xFF61 && point <= 0xFF9D) {
    append_utf8(out, kKatakana[static_cast<std::size_t>(point - 0xFF61)]);
  } else if (point == 0xFF9E || point == 0xFF9F) {
    append_mark(out, point == 0xFF9F);
  } else if (point >= 0xFFE0 && point <= 0xFFE6) {
    append_utf8(out, kSigns[static_cast<std::size_t>(point - 0xFFE0)]);
  } else {
    return false;
  }
  return true;
}

/// Folds the code point that begins `text` if it is one that folds; the bytes it took, else 0.
std::size_t fold_one(std::string_view text, std::string& out) {
  const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  if (byte(0) == 0xE3) {
    out += ' ';
    return 3;
  }
  const auto point = static_cast<char16_t>(0xF000U | ((byte(1) & 0x3FU) << 6U) | (byte(2) & 0x3FU));
  return append_folded(out, point) ? 3 : 0;
}

/// Whether `text` begins with U+3000 or with one of U+FF00…U+FFFF, where all that folds lies.
bool may_fold(std::string_view text) {
  if (text.size() < 3) return false;
  const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  return (byte(0) == 0xE3 && byte(1) == 0x80 && byte(2) == 0x80) ||
         (byte(0) == 0xEF && byte(1) >= 0xBC);
}

}  // namespace

void fold_width(std::string_view text, std::string& out) {
  out.clear();
  std::size_t copied = 0;  // what stands before it is in `out`
  for (std::size_t at = 0; at < text.size();) {
    if (static_cast<unsigned char>(text[at]) < 0xE3 || !may_fold(text.substr(at))) {
      ++at;
      continue;
    }
    out.append(text, copied, at - copied);
    const std::size_t size = fold_one(text.substr(at), out);
    copied = at + size;
    at += std::max<std::size_t>(size, 1);
  }
  out.append(text, copied, text.size() - copied);
}

std::string fold_header(std::string_view text) {
  std::string folded;
  fold_width(text, folded);
  std::string label;
  label.reserve(folded.size());
  std::string_view rest = trim(folded);
  bool pending_space = false;
  while (!rest.empty()) {
    const std::size_t space = leading_white_space(rest);
    if (space == 0) {
      if (pending_space) label += ' ';
      pending_space = false;
      if (rest.front() != '\0') label += rest.front();
    } else if (rest.substr(0, space) != "\u200B" && rest.substr(0, space) != "\uFEFF") {
      pending_space = true;  // the invisible ones separate nothing: they are dropped
    }
    rest.remove_prefix(std::max<std::size_t>(space, 1));
  }
  return label;
}

}  // namespace listing_sync
