export const zh = {
  exhausted:
    '⚠ 系统的文件监视数量已用尽，ccbot 改为每秒检查一次智能体的记录。回复仍会送达，最多晚一秒。运行 `ccbot doctor` 可查看需要调高哪个限制。',
} as const;
