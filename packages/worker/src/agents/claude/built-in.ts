import { COMMON, type BuiltIn } from '../built-in';

/** What Claude Code can do by itself and is of use away from the desk, by the list that it shows for `/` (measured with 2.1.330). */
export const BUILT_IN: BuiltIn = {
  compact: COMMON.compact,
  clear: {
    en: 'Begin anew with an empty context',
    ru: 'Начать заново с пустым контекстом',
    zh: '清空上下文，重新开始',
  },
  model: { en: 'Choose the model', ru: 'Выбрать модель', zh: '选择模型' },
  context: { en: 'What fills the context', ru: 'Чем занят контекст', zh: '上下文被什么占用' },
  cost: { en: 'What the session has cost', ru: 'Во что обошлась сессия', zh: '会话花费了多少' },
  effort: { en: 'How hard the model thinks', ru: 'Насколько усердно думает модель', zh: '模型思考的力度' },
  plan: COMMON.plan,
  btw: { en: 'Ask something beside the work', ru: 'Спросить что-то помимо работы', zh: '顺便问一个问题' },
  'code-review': {
    en: 'Look for bugs in the current diff',
    ru: 'Поискать ошибки в текущих изменениях',
    zh: '在当前改动中找错误',
  },
  'security-review': {
    en: 'Look for security holes in the branch',
    ru: 'Поискать уязвимости в ветке',
    zh: '在分支中找安全漏洞',
  },
  simplify: {
    en: 'Clean up the changed code',
    ru: 'Привести изменённый код в порядок',
    zh: '整理改动过的代码',
  },
  verify: {
    en: 'Try out whether the change works',
    ru: 'Проверить, работает ли изменение',
    zh: '试试改动是否有效',
  },
  init: {
    en: 'Write a CLAUDE.md for the project',
    ru: 'Написать CLAUDE.md для проекта',
    zh: '为项目写 CLAUDE.md',
  },
  memory: {
    en: 'Edit what Claude remembers',
    ru: 'Изменить то, что помнит Claude',
    zh: '编辑 Claude 记住的内容',
  },
  recap: { en: 'What was done, in one line', ru: 'Что сделано, одной строкой', zh: '用一行概括已做的事' },
  rewind: { en: 'Go back to an earlier state', ru: 'Вернуться к прежнему состоянию', zh: '回到之前的状态' },
  resume: { en: 'Go on with an earlier session', ru: 'Продолжить прежнюю сессию', zh: '继续以前的会话' },
  branch: { en: 'Branch the conversation here', ru: 'Ответвить разговор отсюда', zh: '从这里分出新的对话' },
  goal: {
    en: 'What must hold before Claude stops',
    ru: 'Чего достичь, прежде чем Claude остановится',
    zh: 'Claude 停下前必须达到的目标',
  },
  loop: {
    en: 'Repeat a prompt at intervals',
    ru: 'Повторять запрос через промежутки времени',
    zh: '按间隔重复一个请求',
  },
  tasks: COMMON.background,
  agents: { en: 'The sub-agents', ru: 'Субагенты', zh: '子智能体' },
  skills: COMMON.skills,
  mcp: { en: 'The MCP servers', ru: 'Серверы MCP', zh: 'MCP 服务器' },
  permissions: {
    en: 'What tools may do unasked',
    ru: 'Что инструментам можно без спроса',
    zh: '工具无需询问可做什么',
  },
  'add-dir': { en: 'Add a working directory', ru: 'Добавить рабочий каталог', zh: '添加工作目录' },
  config: COMMON.config,
  status: {
    en: 'Version, account, connections',
    ru: 'Версия, учётная запись, подключения',
    zh: '版本、账户、连接',
  },
  export: { en: 'Export the conversation', ru: 'Выгрузить разговор', zh: '导出对话' },
  doctor: { en: 'Look at the set-up', ru: 'Проверить установку', zh: '检查安装情况' },
};
