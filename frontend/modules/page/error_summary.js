// The list of mistakes above a form: it takes the focus, and each entry leads to its field.
import { onEach } from './parts.js';
import { say } from './words.js';

const SELECTOR = '[data-error-summary]';

/** The element of a field: itself, or the first choice of a radio group. */
function fieldAt(anchor) {
  const target = document.getElementById(anchor);
  if (target?.matches('input, select, textarea, button')) {
    return target;
  }
  return target?.querySelector('input, select, textarea') ?? target;
}

/** Mistakes that say the same, such as that a field is empty, say of which field they speak. */
function tellApart(links) {
  const said = links.map(({ textContent }) => textContent);
  links.forEach((link, place) => {
    const label = document.querySelector(`label[for="${CSS.escape(link.hash.slice(1))}"]`);
    if (label && said.indexOf(said[place]) !== said.lastIndexOf(said[place])) {
      link.textContent = `${label.firstChild.textContent.trim()}: ${said[place]}`;
    }
  });
}

/** Server-made summaries get the focus when they arrive; links move it into the field. */
export function startErrorSummaries() {
  onEach(SELECTOR, (summary) => {
    summary.tabIndex = -1;
    tellApart([...summary.querySelectorAll('a[href^="#field-"]')]);
    summary.focus();
  });
  document.addEventListener('click', (event) => {
    const link = event.target.closest?.(`${SELECTOR} a[href^="#"]`);
    const field = link && fieldAt(link.hash.slice(1));
    if (field) {
      event.preventDefault();
      field.scrollIntoView({ block: 'center' });
      field.focus({ preventScroll: true });
    }
  });
}

/**
 * Put a summary at the head of `form` and focus it. `mistakes` is a list of {anchor, message}; an empty
 * list removes the summary.
 */
export function showErrorSummary(form, mistakes) {
  form.querySelector(SELECTOR)?.remove();
  if (mistakes.length === 0) {
    return;
  }
  const summary = document.createElement('div');
  summary.className = 'error-summary';
  summary.dataset.errorSummary = '';
  summary.tabIndex = -1;
  const title = document.createElement('h2');
  title.className = 'error-summary__title';
  title.textContent = say('errors.title');
  const list = document.createElement('ul');
  for (const { anchor, message } of mistakes) {
    const link = document.createElement('a');
    link.href = `#${anchor}`;
    link.textContent = message;
    const item = document.createElement('li');
    item.append(link);
    list.append(item);
  }
  summary.append(title, list);
  form.prepend(summary);
  summary.focus();
}
