// Ticking rows: all of a page at once or all that fit, how many are ticked, and what can be done with them once some are.
// Without scripts each row is ticked by itself, and the buttons are always there.
import { onEach } from '../page/parts.js';
import { say } from '../page/words.js';

const every = () => document.querySelector('#bulk input[name=every]')?.checked ?? false;
const boxes = () => [...document.querySelectorAll('input[name=task][form=bulk]')];

export function startTicks() {
  // Opening a task beside the queue draws the rows anew: what was ticked to be sent together stays ticked.
  let kept = new Set();
  document.addEventListener('htmx:beforeSwap', () => {
    kept = new Set(boxes().filter((box) => box.checked).map((box) => box.value));
  });
  onEach('[data-tick-all]', (label) => {
    const all = label.querySelector('input');
    const told = label.querySelector('[data-ticked]');
    const none = told.textContent;
    label.hidden = false;
    const tell = () => {
      const ticked = boxes().filter((box) => box.checked).length;
      all.checked = ticked > 0 && ticked === boxes().length;
      all.indeterminate = ticked > 0 && !all.checked;
      label.closest('form').toggleAttribute('data-idle', ticked === 0 && !every());
      told.textContent = ticked > 0 ? say('ticks.ticked', { number: ticked }) : none;
    };
    all.addEventListener('change', () => {
      for (const box of boxes()) {
        box.checked = all.checked;
      }
      tell();
    });
    const frame = label.closest('#inbox');
    frame.addEventListener('change', (event) => {
      if (['task', 'every'].includes(event.target.name)) {
        tell();
      }
    });
    for (const box of boxes()) {
      box.checked ||= kept.has(box.value);
    }
    tell(); // The browser may have kept ticks from before.
  });
}
