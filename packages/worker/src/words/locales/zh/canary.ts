export const canary = {
  trouble:
    '{{title}} {{version}} 在这里是新版本，ccbot 不能完全理解它：\n\n{{list}}\n\n请退回之前的版本，或升级 ccbot。在终端运行 `ccbot canary` 可再试一次。',
  ready: '看不出它已准备好接收文字',
  ended: '它自己结束了',
  typing: '两行的请求没有原样送到',
  transcript: '它的记录里看不到回答和本轮的结束',
  dialog: '看不到权限对话框',
  answer: '回答对话框后它没有继续',
} as const;
