import { COMMON, type BuiltIn } from '../built-in';

/** The built-in commands of Codex that are useful in a chat, from the list that it shows for `/` (measured with 0.169.0). */
export const BUILT_IN: BuiltIn = {
  compact: COMMON.compact,
  clear: {
    en: 'Clear the terminal and start a new chat',
    ru: 'Начать новый разговор с чистым терминалом',
    zh: '清空终端，开始新对话',
  },
  model: {
    en: 'Choose the model and reasoning effort',
    ru: 'Выбрать модель и глубину рассуждений',
    zh: '选择模型和思考深度',
  },
  permissions: {
    en: 'Choose what Codex may do without asking',
    ru: 'Что Codex можно без запроса',
    zh: '设置 Codex 无需询问的权限',
  },
  plan: COMMON.plan,
  review: {
    en: 'Review the current changes for bugs',
    ru: 'Поискать ошибки в текущих изменениях',
    zh: '在当前改动中找错误',
  },
  diff: {
    en: 'Show the git diff',
    ru: 'Показать git diff',
    zh: '查看 git diff',
  },
  recap: { en: 'Sum up the work', ru: 'Подвести итог сделанному', zh: '总结已做的工作' },
  goal: { en: 'Set a goal for a long task', ru: 'Задать цель для долгой задачи', zh: '为长任务设定目标' },
  init: {
    en: 'Write an AGENTS.md for the project',
    ru: 'Написать AGENTS.md для проекта',
    zh: '为项目写 AGENTS.md',
  },
  resume: { en: 'Resume an earlier chat', ru: 'Продолжить прежний разговор', zh: '继续以前的对话' },
  fork: { en: 'Fork the chat', ru: 'Ответвить разговор', zh: '分出新的对话' },
  side: {
    en: 'Start a side conversation',
    ru: 'Начать параллельный разговор',
    zh: '开始旁支对话',
  },
  ps: COMMON.background,
  skills: COMMON.skills,
  mcp: { en: 'List the MCP tools', ru: 'Список инструментов MCP', zh: '列出 MCP 工具' },
  memories: {
    en: 'Show what Codex remembers',
    ru: 'Показать, что помнит Codex',
    zh: '查看 Codex 记住的内容',
  },
  approve: {
    en: 'Approve one retry of a denied action',
    ru: 'Разрешить один повтор отклонённого',
    zh: '批准重试一次被拒绝的操作',
  },
  status: {
    en: 'Show settings and token usage',
    ru: 'Показать настройки сессии и расход токенов',
    zh: '查看会话设置和令牌用量',
  },
  config: COMMON.config,
};
