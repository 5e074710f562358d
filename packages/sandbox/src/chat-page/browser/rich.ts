import MarkdownIt from 'markdown-it';

/** Reads rich messages as Telegram's clients do: CommonMark with tables. HTML is text, and nothing is loaded. */
const markdown = new MarkdownIt({ html: false, linkify: false, breaks: true }).disable(['image']);

export function renderRich(text: string): DocumentFragment {
  // markdown-it escapes all text and HTML, and refuses links that run scripts.
  const template = document.createElement('template');
  template.innerHTML = markdown.render(text);
  for (const link of template.content.querySelectorAll('a')) {
    link.target = '_blank';
    link.rel = 'noreferrer';
  }
  return template.content;
}
