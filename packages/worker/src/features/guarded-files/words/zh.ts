export const zh = {
  settingsChanged: '⚠️ {{path}} 中的 ccbot 设置{{when}}被修改，但不是通过 `ccbot init`：{{names}}。',
  hooksChanged: '⚠️ {{path}} 中的 {{agent}} 设置{{when}}被修改，但不是通过 `ccbot hook`：{{names}}。',
  rulesChanged: '⚠️ {{path}} 中 {{agent}} 的禁止规则{{when}}被修改，但不是通过 `ccbot hook`。',
  removed: '⚠️ 文件 {{path}} {{when}}被删除，不是 ccbot 删除的。',
  unreadable: '⚠️ ccbot 无法再读取 {{path}}：{{reason}}。',
  settingsInUse: 'ccbot 已在使用这些设置。',
  settingsNotYet: 'ccbot 下次启动时才会使用这些设置。',
  settingsKept: 'ccbot 仍在使用启动时的设置，但在文件恢复之前可能无法再次启动。',
  settingsGone: 'ccbot 现在不使用该文件运行。',
  settingsTodo:
    '如果不是你改的，那就是本机上的智能体或其他程序改的：请检查 {{path}}，尤其是谁可以使用机器人、它会运行哪些命令，然后重启 ccbot。',
  hooksMeaning: '没有 ccbot 的钩子，你就看不到 {{agent}} 的请求，其他钩子也可能替你作答。',
  rulesMeaning: '没有这些规则，{{agent}} 就能运行 tmux，在自己的窗口里按键。',
  agentTodo:
    '如果不是你改的，那就是本机上的智能体或其他程序改的：请检查 {{path}}，然后用 {{command}} 恢复 ccbot 的部分。',
  andMore_other: '{{names}} 等，另有 {{count}} 项',
} as const;
