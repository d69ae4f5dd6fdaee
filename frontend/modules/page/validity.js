// What is wrong in an ordinary form is said in the reader's language, not the browser's, and names the field.
// A browser cuts off without a word what is pasted beyond `maxlength`: here it stays, and is refused aloud.
import { say } from './words.js';

const FREE_TEXT = 'textarea[maxlength], input[maxlength]:not([type="search"], [inputmode="numeric"])';

/** The name of a field as its label says it, of a choice as the question above it. */
function labelOf(field) {
  const question = field.type === 'radio' ? field.closest('fieldset')?.querySelector('legend') : null;
  const label = question ?? field.labels?.[0];
  return label?.firstChild?.textContent.trim() ?? '';
}

function missing(field) {
  if (field.type === 'checkbox') {
    return 'check.tick';
  }
  if (field.type === 'file') {
    return 'check.file';
  }
  return field.type === 'radio' || field.matches('select') ? 'check.choose' : 'check.required';
}

/** What the browser has found wrong, in words; an empty text where it says it best itself. */
function complaint(field) {
  const label = labelOf(field);
  if (label && field.validity.valueMissing) {
    return say(missing(field), { label });
  }
  if (label && field.validity.tooShort) {
    return say('check.min_length', { label, limit: field.minLength });
  }
  return '';
}

function tooLong(field) {
  const limit = Number(field.dataset.longest ?? Infinity);
  return [...field.value.normalize()].length > limit
    ? say('check.max_length', { label: labelOf(field), limit })
    : '';
}

/** A choice is complained of at its first button: any of them answers it. */
function together(field) {
  return field.type === 'radio' && field.form ? [...field.form.elements].filter(({ name }) => name === field.name) : [field];
}

export function startValidity() {
  document.addEventListener('focusin', ({ target }) => {
    if (target.matches?.(FREE_TEXT)) {
      target.dataset.longest = target.maxLength;
      target.removeAttribute('maxlength');
    }
  });
  for (const changed of ['input', 'change']) {
    document.addEventListener(changed, ({ target }) => {
      // A file has a check of its own, which has spoken already.
      if (target.willValidate && !target.matches('[data-max-bytes]')) {
        together(target).forEach((field) => field.setCustomValidity(tooLong(field)));
      }
    });
  }
  // It does not bubble. What is set here is what the browser shows.
  document.addEventListener('invalid', ({ target }) => {
    if (!target.validity.customError) {
      target.setCustomValidity(complaint(target));
    }
  }, { capture: true });
}
