// Focus survives a swap: whoever works by keyboard goes on where they were, not at the top of the page.

/** What tells an element again in the content that replaces it. */
function traits(element) {
  const named = ['href', 'name', 'value', 'aria-controls']
    .filter((name) => element.hasAttribute(name))
    .map((name) => `[${name}="${CSS.escape(element.getAttribute(name))}"]`);
  return { id: element.id, selector: named.length > 0 ? element.localName + named.join('') : null };
}

function again({ id, selector }) {
  const found = [...(selector ? document.querySelectorAll(selector) : [])];
  const same = id ? document.getElementById(id) : null;
  return [same, ...found].find((element) => element !== null && element.checkVisibility());
}

export function startFocus() {
  let left = null;
  document.addEventListener('htmx:beforeSwap', (event) => {
    const focused = document.activeElement;
    left = event.detail.target.contains(focused) && focused !== document.body ? traits(focused) : null;
  });
  document.addEventListener('htmx:afterSettle', () => {
    if (left === null) {
      return;
    }
    const wanted = left;
    left = null;
    if (document.activeElement === document.body) {
      (again(wanted) ?? document.getElementById('main'))?.focus({ preventScroll: true });
    }
  });
}
