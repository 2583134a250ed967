// Japanese texts of the shell and its views. The same keys as en.js: a test holds that.

/** @type {Record<string, import('../i18n.js').Text>} */
export default {
  'page.title': 'Listing Sync',
  'page.skip': '本文へ移動',
  'page.source': '同期元',
  'page.sign-out': 'サインアウト',
  'page.to-dark': '暗い配色に切り替える',
  'page.to-light': '明るい配色に切り替える',
  'page.away': '{why}表示されているのは最後に確認できた内容です。自動的に再接続します。',
  'page.away-yet': '{why}自動的に再接続します。',
  'page.trying-again': '再接続しています…',

  'nav.label': '画面の切り替え',
  'nav.now': '現在',
  'nav.held': '保留中',
  'nav.history': '履歴',
  'nav.alerts': 'アラート',

  'common.loading': '読み込んでいます…',
  'common.retry': '再試行',
  'common.cancel': 'キャンセル',
  'common.close': '閉じる',
  'common.more': 'さらに表示',
  'common.none': 'なし',
  'common.unknown': '不明',
  'common.number': '{n}',
  'common.show-all': '全文を表示（{n}文字）',
  'common.whole-text': '全文',

  'time.just-now': 'たった今',

  'sign-in.title': 'サインイン',
  'sign-in.intro':
    'シートの内容がウェブサイトに反映されているかを確認し、問題があればその場で対処できます。',
  'sign-in.token': 'アクセストークン',
  'sign-in.token-hint':
    'Listing Sync の設定担当者から受け取った文字列です。このタブの中だけに保存されます。',
  'sign-in.elsewhere': 'Listing Sync が別のアドレスで動いている場合',
  'sign-in.address': '接続先のアドレス',
  'sign-in.address-hint':
    'この画面が Listing Sync から直接表示されている場合は、空欄のままにしてください。',
  'sign-in.submit': 'サインイン',
  'sign-in.no-token': 'アクセストークンを入力してください。',
  'sign-in.bad-address':
    'このアドレスは使用できません。https:// で始まるアドレスを入力してください。',
  'sign-in.refused':
    'アクセストークンが正しくありません。最後までコピーされているかご確認ください。',
  'sign-in.forbidden':
    'これはスケジューラー専用のトークンです。アクセストークンまたは閲覧用トークンをお使いください。',
  'sign-in.expired':
    'アクセストークンが無効になりました。変更された可能性があります。もう一度サインインしてください。',
  'sign-in.not-there': 'このアドレスには Listing Sync が見つかりません。',

  'overall.label': '全体の状況',
  'overall.match': '全{n}件の物件がシートの内容と一致しています（最終確認：{ago}）。',
  'overall.rows-held':
    '全{total}件のうち{n}件の物件を保留しています。ほかはシートと一致しています（最終確認：{ago}）。',
  'overall.rows-and-cells-held':
    '全{total}件のうち物件{n}件とセル{cells}件を保留しています。ほかはシートと一致しています（最終確認：{ago}）。',
  'overall.entries-held':
    '{n}件を保留しています。ほかはシートと一致しています（最終確認：{ago}）。',
  'overall.empty': 'シートに物件がありません（最終確認：{ago}）。',
  'overall.held-todo':
    '保留中の項目は、ウェブサイトでは以前の内容のままです。シートを修正すると、次の同期で自動的に反映されます。',
  'overall.ignored': '{n}件は「無視」に設定されているため、含まれていません。',
  'overall.alerts': 'アラートが{n}件発生しています。下の内容をご確認ください。',
  'overall.first-run': '最初の同期を実行しています。',
  'overall.first-run-todo': '物件は、処理が進むにつれてウェブサイトに表示されます。',
  'overall.unknown': '現在、データベースに接続できません。',
  'overall.unknown-harmless':
    'データは失われていません。接続が回復すると、同期は自動的に再開されます。',
  'overall.as-of': 'ウェブサイトには{ago}のシートの内容が表示されています。',

  'reason.failing.what':
    '同期が{n}回続けて失敗しています。ウェブサイトは最新の内容ではありません。',
  'reason.failing.do': '最後の実行の原因をご確認ください。',
  'reason.never_succeeded.what': '同期がまだ一度も成功していません。',
  'reason.never_succeeded.do':
    '多くの場合、シートがサービスアカウントに共有されていないか、見出しの名前が異なっています。',
  'reason.silent.what': '長い間、同期が成功していません。ウェブサイトは最新の内容ではありません。',
  'reason.silent.do':
    'この画面から同期を開始してください。それで成功する場合は定期実行が止まっていますので、技術担当者にご連絡ください。',
  'reason.ticks_missed.what': '定期実行が動いていません。自動では同期されない状態です。',
  'reason.ticks_missed.do':
    'この画面から同期を開始し、定期実行が止まっていることを技術担当者にご連絡ください。',
  'reason.never_run.what': '同期はまだ一度も行われていません。',
  'reason.never_run.do': '「今すぐ同期」を押すと、最初の同期が始まります。',
  'reason.last_run_failed.what': {
    one: '前回の同期が失敗しました。',
    other: '直近{n}回の同期が失敗しました。',
  },
  'reason.last_run_failed.do': '一時的な障害であれば、次の同期で自動的に回復します。',
  'reason.late.what': '最後に成功した同期から、通常より長い時間が経っています。',
  'reason.late.do': '次の同期をお待ちいただくか、「今すぐ同期」を押してください。',
  'reason.many_errors.what': '全体の{rate}の行を保留しています。',
  'reason.many_errors.do':
    '保留中の項目をご確認ください。同じ原因が多い場合は、一か所の修正でまとめて解消できます。',
  'reason.circuit_not_closed.what':
    'Google スプレッドシートまたはデータベースの障害が続いているため、同期を一時停止しています。',
  'reason.circuit_not_closed.do':
    '応答が戻り次第、自動的に再開します。「強制実行」ですぐに試すこともできます。',

  'now.last': '前回の実行',
  'now.last-full': '前回の全件同期',
  'now.no-run': '終了した実行はまだありません。',
  'now.held': '保留中の項目',
  'now.held-open': '件が未対応です',
  'now.held-ignored': 'ほかに{n}件を無視しています。',
  'now.held-none': 'シートの内容はすべて反映できています。',
  'now.held-look': '内容を確認する',
  'now.error-rate': '前回の全件同期では{rate}の行を保留',
  'now.circuits': '接続と待ち行列',
  'now.queue': '待機中',
  'now.queued': '{n}件',
  'now.interval': '定期実行',
  'now.every': '{time}ごと',
  'now.average': '平均所要時間',
  'now.alerts': '発生中のアラート',
  'now.alerts-all': 'アラートの一覧（{n}件）',
  'now.running': '同期中（{kind}）',
  'now.trying': '試行中（{kind}）',

  'progress.label': '進み具合',
  'progress.queued': '先の実行が終わるのを待っています。',
  'progress.reading': 'シートを読み込んでいます…',
  'progress.rows': '{n}行のうち{done}行',
  'progress.rate': '毎秒{n}行',
  'progress.left': '残り約{time}',

  'ledger.inserted': '追加',
  'ledger.updated': '更新',
  'ledger.unchanged': '変更なし',
  'ledger.failed': '保留（行）',
  'ledger.skipped': '対象外',
  'ledger.heldCells': '保留（セル）',
  'ledger.dry-run': '試行の結果です。実際には何も書き込んでいません。',

  'status.queued': '待機中',
  'status.in_progress': '実行中',
  'status.completed': '完了',
  'status.failed': '失敗',
  'status.cancelled': '中止',
  'status.superseded': '差し替え',
  'kind.full': '全件',
  'kind.selective': '物件番号を指定',
  'trigger.manual': '手動',
  'trigger.scheduled': '定期実行',
  'trigger.library': 'プログラム',
  'trigger.retry': '再試行',

  'target.sheets': 'Google スプレッドシート',
  'target.database': 'データベース',
  'circuit.closed': '正常',
  'circuit.open': '障害のため一時停止中',
  'circuit.half-open': '回復を確認中',
  'circuit.half_open': '回復を確認中',

  'actions.title': '同期の実行',
  'actions.sync': '今すぐ同期',
  'actions.dry-run': '試行する',
  'actions.dry-run-hint':
    '「試行する」は、反映した場合の結果だけを表示します。何も書き込みません。',
  'actions.force': '強制実行…',
  'actions.numbers': '物件番号を指定して同期',
  'actions.numbers-label': '物件番号',
  'actions.numbers-hint': '空白・カンマ・改行で区切って、複数入力できます。',
  'actions.numbers-count': '{n}件の物件番号',
  'actions.numbers-sync': 'この物件を同期',
  'actions.numbers-dry-run': 'この物件を試行',
  'actions.numbers-none': '物件番号を1件以上入力してください。',
  'actions.numbers-too-many': '{n}件入力されています。一度に同期できるのは{max}件までです。',
  'actions.numbers-too-long': '物件番号として長すぎるものが{n}件あります（64文字まで）：{first}…',
  'actions.read-only':
    '閲覧用トークンでサインインしています。内容の確認はできますが、操作はできません。',
  'actions.of-all': '全件',
  'actions.of-numbers': '物件{n}件',
  'actions.syncing': '同期：{what}',
  'actions.trying': '試行：{what}',
  'actions.details': '詳細',
  'actions.ended-well': '実行が終わりました（{what}）。',
  'actions.ended-badly': '実行は成功しませんでした（{what}）。',

  'force.title': '強制的に同期を始めますか？',
  'force.cancels': '実行中の同期は中止されます。すでに書き込まれた内容はそのまま残ります。',
  'force.circuit':
    '障害による一時停止を待たずに、Google スプレッドシートとデータベースへすぐに接続します。',
  'force.when':
    '原因を直した直後なのに同期が進まないときにお使いください。通常は「今すぐ同期」で十分です。',
  'force.action': '強制的に同期する',

  'problem.unreachable': 'サーバーが応答していません。',
  'problem.unreadable': 'Listing Sync 以外から応答がありました。',
  'problem.unexpected': '画面の処理で予期しない問題が起きました。ページを再読み込みしてください。',
  'problem.other': '処理できませんでした（{code}）。',
  'problem.unauthorized': 'アクセストークンが受け付けられませんでした。',
  'problem.forbidden': '閲覧用トークンでは操作できません。アクセストークンが必要です。',
  'problem.force_too_soon': '1分以内に強制実行が行われています。{n}秒後にもう一度お試しください。',
  'problem.queue_full': '待機中の実行が多すぎます。いくつか終わるまでお待ちください。',
  'problem.database_unavailable':
    '現在、データベースに接続できません。しばらくしてからもう一度お試しください。',
  'problem.not_configured':
    'Listing Sync の設定が完了していません。不足している項目はログに記録されています。',
  'problem.not_started': 'Listing Sync を起動できませんでした。原因はログに記録されています。',
  'problem.not_found': '見つかりませんでした。',
  'problem.unknown_run': 'この実行は見つかりません。古い実行は一定期間後に削除されます。',
  'problem.unknown_source': 'この同期元は、まだデータベースに登録されていません。',
  'problem.nothing_to_retry': '選択した項目は、すべて対応済みになっています。',
  'problem.alerts_not_configured': '通知先が設定されていないため、アラートは送信されません。',
  'problem.alert_not_delivered':
    'テスト通知を送信できませんでした。通知先に拒否されたか、応答がありませんでした。',
};
