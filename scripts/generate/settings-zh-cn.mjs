/** The sentences of the settings in Simplified Chinese, for README.zh-CN.md; written by hand. */
export const SENTENCES_ZH_CN = {
  'The port the API listens on; 0 picks a free one.': 'API 监听的端口；0 表示选一个空闲端口。',
  'The address the API binds to; only this machine by default.': 'API 绑定的地址；默认只有本机可以访问。',
  'How many requests a minute each key may make of this process, where the quotas of its tenant do not say otherwise.':
    '每个密钥每分钟可以向这个进程发出多少请求；租户的配额另有规定时以配额为准。',
  'Addresses or networks of proxies whose X-Forwarded-For is believed, separated by commas; absent: none is.':
    '哪些代理的 X-Forwarded-For 可以相信：地址或网段，用逗号分隔；不设则一个也不信。',
  'How long a process that is told to stop still answers while /readyz says 503; behind a load balancer a few seconds.':
    '进程收到停止的要求后，还继续应答多少秒（此时 /readyz 已是 503）；位于负载均衡之后时设为几秒。',
  'A PostgreSQL of version 15 or newer; absent: the embedded one in the data folder.': '版本 15 或更新的 PostgreSQL；不设则使用数据目录中内嵌的那一个。',
  'The folder of the embedded database and of the master key made at the first start.': '存放内嵌数据库和首次启动时生成的主密钥的目录。',
  'How many connections this process may open to the database.': '这个进程最多可以打开多少个数据库连接。',
  'Fixes the operator key, for automation; absent: one is made and printed at the first start.': '指定运营者密钥，供自动化使用；不设则首次启动时生成并打印一个。',
  'The key that wraps every data key: 32 bytes as 64 hexadecimal digits or base64; around a rotation several, newest first, separated by commas.':
    '用来加密所有数据密钥的主密钥：32 字节，写成 64 位十六进制数字或 base64；轮换前后可以有多个，最新的在前，用逗号分隔。',
  'A file that holds the master key, or several, newest first, a line each; absent: standalone makes one in its data folder, mode 0600, and no other process does.':
    '存放主密钥的文件，可以有多个密钥，每行一个，最新的在前；不设时，单进程方式会在数据目录中生成一个（权限 0600），其他进程都不会生成。',
  'production or development; only development may move the clock.': 'production 或 development；只有 development 可以拨动时钟。',
  'on or off: whether this process simulates WhatsApp for test keys; absent: on in npm start and npm run sandbox, which alone can.':
    'on 或 off：这个进程是否为 test 密钥模拟 WhatsApp；不设时，npm start 和 npm run sandbox 为 on，也只有它们才能模拟。',
  'How long a confirmed deletion can be taken back, where the rules of the tenant do not say; for live instances never less than 24 hours.':
    '已确认的删除在多长时间内可以撤回（租户的规则另有规定时以规则为准）；live 实例不少于 24 小时。',
  'A file outside the database that lists what was purged, so that a restored backup purges it again; absent: tombstones.jsonl in the data folder beside an embedded database, else none.':
    '数据库之外的一个文件，记录已被清除的实例，使恢复的备份会再次清除它们；不设时，使用内嵌数据库则为数据目录中的 tombstones.jsonl，否则没有。',
  'A file outside the database that holds the last signed state of the journal of each tenant, so that a restored backup cannot pass for what it was; absent: checkpoints.jsonl in the data folder beside an embedded database, else none.':
    '数据库之外的一个文件，保存每个租户的日志最近一次签名的状态，使恢复的备份无法冒充原来的数据；不设时，使用内嵌数据库则为数据目录中的 checkpoints.jsonl，否则没有。',
  'How soon what happened is signed at the latest, as an ISO 8601 duration of hours, minutes and seconds; after 1,000 entries it is in any case.':
    '发生的事情最迟在多长时间内签名，写成由时、分、秒组成的 ISO 8601 时长；满 1,000 条时一定会签名。',
  'Of another API, where it deleted instances; ignored here, and answered at the start with the rules that would say the same.':
    '来自另一个 API，在那里它会删除实例；在这里被忽略，启动时会说明它原来的含义，并给出等价的规则。',
  'Of another API, where a restart deleted what was not connected; ignored here, and answered at the start.':
    '来自另一个 API，在那里重启会删除未连接的实例；在这里被忽略，启动时会加以说明。',
  'How much is logged: fatal, error, warn, info, debug or silent.': '日志的详细程度：fatal、error、warn、info、debug 或 silent。',
  'The WebSocket address of WhatsApp for live instances; another one only for tests.': 'live 实例所连接的 WhatsApp 的 WebSocket 地址；只有测试时才改成别的。',
  'The version of WhatsApp Web to appear as; raise it when WhatsApp refuses it as outdated (405).': '以哪个版本的 WhatsApp Web 的身份出现；WhatsApp 因版本过旧而拒绝（405）时调高它。',
  'How many WhatsApp sessions this process holds at most.': '这个进程最多持有多少个 WhatsApp 会话。',
  'How many sessions this process opens a second at most, also after an outage; more than 25 make it slow for everything else.':
    '这个进程每秒最多打开多少个会话，故障恢复之后也一样；超过 25 个会让其他一切变慢。',
  'The port of the simulated WhatsApp; 0 picks a free one, and npm run sandbox takes 4711 when this is absent.':
    '模拟的 WhatsApp 所用的端口；0 表示选一个空闲端口，不设时 npm run sandbox 使用 4711。',
  'The address the simulated WhatsApp binds to; only this machine by default.': '模拟的 WhatsApp 绑定的地址；默认只有本机可以访问。',
  'Where test instances connect: a sandbox process on the same database, for example ws://127.0.0.1:4711; absent: the sandbox of this process, if it has one.':
    'test 实例连接到哪里：同一个数据库上的沙箱进程，例如 ws://127.0.0.1:4711；不设则连接本进程的沙箱（如果有）。',
  'Addresses or networks in which proxies of instances may stand although they are not public, separated by commas; absent: none.':
    '实例的代理可以位于哪些非公网的地址或网段，用逗号分隔；不设则一个也不允许。',
  'The loopback port of the simulated WhatsApp; 0 picks a free one.': '模拟的 WhatsApp 所用的本机回环端口；0 表示选一个空闲端口。',
  'The loopback port where the simulated WhatsApp keeps media, over HTTPS; 0 picks a free one.': '模拟的 WhatsApp 存放媒体文件所用的本机回环端口（HTTPS）；0 表示选一个空闲端口。',
};
