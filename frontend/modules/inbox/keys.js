// Keys of the inbox: j and k walk the rows, Enter opens (the focused link does that by itself), x ticks, / goes to
// the search field, ? shows the keys. None of them decides anything. A person can switch them off, since
// single letters get in the way of speech input (WCAG 2.1.4).
import { isTyping, onEach } from '../page/parts.js';

const SWITCHED_OFF = 'trinh.keys_off';
/** How much of the folder before the open one stays visible, in pixels. */
const PEEK = 48;

function walk(step) {
  const links = [...document.querySelectorAll('[data-inbox-row] [data-inbox-open]')];
  if (links.length === 0) {
    return;
  }
  const row = document.activeElement?.closest('[data-inbox-row]') ?? document.querySelector('[data-inbox-row][aria-current]');
  const at = links.findIndex((link) => row?.contains(link));
  const next = at === -1 ? (step > 0 ? 0 : links.length - 1) : Math.min(Math.max(at + step, 0), links.length - 1);
  links[next].focus();
  links[next].scrollIntoView({ block: 'nearest' });
}

/** Ticks the row that j and k have come to, or takes the tick away. */
function tick() {
  document.activeElement?.closest('[data-inbox-row]')?.querySelector('input[type=checkbox]')?.click();
}

const actions = {
  j: () => walk(1),
  k: () => walk(-1),
  x: tick,
  '/': () => document.querySelector('[data-search]')?.focus(),
  '?': () => document.querySelector('dialog[data-keys-help]')?.showModal(),
};

export function startInboxKeys() {
  // The row of the task shown beside the queue stays in sight.
  onEach('[data-inbox-row][aria-current]', (row) => row.scrollIntoView({ block: 'nearest' }));
  // So does the open folder where the line of folders slides.
  onEach('.folders [aria-current], .masthead__nav [aria-current]', (tab) => {
    tab.parentElement.scrollLeft = tab.offsetLeft - tab.parentElement.offsetLeft - PEEK;
  });
  document.addEventListener('keydown', (event) => {
    const taken = event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || isTyping(event.target);
    if (taken || !(event.key in actions) || localStorage.getItem(SWITCHED_OFF)) {
      return;
    }
    event.preventDefault();
    actions[event.key]();
  });
  document.addEventListener('click', (event) => {
    if (event.target.closest?.('[data-keys-open]')) {
      actions['?']();
    }
  });
  for (const box of document.querySelectorAll('[data-keys-switch]')) {
    box.checked = !localStorage.getItem(SWITCHED_OFF);
    box.addEventListener('change', () => {
      if (box.checked) {
        localStorage.removeItem(SWITCHED_OFF);
      } else {
        localStorage.setItem(SWITCHED_OFF, '1');
      }
    });
  }
}
