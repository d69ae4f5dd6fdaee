// A button with `data-copy="<id>"` copies the value of that field, or the words of that part of the page; where
// the browser forbids it, they are selected, so that the keys of the system copy them.
import { onEach } from './parts.js';

function select(source) {
  if (source.select) {
    source.select();
  } else {
    window.getSelection().selectAllChildren(source);
  }
}

async function copy(button) {
  const source = document.getElementById(button.dataset.copy);
  select(source);
  try {
    await navigator.clipboard.writeText(source.value ?? source.innerText);
    const said = button.closest('section').querySelector('[data-copied]');
    said.hidden = false;
  } catch {
    source.focus();
  }
}

export function startCopying() {
  onEach('[data-copy]', (button) => button.addEventListener('click', () => copy(button)));
}
