// Japanese texts on why a run failed, by code or family of codes (causes.js).

/** @type {Record<string, import('../i18n.js').Text>} */
export default {
  'cause.forced.what': '強制実行により中止されました。',
  'cause.forced.do': '対応は不要です。強制実行された同期が引き継ぎました。',
  'cause.mapping_changed.what': '実行中に設定が変更されました。',
  'cause.mapping_changed.do': '対応は不要です。新しい設定で改めて実行されています。',
  'cause.header_missing.what': '同期に必要な見出しがシートにありません。',
  'cause.header_missing.do': '見出しを元の名前に戻すか、新しい名前を技術担当者にお知らせください。',
  'cause.header_duplicated.what': '同じ見出しがシートに二つあります。',
  'cause.header_duplicated.do': 'どちらか一方の見出しの名前を変更してください。',
  'cause.header_ambiguous.what': '見出しがどの列を指すのか判断できません。',
  'cause.header_ambiguous.do':
    '一つの項目に当たる見出しが複数あります。技術担当者にご連絡ください。',
  'cause.sheet_unstable.what': '読み込むたびにシートの行や見出しが動いていました。',
  'cause.sheet_unstable.do':
    '次の同期で自動的に再試行します。並べ替えや取り込みの作業中でなかったかご確認ください。',
  'cause.no_progress.what': '何度再開しても処理が進みませんでした。',
  'cause.no_progress.do':
    '次の同期は最初からやり直します。繰り返す場合は、技術担当者にご連絡ください。',
  'cause.all_refused.what': 'すべての行が、同じ理由でデータベースに拒否されました。',
  'cause.all_refused.do':
    'データベースの制約が変わった可能性があります。技術担当者にご連絡ください。',
  'cause.PERMISSION_DENIED.what': 'シートを読み取る権限がありません。',
  'cause.PERMISSION_DENIED.do': 'シートをサービスアカウントに「閲覧者」として共有してください。',
  'cause.NOT_FOUND.what': '設定されているスプレッドシートが見つかりません。',
  'cause.NOT_FOUND.do':
    '削除または差し替えがあった場合は、新しいアドレスを技術担当者にお知らせください。',
  'cause.INVALID_ARGUMENT.what': '設定されている名前のシート（タブ）がありません。',
  'cause.INVALID_ARGUMENT.do': 'タブの名前を元に戻すか、新しい名前を技術担当者にお知らせください。',
  'cause.too_large.what': '応答が大きすぎて読み込めませんでした。',
  'cause.too_large.do': '対象のタブが正しいかどうか、技術担当者にご確認ください。',
  'cause.no_answer.what': 'Google スプレッドシートまたはデータベースから応答がありませんでした。',
  'cause.no_answer.do': '次の同期で自動的に再試行します。',
  'cause.unreadable_sheet.what': 'Google からの応答を読み取れませんでした。',
  'cause.unreadable_sheet.do':
    '次の同期で自動的に読み直します。続く場合は、技術担当者にご連絡ください。',
  'cause.service_ill.what': 'Google スプレッドシートまたはデータベースに障害が起きています。',
  'cause.service_ill.do': '次の同期で自動的に再試行します。',
  'cause.quota.what': 'Google の利用回数の上限に達しました。',
  'cause.quota.do': '次の同期で自動的に再試行します。',
  'cause.credentials.what': 'Google の認証に失敗しました。',
  'cause.credentials.do':
    'サービスアカウントの鍵が無効になっている可能性があります。技術担当者にご連絡ください。',
  'cause.database_away.what': 'データベースに接続できないか、混み合っていました。',
  'cause.database_away.do':
    '自動的に再試行します。長く続く場合は、プロジェクトが停止していないか技術担当者にご確認ください。',
  'cause.database_rights.what': 'データベースへのアクセスが拒否されました。',
  'cause.database_rights.do': '鍵または表の権限に問題があります。技術担当者にご連絡ください。',
  'cause.database_setup.what': 'データベースの構成が想定と異なります。',
  'cause.database_setup.do': '更新の適用漏れや表の変更がないか、技術担当者にご確認ください。',
  'cause.state_too_new.what': 'より新しい版の Listing Sync が動作した形跡があります。',
  'cause.state_too_new.do': '古い版がどこかで動き続けています。技術担当者にご連絡ください。',
  'cause.own_bug.what': 'Listing Sync 自体の不具合です（{code}）。',
  'cause.own_bug.do': 'ログを添えてご報告ください。次の同期で再試行します。',
  'cause.other.what': '処理を続けられませんでした（{code}）。',
  'cause.other.do': '次の同期で再試行します。続く場合は、技術担当者にご連絡ください。',
};
