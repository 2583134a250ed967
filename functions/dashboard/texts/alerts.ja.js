// Japanese texts of the alerts: rules, their delivery, the view. The same keys as alerts.en.js.

/** @type {Record<string, import('../i18n.js').Text>} */
export default {
  'alerts.intro':
    'Listing Sync は自身の状態を見守り、対応が必要なときにお知らせします。発生時に一度、その後は間隔を広げながら再通知し、解消したときにも一度お知らせします。',
  'alerts.open': '発生中',
  'alerts.none-open': '発生中のアラートはありません。',
  'alerts.past': '過去のアラート',
  'alerts.none-past': 'アラートはまだ一度も発生していません。',
  'alerts.since': '発生：',
  'alerts.reminded': '再通知{n}回（最終：{ago}）',
  'alerts.facts': '詳しい情報',
  'alerts.rule': 'アラート',
  'alerts.opened': '発生',
  'alerts.resolved': '解消',
  'alerts.delivered': '通知',
  'alerts.delivery': '通知先',
  'alerts.no-webhook':
    '通知先が設定されていないため、アラートはこの画面にだけ表示されます。技術担当者が SYNC_ALERT_WEBHOOK_URL で設定できます。',
  'alerts.webhook': 'アラートは {format} に送信されます。',
  'alerts.test': 'テスト通知を送る',
  'alerts.testing': '送信しています…',
  'alerts.arrived': 'テスト通知が {format} に受け付けられました。',
  'alerts.rules': '見守っている内容',

  'delivery.none': '画面にのみ表示',
  'delivery.pending': '未送信（{n}回試行）',
  'delivery.delivered': '送信済み',
  'webhook.generic': 'Webhook',
  'webhook.slack': 'Slack',
  'webhook.teams': 'Microsoft Teams',
  'webhook.google-chat': 'Google Chat',
  'severity.critical': '重大',
  'severity.warning': '注意',

  'alert.no_success.name': '同期が成功していません',
  'alert.no_success.what':
    '全件の同期が長い間成功していません。ウェブサイトの内容が古くなっている可能性があります。',
  'alert.no_success.do':
    '「現在の状況」から同期を開始してください。成功すれば定期実行が止まっています。失敗する場合は、表示される原因をご確認ください。',
  'alert.consecutive_failures.name': '同期が続けて失敗しています',
  'alert.consecutive_failures.what': '全件の同期が何回か続けて失敗しています。',
  'alert.consecutive_failures.do': '実行履歴で、最後の実行の原因をご確認ください。',
  'alert.error_rate.name': '保留の割合が高くなっています',
  'alert.error_rate.what': '反映できなかった行の割合が、通常より高くなっています。',
  'alert.error_rate.do':
    '保留中の項目を原因別にご確認ください。多くの場合、ある列の書き方が変わったことが原因です。',
  'alert.circuit_open.name': '接続が途切れています',
  'alert.circuit_open.what':
    'Google スプレッドシートまたはデータベースの障害が続いているため、同期を一時停止しています。',
  'alert.circuit_open.do':
    '回復すると自動的に再開します。長く続く場合は、技術担当者にご連絡ください。',
  'alert.header_drift.name': '見出しが変わっています',
  'alert.header_drift.what': '同期に必要な見出しがシートにないか、重複しています。',
  'alert.header_drift.do': '見出しを元の名前に戻すか、新しい名前を技術担当者にお知らせください。',
  'alert.held_rows.name': '確認が必要な項目が増えています',
  'alert.held_rows.what': '保留中の項目が、決められた件数を超えています。',
  'alert.held_rows.do': 'シートを修正してください。意図した内容であれば「無視」にできます。',
  'alert.mass_change.name': '一度に多数の物件が変更されました',
  'alert.mass_change.what': '一回の同期で、通常より多くの物件が変更されました。',
  'alert.mass_change.do':
    '意図した変更であれば問題ありません。そうでない場合は、シートの変更履歴から元に戻し、もう一度同期してください。',
  'alert.mass_disappearance.name': '多数の行がなくなっています',
  'alert.mass_disappearance.what': 'シートの行数が、以前より大幅に減っています。',
  'alert.mass_disappearance.do':
    '行の移動や削除がなかったかご確認ください。シートの変更履歴から元に戻せます。ウェブサイトの物件は残っています。',
  'alert.lease_stuck.name': '同期が止まっています',
  'alert.lease_stuck.what': '実行中の同期が進んでいません。',
  'alert.lease_stuck.do':
    '多くの場合、1分ほどで自動的に再開します。再開しない場合は「強制実行」をお試しください。',

  // With the numbers of one alert.
  'alert.no_success.now':
    '全件の同期が{minutes}分間成功していません。ウェブサイトの内容が古くなっている可能性があります。',
  'alert.consecutive_failures.now': '全件の同期が{failures}回続けて失敗しています。',
  'alert.error_rate.now': '{rows}行のうち{failed}行（{percent}%）を反映できませんでした。',
  'alert.circuit_open.now':
    '{target}の障害が{minutes}分間続いているため、同期を一時停止しています。',
  'alert.held_rows.now': '保留中の項目が{held}件あり、決められた{limit}件を超えています。',
  'alert.mass_change.now':
    '一回の同期で、{rows}件のうち{updated}件（{percent}%）の物件が変更されました。',
  'alert.mass_disappearance.now':
    'シートにあった{rowsBefore}行のうち{gone}行（{percent}%）がなくなりました。',
  'alert.lease_stuck.now': '実行中の同期が{minutes}分間進んでいません。',
};
