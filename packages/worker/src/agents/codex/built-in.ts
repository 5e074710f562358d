import { COMMON, type BuiltIn } from '../built-in';

/** What Codex can do by itself and is of use away from the desk, by the list that it shows for `/` (measured with 0.169.0). */
export const BUILT_IN: BuiltIn = {
  compact: COMMON.compact,
  clear: {
    en: 'Begin a new chat with a clear terminal',
    ru: 'Начать новый разговор с чистым терминалом',
    zh: '清空终端，开始新对话',
  },
  model: {
    en: 'Choose the model and how hard it thinks',
    ru: 'Выбрать модель и усердие её мысли',
    zh: '选择模型及其思考力度',
  },
  permissions: {
    en: 'What Codex may do unasked',
    ru: 'Что Codex можно без спроса',
    zh: 'Codex 无需询问可做什么',
  },
  plan: COMMON.plan,
  review: {
    en: 'Look for bugs in the current changes',
    ru: 'Поискать ошибки в текущих изменениях',
    zh: '在当前改动中找错误',
  },
  diff: {
    en: 'The changes, as git shows them',
    ru: 'Изменения, как их показывает git',
    zh: 'git 显示的改动',
  },
  recap: { en: 'Sum up what was done', ru: 'Подвести итог сделанному', zh: '总结已做的事' },
  goal: { en: 'A goal for a long task', ru: 'Цель для долгой задачи', zh: '长任务的目标' },
  init: {
    en: 'Write an AGENTS.md for the project',
    ru: 'Написать AGENTS.md для проекта',
    zh: '为项目写 AGENTS.md',
  },
  resume: { en: 'Go on with an earlier chat', ru: 'Продолжить прежний разговор', zh: '继续以前的对话' },
  fork: { en: 'Fork the chat', ru: 'Ответвить разговор', zh: '分出新的对话' },
  side: {
    en: 'Talk about something else beside it',
    ru: 'Поговорить о другом параллельно',
    zh: '另外谈点别的',
  },
  ps: COMMON.background,
  skills: COMMON.skills,
  mcp: { en: 'The tools of MCP', ru: 'Инструменты MCP', zh: 'MCP 工具' },
  memories: { en: 'What Codex remembers', ru: 'Что помнит Codex', zh: 'Codex 记住的内容' },
  approve: {
    en: 'Approve one retry of what was denied',
    ru: 'Разрешить один повтор отклонённого',
    zh: '批准重试一次被拒绝的操作',
  },
  status: {
    en: 'The session’s settings and its use of tokens',
    ru: 'Настройки сессии и расход токенов',
    zh: '会话的设置和令牌用量',
  },
  config: COMMON.config,
};
