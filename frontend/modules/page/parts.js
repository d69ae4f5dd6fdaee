// Features start on the parts of the page that ask for them, also on parts that arrive later by htmx.

/**
 * Call `start(element)` once for every element that matches `selector`, now and after each htmx swap.
 */
export function onEach(selector, start) {
  const started = new WeakSet();
  const startWithin = (root) => {
    const found = [...root.querySelectorAll(selector)];
    if (root instanceof Element && root.matches(selector)) {
      found.unshift(root);
    }
    for (const element of found) {
      if (!started.has(element)) {
        started.add(element);
        start(element);
      }
    }
  };
  startWithin(document);
  document.addEventListener('htmx:load', (event) => startWithin(event.detail.elt));
}

/** The value of <meta name="…">, or an empty text. */
export function meta(name) {
  return document.querySelector(`meta[name="${name}"]`)?.content ?? '';
}

/** Whether a key pressed now is meant for a field and not for the page. */
export function isTyping(target) {
  return target instanceof Element && target.closest('input, textarea, select, [contenteditable], dialog[open]') !== null;
}
