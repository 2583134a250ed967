// Words the listings are made of. Every place, company and person is invented; telephone numbers
// use exchanges that begin with 0, which are not assigned in Japan; mail and web addresses use the
// reserved example domains.

export const PREFECTURES = ['青湊県', '霧原県', '瑞穂野県', '白鷺県'];
export const CITIES = [
  '霧ヶ丘市',
  '青湊市',
  '白鷺市',
  '美空野市',
  '月見川市',
  '花守市',
  '緑台郡杉の里町',
  '大狭間市',
];
export const TOWNS = [
  '日和町',
  '若葉台',
  '潮見',
  '柊坂',
  '鈴懸',
  '東雲ヶ原',
  '朝凪',
  '七曲',
  '石榴町',
  '小舟木',
];
export const LINES = ['青湊本線', '霧原高原鉄道', '白鷺都市モノレール', '瑞穂野急行線'];
export const STATIONS = [
  '日和',
  '柊坂',
  '若葉台',
  '鈴懸公園',
  '潮見港',
  '七曲温泉',
  '朝凪中央',
  '東雲ヶ原',
];
export const FAMILY_NAMES = [
  '架空',
  '見本',
  '仮田',
  '例沢',
  '試野',
  '雛形',
  '模木',
  '写本',
  '空想寺',
];
export const GIVEN_NAMES = ['太郎', '花子', '一郎', 'さくら', '健', 'みどり', '次郎', '葵', '誠'];
export const COMPANIES = [
  '架空不動産',
  '見本ホーム',
  'サンプル建設',
  'ひな形ハウジング',
  '例示エステート',
  '仮想管理',
];
export const ROOMS = ['R', 'K', 'DK', 'LDK', 'SLDK'];
export const LAND_CATEGORIES = ['宅地', '山林', '雑種地', '田', '畑', '原野'];
export const HANDOVERS = [
  '即時',
  '相談',
  '2026年4月',
  '契約後1ヶ月',
  '引渡後2ヶ月以内',
  '完成次第',
];
export const ROADS = ['公道', '私道', '市道', '県道'];
export const SIDES = ['北', '北東', '東', '南東', '南', '南西', '西', '北西'];
export const BUILDING_NAMES = [
  'コーポ',
  'メゾン',
  'グランドハイツ',
  'パークサイド',
  'ヴィラ',
  'レジデンス',
];

export const REMARKS = [
  '日当たり・眺望良好です。',
  '現況と図面が異なる場合は現況を優先します。',
  '室内の家具・備品は価格に含まれません。',
  'ペットの飼育は管理規約によります（小型犬1匹まで）。',
  '水道加入金・浄化槽清掃費は別途必要です。',
  '「内覧」は2日前までにご予約ください。',
  '境界標の一部が未設置のため、引渡しまでに売主負担で確定測量を行います。',
  '南側隣地との高低差あり: 約1.5m。',
  '小学校まで徒歩8分、スーパーまで徒歩5分の閑静な住宅街です。',
  '告知事項あり。詳しくは担当者までお問い合わせください。',
  'リフォーム済み♪ キッチン・浴室・トイレ交換、クロス張替え。',
  '建築条件はありません。お好きなハウスメーカーで建築できます。',
  '私道持分 1/4 を含みます。通行・掘削承諾書あり。',
  '手数料 3%+6万円(税別)',
];

/** Texts that break careless code: quotes, markup, formulas, emoji, surrogate pairs, escapes. */
export const AWKWARD_TEXTS = [
  '"引用符"と\'アポストロフィ\'と\\バックスラッシュ\\',
  '<script>alert("備考")</script>',
  '🏠🏡 新着！ 👨‍👩‍👧 ファミリー向け',
  '𠮷野家の隣、髙﨑様ご紹介（𩸽通り）',
  '=HYPERLINK("https://example.com/","地図")',
  "'; drop table property_listings; --",
  '{"json": [1, 2, null]}',
  'タブ\tと改行\r\nと縦棒|',
  '%00 %E3%81%82 &amp; &lt;b&gt;',
  'ｶﾞﾚｰｼﾞ ＋ ロフト ㍍㌔ ①②③ ℡',
  'null',
  'NaN',
  'か\u3099き\u309a（結合文字）',
  '#1の鍵は管理会社、#2は現地',
];
