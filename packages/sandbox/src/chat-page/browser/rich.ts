import MarkdownIt from 'markdown-it';

/** As Telegram's clients read a rich message: CommonMark with tables; HTML in it is text, and nothing is loaded. */
const markdown = new MarkdownIt({ html: false, linkify: false, breaks: true }).disable(['image']);

/** The elements of a rich message. */
export function renderRich(text: string): DocumentFragment {
  // markdown-it escapes all text, makes no element of HTML in it, and refuses links that run something.
  const template = document.createElement('template');
  template.innerHTML = markdown.render(text);
  for (const link of template.content.querySelectorAll('a')) {
    link.target = '_blank';
    link.rel = 'noreferrer';
  }
  return template.content;
}
