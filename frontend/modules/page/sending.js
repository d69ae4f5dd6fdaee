// A form is sent once: while its answer is on the way its buttons rest, so that a second click sends nothing.
// They are marked, not disabled: a disabled button would lose the focus and its own value.

const RESTS_MS = 10_000;

const resting = new Map();

function buttonsOf(form) {
  return [...form.elements].filter((element) => element.matches('button:not([type="button"]), input[type="submit"]'));
}

function wake(form) {
  clearTimeout(resting.get(form));
  resting.delete(form);
  buttonsOf(form).forEach((button) => button.removeAttribute('aria-disabled'));
}

function rest(form) {
  buttonsOf(form).forEach((button) => button.setAttribute('aria-disabled', 'true'));
  // An answer that the person has stopped, or a file that came instead of a page, leaves the form where it is.
  resting.set(form, setTimeout(() => wake(form), RESTS_MS));
}

export function startSending() {
  // On the window: before everybody else, so that nobody takes a second sending for one.
  window.addEventListener('submit', (event) => {
    if (resting.has(event.target)) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  }, { capture: true });
  // And after everybody else: what a check or htmx has stopped is not sent here.
  window.addEventListener('submit', (event) => {
    if (!event.defaultPrevented && event.target.method === 'post') {
      rest(event.target);
    }
  });
  document.addEventListener('htmx:beforeRequest', ({ detail }) => {
    if (detail.elt instanceof HTMLFormElement && detail.requestConfig.verb !== 'get') {
      rest(detail.elt);
    }
  });
  document.addEventListener('htmx:afterRequest', ({ detail }) => {
    if (resting.has(detail.elt)) {
      wake(detail.elt);
    }
  });
  // The browser's own button for going back shows a page as it was left.
  window.addEventListener('pageshow', (event) => {
    if (event.persisted) {
      [...resting.keys()].forEach(wake);
    }
  });
}
